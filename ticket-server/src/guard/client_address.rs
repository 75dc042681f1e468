use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

use crate::ProxyHeader;
use crate::router::App;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who is at the other end of the connection: the client, or a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    /// That of a request; nobody's when it did not come over a connection.
    pub(crate) fn of(extensions: &axum::http::Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
    }
}

/// The address for which a request is made.
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(app.guard.proxies.client(Peer::of(&parts.extensions), &parts.headers)))
    }
}

/// What a client has to himself: an IPv4 address, or the network of an IPv6 address.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

/// Proxies that are believed.
pub(crate) struct Proxies {
    trusted: Vec<IpNet>,
    header: ProxyHeader,
}

impl Proxies {
    pub(super) fn new(trusted: Vec<IpNet>, header: ProxyHeader) -> Self {
        Self { trusted, header }
    }

    /// Whether this is one of them.
    pub(crate) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// For whom a request is made. Each proxy appends who has asked it, so the list is read from its end, as long as
    /// whoever has appended is trusted: anything before that may be made up.
    pub(super) fn client(&self, Peer(peer): Peer, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        if !self.trust(client) {
            return client;
        }
        let values = headers.get_all(match self.header {
            ProxyHeader::XForwardedFor => X_FORWARDED_FOR,
            ProxyHeader::Forwarded => header::FORWARDED,
        });
        let hops: Vec<&str> = values.iter().flat_map(|value| value.to_str().unwrap_or_default().split(',')).collect();
        for hop in hops.into_iter().rev() {
            let hop = match self.header {
                ProxyHeader::XForwardedFor => address_in(hop),
                ProxyHeader::Forwarded => for_in(hop).and_then(address_in),
            };
            match hop {
                Some(address) => client = address,
                None => break,
            }
            if !self.trust(client) {
                break;
            }
        }
        client
    }
}

/// The value of `for` in one element of `Forwarded` (RFC 7239, 4).
fn for_in(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"'))
    })
}

/// An address, with or without a port; one of IPv6 may stand in brackets.
fn address_in(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Some((address, _port)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return address.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    match text.split_once(':') {
        Some((address, port)) if !port.contains(':') => address.parse().ok(),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ProxyHeader, peer: &str, values: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        let proxies = Proxies::new(trusted.to_vec(), header);
        let mut headers = HeaderMap::new();
        for value in values {
            for name in [X_FORWARDED_FOR, header::FORWARDED] {
                headers.append(name, value.parse().unwrap());
            }
        }
        proxies.client(Peer(peer.parse().unwrap()), &headers).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_tells_for_whom_it_asks() {
        for (peer, values, expected) in [
            ("198.51.100.1", &["192.0.2.1"][..], "198.51.100.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            ("::ffff:10.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            // The client has made up what comes before its own address.
            ("10.0.0.1", &["203.0.113.9, 192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", &["203.0.113.9", "192.0.2.1"], "192.0.2.1"),
            // Through two proxies.
            ("10.0.0.1", &["203.0.113.9, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // What is no address ends the chain.
            ("10.0.0.1", &["192.0.2.1, nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["192.0.2.1, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &["192.0.2.1:4711"], "192.0.2.1"),
            ("fd00::1", &["2001:db8::1"], "2001:db8::1"),
            ("fd00::1", &["[2001:db8::1]:4711"], "2001:db8::1"),
        ] {
            assert_eq!(client(ProxyHeader::XForwardedFor, peer, values), expected, "{peer} {values:?}");
        }
    }

    #[test]
    fn reads_the_standard_header_as_well() {
        for (values, expected) in [
            (&["for=192.0.2.1"][..], "192.0.2.1"),
            (&["For=\"192.0.2.1:4711\";proto=https;by=10.0.0.1"], "192.0.2.1"),
            (&["proto=http; for=203.0.113.9, proto=https;for=\"[2001:db8::1]:4711\""], "2001:db8::1"),
            (&["for=192.0.2.1, for=_hidden"], "10.0.0.1"),
            (&["for=192.0.2.1", "proto=https"], "10.0.0.1"),
        ] {
            assert_eq!(client(ProxyHeader::Forwarded, "10.0.0.1", values), expected, "{values:?}");
        }
    }
}
