//! How many connections there may be at the same time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ticket_core::Error;
use ticket_core::api::{Language, Problem};
use tokio::net::TcpStream;

use crate::ServerConfig;
use crate::answer::{DEFENCES, REQUEST_ID, new_request_id};
use crate::guard::network_of;

/// Counts the connections of each client.
pub(crate) struct Crowd {
    max: usize,
    per_address_max: usize,
    places: Mutex<Places>,
}

#[derive(Default)]
struct Places {
    taken: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// The right to one connection, given back when it is dropped.
pub(crate) struct Place {
    crowd: Arc<Crowd>,
    /// `None` for a trusted proxy, whose connections are not its own.
    counted_for: Option<IpAddr>,
}

impl Crowd {
    pub(crate) fn new(config: &ServerConfig) -> Arc<Self> {
        let per_address_max = config.connections_per_address_max;
        Arc::new(Self { max: config.connections_max, per_address_max, places: Mutex::default() })
    }

    /// Lets a connection in, unless there are too many.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr, is_trusted: bool) -> Option<Place> {
        let address = (!is_trusted).then(|| network_of(address));
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.taken >= self.max {
            return None;
        }
        if let Some(address) = address {
            let count = places.by_address.entry(address).or_default();
            if *count >= self.per_address_max {
                return None;
            }
            *count += 1;
        }
        places.taken += 1;
        Some(Place { crowd: Arc::clone(self), counted_for: address })
    }

    /// How many connections there are.
    pub(crate) fn len(&self) -> usize {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).taken
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.crowd.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.taken -= 1;
        let Some(address) = self.counted_for else { return };
        if let Some(count) = places.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                places.by_address.remove(&address);
            }
        }
    }
}

/// Says that there are too many, as far as that goes without waiting, and hangs up.
pub(crate) fn turn_away(stream: &TcpStream) {
    // Not as a warning: whoever makes too many would fill the log as well.
    let id = new_request_id();
    tracing::debug!(id, peer = ?stream.peer_addr(), "too many connections");
    let error = Error::Unavailable { reason: "there are too many connections".into() };
    let mut problem = Problem::new(error.code(), error.message(Language::English));
    (problem.retry_after, problem.request_id) = (Some(1), Some(id.clone()));
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let defences: String = DEFENCES.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         retry-after: 1\r\nconnection: close\r\n{REQUEST_ID}: {id}\r\n{defences}\r\n{body}",
        body.len()
    );
    if let Err(error) = stream.try_write(answer.as_bytes()) {
        tracing::debug!(%error, "a connection that is one too many was not told so");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(max: usize, per_address_max: usize) -> Arc<Crowd> {
        let config =
            ServerConfig { connections_max: max, connections_per_address_max: per_address_max, ..Default::default() };
        Crowd::new(&config)
    }

    fn address(n: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(n).into()
    }

    #[test]
    fn there_are_so_many_places_and_each_is_taken_again() {
        let crowd = crowd(3, 2);
        let _first = crowd.enter(address(1), false).unwrap();
        let second = crowd.enter(address(1), false).unwrap();
        assert!(crowd.enter(address(1), false).is_none(), "of one address");
        let _other = crowd.enter(address(2), false).unwrap();
        assert!(crowd.enter(address(3), false).is_none(), "in all");
        drop(second);
        assert_eq!(crowd.len(), 2);
        assert!(crowd.enter(address(1), false).is_some());
    }

    #[test]
    fn a_trusted_proxy_stands_for_many() {
        let crowd = crowd(3, 1);
        let places: Vec<_> = (0..4).filter_map(|_| crowd.enter(address(1), true)).collect();
        assert_eq!(places.len(), 3);
        drop(places);
        assert!(crowd.places.lock().unwrap().by_address.is_empty());
        drop(crowd.enter(address(1), false).unwrap());
        assert!(crowd.places.lock().unwrap().by_address.is_empty(), "an address is kept for nothing");
    }
}
