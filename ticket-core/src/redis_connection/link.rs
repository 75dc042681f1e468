//! A way to Redis, which clones share.

use std::time::Duration;

#[cfg(feature = "redis-cluster")]
use futures_util::future::{BoxFuture, FutureExt as _, Shared};
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
#[cfg(feature = "redis-cluster")]
use redis::cluster::{ClusterClient, ClusterClientBuilder, ClusterConfig};
#[cfg(feature = "redis-cluster")]
use redis::cluster_async::ClusterConnection;
#[cfg(feature = "redis-cluster")]
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
#[cfg(feature = "redis-cluster")]
use redis::sentinel::{Sentinel, SentinelNodeConnectionInfo};
use redis::{Client, Cmd, Pipeline, RedisError, RedisFuture, RedisResult, Value};

use super::address::Address;

/// Longer than any script takes, shorter than anybody likes to wait.
pub(super) const RESPONSE_TIMEOUT: Duration = Duration::from_millis(1000);
const CONNECTION_TIMEOUT: Duration = Duration::from_millis(500);

/// One multiplexed connection to each server that matters. Connects with the first call.
#[derive(Clone)]
pub(super) enum Link {
    Server(ConnectionManager),
    /// Follows its slots wherever they move.
    #[cfg(feature = "redis-cluster")]
    Cluster(ClusterConnection),
    /// To the server that was the master when the Sentinels were asked, once for all who wait.
    #[cfg(feature = "redis-cluster")]
    Sentinel(Shared<BoxFuture<'static, RedisResult<ConnectionManager>>>),
}

/// One of the servers that keep keys.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Only,
    #[cfg(feature = "redis-cluster")]
    Of(String, u16),
}

impl Link {
    pub(super) fn to(address: &Address) -> RedisResult<Self> {
        match address {
            Address::Server(client) => connect_lazily(client).map(Self::Server),
            #[cfg(feature = "redis-cluster")]
            Address::Cluster(nodes) => {
                let config = ClusterConfig::new();
                cluster(nodes).map(|client| Self::Cluster(client.get_pending_async_connection_with_config(config)))
            }
            #[cfg(feature = "redis-cluster")]
            Address::Sentinel { sentinels, master, server } => {
                let (sentinels, master, server) = (sentinels.clone(), master.clone(), server.clone());
                let to_master = async move {
                    let server = SentinelNodeConnectionInfo::default().set_redis_connection_info(server);
                    let mut sentinel = Sentinel::build(sentinels)?;
                    let asking = sentinel.async_master_for(&master, Some(&server));
                    let client =
                        tokio::time::timeout(RESPONSE_TIMEOUT, asking).await.map_err(std::io::Error::from)??;
                    connect_lazily(&client)
                };
                Ok(Self::Sentinel(to_master.boxed().shared()))
            }
        }
    }

    /// Whether after this error the next command had better go over a new link.
    ///
    /// No answer in time: perhaps Redis is slow, perhaps the network has lost the way back and will never say so. And behind
    /// Sentinels, another server may be the master by now.
    pub(super) fn is_worn_out_by(&self, error: &RedisError) -> bool {
        match self {
            Self::Server(_) => error.is_timeout(),
            #[cfg(feature = "redis-cluster")]
            Self::Cluster(_) => error.is_timeout(),
            #[cfg(feature = "redis-cluster")]
            Self::Sentinel(_) => {
                use redis::{ErrorKind, ServerErrorKind};
                let answered = matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension);
                let demoted = [ServerErrorKind::ReadOnly, ServerErrorKind::MasterDown, ServerErrorKind::BusyLoading];
                !answered || demoted.iter().any(|kind| error.kind() == ErrorKind::Server(*kind))
            }
        }
    }

    /// Every server that keeps keys of its own.
    pub(super) async fn nodes(&mut self) -> RedisResult<Vec<Node>> {
        match self {
            #[cfg(feature = "redis-cluster")]
            Self::Cluster(connection) => {
                let all = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
                let answers: std::collections::BTreeMap<String, Value> =
                    redis::from_redis_value(connection.route_command(redis::cmd("PING"), all).await?)?;
                Ok(answers.keys().filter_map(|node| read_node(node)).collect())
            }
            _ => Ok(vec![Node::Only]),
        }
    }

    /// Asks one of them.
    pub(super) async fn ask(&mut self, node: &Node, command: &Cmd) -> RedisResult<Value> {
        match (self, node) {
            #[cfg(feature = "redis-cluster")]
            (Self::Cluster(connection), Node::Of(host, port)) => {
                let to = SingleNodeRoutingInfo::ByAddress { host: host.clone(), port: *port };
                connection.route_command(command.clone(), RoutingInfo::SingleNode(to)).await
            }
            (link, _) => link.req_packed_command(command).await,
        }
    }
}

impl ConnectionLike for Link {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Server(connection) => connection.req_packed_command(command),
            #[cfg(feature = "redis-cluster")]
            Self::Cluster(connection) => connection.req_packed_command(command),
            #[cfg(feature = "redis-cluster")]
            Self::Sentinel(connection) => {
                let connection = connection.clone();
                async move { connection.await?.req_packed_command(command).await }.boxed()
            }
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Server(connection) => connection.req_packed_commands(commands, offset, count),
            #[cfg(feature = "redis-cluster")]
            Self::Cluster(connection) => connection.req_packed_commands(commands, offset, count),
            #[cfg(feature = "redis-cluster")]
            Self::Sentinel(connection) => {
                let connection = connection.clone();
                async move { connection.await?.req_packed_commands(commands, offset, count).await }.boxed()
            }
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Server(connection) => connection.get_db(),
            #[cfg(feature = "redis-cluster")]
            Self::Cluster(_) | Self::Sentinel(_) => 0,
        }
    }
}

fn connect_lazily(client: &Client) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(RESPONSE_TIMEOUT))
        .set_connection_timeout(Some(CONNECTION_TIMEOUT))
        // Who wants a seat would rather hear soon that it is not possible just now.
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

/// A client that follows a slot that is moving for a moment; the response timeout ends all of it.
#[cfg(feature = "redis-cluster")]
pub(super) fn cluster(nodes: &[redis::ConnectionInfo]) -> RedisResult<ClusterClient> {
    ClusterClientBuilder::new(nodes.to_vec())
        .connection_timeout(CONNECTION_TIMEOUT)
        .response_timeout(RESPONSE_TIMEOUT)
        .min_retry_wait(10)
        .max_retry_wait(100)
        .build()
}

/// `host:port`
#[cfg(feature = "redis-cluster")]
fn read_node(text: &str) -> Option<Node> {
    let (host, port) = text.rsplit_once(':')?;
    Some(Node::Of(host.trim_matches(['[', ']']).to_owned(), port.parse().ok()?))
}
