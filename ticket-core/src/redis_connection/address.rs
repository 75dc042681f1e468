//! Where Redis is: one server, a cluster, or whichever server the Sentinels call the master.

use redis::Client;
#[cfg(feature = "redis-cluster")]
use redis::{ConnectionInfo, IntoConnectionInfo as _};

use crate::storage::OpenError;

#[cfg(feature = "redis-cluster")]
const CLUSTER: &str = "redis+cluster://";
#[cfg(feature = "redis-cluster")]
const SENTINEL: &str = "redis+sentinel://";

/// An address, as `--redis` gives it.
pub(super) enum Address {
    /// `redis://[user:password@]host[:port][/db]`, and whatever else a [`Client`] takes.
    Server(Client),
    /// `redis+cluster://[user:password@]host[:port],…`: some of its nodes; they know the others.
    #[cfg(feature = "redis-cluster")]
    Cluster(Vec<ConnectionInfo>),
    /// `redis+sentinel://[user:password@]host[:port],…/master[/db]`: the Sentinels; user and password are for Redis.
    #[cfg(feature = "redis-cluster")]
    Sentinel { sentinels: Vec<ConnectionInfo>, master: String, server: redis::RedisConnectionInfo },
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        Self::read(url).map_err(|problem| OpenError::LockStore { problem })
    }

    fn read(url: &str) -> Result<Self, String> {
        let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
        match scheme {
            "rediss" | "valkeys" | "rediss+cluster" | "rediss+sentinel" => {
                Err(format!("{scheme}:// asks for TLS, which this program cannot speak; put a TLS tunnel before Redis"))
            }
            "redis+cluster" | "redis+sentinel" if !cfg!(feature = "redis-cluster") => {
                Err(format!("{scheme}:// needs a program that was built with the feature redis-cluster"))
            }
            #[cfg(feature = "redis-cluster")]
            "redis+cluster" => read_cluster(url.trim_start_matches(CLUSTER)),
            #[cfg(feature = "redis-cluster")]
            "redis+sentinel" => read_sentinel(url.trim_start_matches(SENTINEL)),
            _ => Client::open(url).map(Self::Server).map_err(|error| error.to_string()),
        }
    }
}

#[cfg(feature = "redis-cluster")]
fn read_cluster(rest: &str) -> Result<Address, String> {
    let (nodes, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !matches!(path, "" | "0") {
        return Err(format!("{CLUSTER} ends with /{path}; a cluster has only database 0, and takes no options here"));
    }
    read_nodes(nodes, 6379).map(Address::Cluster)
}

#[cfg(feature = "redis-cluster")]
fn read_sentinel(rest: &str) -> Result<Address, String> {
    let (nodes, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (master, db) = path.split_once('/').unwrap_or((path, "0"));
    if master.is_empty() || master.contains(['?', '#']) {
        return Err(format!("{SENTINEL} names no master; wanted is {SENTINEL}host:26379,host:26379/master"));
    }
    let db: i64 = db.parse().map_err(|_| format!("{SENTINEL} has database {db:?}; wanted is a number"))?;
    // Whoever asks the Sentinels does not tell them the password of Redis.
    let (user, hosts) = nodes.rsplit_once('@').map_or((None, nodes), |(user, hosts)| (Some(user), hosts));
    let credentials = read_node(user, "localhost", 6379)?;
    let server = credentials.redis_settings().clone().set_db(db);
    Ok(Address::Sentinel { sentinels: read_nodes(hosts, 26379)?, master: master.to_owned(), server })
}

#[cfg(feature = "redis-cluster")]
fn read_nodes(text: &str, port: u16) -> Result<Vec<ConnectionInfo>, String> {
    let (user, hosts) = text.rsplit_once('@').map_or((None, text), |(user, hosts)| (Some(user), hosts));
    hosts.split(',').map(|host| read_node(user, host, port)).collect()
}

#[cfg(feature = "redis-cluster")]
fn read_node(user: Option<&str>, host: &str, port: u16) -> Result<ConnectionInfo, String> {
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    // The last colon of an IPv6 address is within brackets.
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']'));
    let port = if has_port { String::new() } else { format!(":{port}") };
    format!("redis://{user}{host}{port}/").into_connection_info().map_err(|error| format!("{host:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(url: &str) -> String {
        Address::read(url).err().unwrap_or_else(|| "none".to_owned())
    }

    #[test]
    fn tls_is_refused_by_name() {
        for scheme in ["rediss", "rediss+cluster", "rediss+sentinel"] {
            assert!(problem(&format!("{scheme}://host/m")).contains("TLS"), "{scheme}");
        }
    }

    #[cfg(not(feature = "redis-cluster"))]
    #[test]
    fn a_program_without_the_feature_names_it() {
        for url in ["redis+cluster://a,b", "redis+sentinel://a/m"] {
            assert!(problem(url).ends_with("built with the feature redis-cluster"), "{}", problem(url));
        }
    }

    #[cfg(feature = "redis-cluster")]
    #[test]
    fn a_cluster_has_nodes() {
        let Ok(Address::Cluster(nodes)) = Address::read("redis+cluster://mina:p%40ss@one:7000,two,[::1]:7002/") else {
            panic!("not a cluster")
        };
        let addresses: Vec<String> = nodes.iter().map(|node| node.addr().to_string()).collect();
        assert_eq!(addresses, ["one:7000", "two:6379", "::1:7002"]);
        assert!(nodes.iter().all(|node| node.redis_settings().password() == Some("p@ss")));
        assert!(problem("redis+cluster://one,two/3").contains("only database 0"));
        assert!(problem("redis+cluster://one,,two").contains("\"\""), "{}", problem("redis+cluster://one,,two"));
        assert!(problem("redis+cluster://").contains("\"\""));
    }

    #[cfg(feature = "redis-cluster")]
    #[test]
    fn sentinels_watch_over_a_master() {
        let url = "redis+sentinel://:secret@one,two:26380/tickets/2";
        let Ok(Address::Sentinel { sentinels, master, server }) = Address::read(url) else { panic!("no sentinels") };
        let addresses: Vec<String> = sentinels.iter().map(|node| node.addr().to_string()).collect();
        assert_eq!(addresses, ["one:26379", "two:26380"]);
        assert!(sentinels.iter().all(|node| node.redis_settings().password().is_none()));
        assert_eq!((master.as_str(), server.db(), server.password()), ("tickets", 2, Some("secret")));
        assert!(problem("redis+sentinel://one,two").contains("names no master"));
        assert!(problem("redis+sentinel://one/m/x").contains("\"x\""));
    }
}
