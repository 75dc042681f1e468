//! Holds in a Redis that a Sentinel watches over: the master dies in mid-sale, its replica takes over, and selling goes on
//! without a restart.

use std::time::Duration;

use redis::from_redis_value;
use ticket_core::Error;
use ticket_core::api::ErrorCode;
use ticket_core::testing::{PlanBuilder, PrivateRedis, TestShop, assert_clean};

use crate::redis_cluster::{is_in_step, replication};
use crate::support::{book_when_possible, until};

struct Watched {
    master: PrivateRedis,
    replica: PrivateRedis,
    sentinel: PrivateRedis,
}

impl Watched {
    async fn start() -> Self {
        let master = PrivateRedis::start_with(&["--repl-diskless-sync-delay", "0"]);
        let port = master.port().to_string();
        let replica = PrivateRedis::start_with(&["--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1", &port]);
        until("the replica is in step", async || replication(&replica, "master_link_status").await == "up").await;
        let sentinel = PrivateRedis::start_with(&["--sentinel"]);
        sentinel.command(&["SENTINEL", "MONITOR", "tickets", "127.0.0.1", &port, "1"]).await;
        for (name, value) in [("down-after-milliseconds", "500"), ("failover-timeout", "3000")] {
            sentinel.command(&["SENTINEL", "SET", "tickets", name, value]).await;
        }
        let watched = Self { master, replica, sentinel };
        until("the Sentinel knows the replica", async || watched.sentinel_says("num-slaves").await == "1").await;
        watched
    }

    async fn sentinel_says(&self, field: &str) -> String {
        let answer = self.sentinel.command(&["SENTINEL", "MASTER", "tickets"]).await;
        let mut fields: std::collections::HashMap<String, String> = from_redis_value(answer).unwrap();
        fields.remove(field).unwrap_or_default()
    }

    fn url(&self) -> String {
        // One of the Sentinels is not there.
        let absent = PrivateRedis::free_port();
        format!("redis+sentinel://127.0.0.1:{absent},127.0.0.1:{}/tickets", self.sentinel.port())
    }
}

#[tokio::test]
async fn when_the_master_dies_selling_goes_on_with_its_replica() {
    let mut redis = Watched::start().await;
    let shop = TestShop::open_over(redis.url());
    shop.apply(PlanBuilder::hall(2, 10).with(|plan| plan.max_seats_per_user = 100).build()).await;
    let (seats, mina, joon) = (shop.seats(0).await, shop.join("mina").await, shop.join("joon").await);
    let office = &shop.box_office;
    let hold = office.hold(mina, seats[..2].to_vec()).await.unwrap().hold;
    let lost = office.hold(mina, vec![seats[3]]).await.unwrap().hold;
    office.release_hold(mina, lost.id).await.unwrap();
    assert!(office.seat_states(hold.id.performance).await.unwrap().states.starts_with("HHAA"));
    is_in_step(&redis.replica, &redis.master).await;
    redis.master.kill();

    let refused = office.book(joon, vec![seats[4]]).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Unavailable, "{refused:?}");
    assert!(office.seat_states(hold.id.performance).await.unwrap().states.starts_with("HH"), "reading goes on");
    for seat in &seats[4..12] {
        book_when_possible(&shop, joon, &[*seat]).await;
    }
    let new_master = redis.sentinel_says("port").await;
    assert_eq!(new_master, redis.replica.port().to_string());
    let taken = office.book(joon, vec![seats[0]]).await;
    assert_eq!(taken.map(drop), Err(Error::SeatsTaken { seats: vec![seats[0]] }), "the replica knows the hold");
    assert_eq!(office.confirm(mina, hold.id).await.unwrap().tickets.len(), 2);

    // The old master comes back, empty, and takes itself for the master until the Sentinel tells it otherwise.
    redis.master.restart();
    book_when_possible(&shop, joon, &seats[12..14]).await;
    assert_eq!(redis.master.command(&["DBSIZE"]).await, redis::Value::Int(0), "nobody has gone to it");
    assert_clean(office).await;
}

/// An ordered failover: both live on, and whoever still talks to the old master is told that it must not be written to.
#[tokio::test]
async fn a_master_that_is_demoted_is_left() {
    let redis = Watched::start().await;
    let shop = TestShop::open_over(redis.url());
    shop.apply(PlanBuilder::hall(1, 10).build()).await;
    let (seats, mina) = (shop.seats(0).await, shop.join("mina").await);
    shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    until("the Sentinel finds the replica good enough", async || {
        redis.sentinel.try_command(&["SENTINEL", "FAILOVER", "tickets"]).await.is_ok()
    })
    .await;
    let new_master = redis.replica.port().to_string();
    until("another is the master", async || redis.sentinel_says("port").await == new_master).await;
    until("the old one is a replica", async || replication(&redis.master, "role").await == "slave").await;
    book_when_possible(&shop, mina, &seats[1..3]).await;
    assert_clean(&shop.box_office).await;
}

/// Sentinels that are not there, or know no such master: nothing is sold, and nobody waits for long.
#[tokio::test]
async fn without_a_master_nothing_is_sold_and_nobody_waits_long() {
    let sentinel = PrivateRedis::start_with(&["--sentinel"]);
    for port in [sentinel.port(), PrivateRedis::free_port()] {
        let shop = TestShop::open_over(format!("redis+sentinel://127.0.0.1:{port}/nothing"));
        shop.apply(PlanBuilder::hall(1, 5).build()).await;
        let (seats, mina) = (shop.seats(0).await, shop.join("mina").await);
        let started = std::time::Instant::now();
        let refused = shop.box_office.book(mina, vec![seats[0]]).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Unavailable, "{refused:?}");
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    }
}
