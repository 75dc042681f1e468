//! Holds in a Redis Cluster: performances live on different masters, slots move, masters die, and selling goes on.

use std::time::{Duration, Instant};

use redis::{Value, from_redis_value};
use ticket_core::api::ErrorCode;
use ticket_core::domain::{PerformanceId, SeatId, UserId};
use ticket_core::testing::{PlanBuilder, PrivateRedis, TestShop, assert_clean};
use ticket_core::{BookingFilter, Error};

use crate::support::{book_when_possible, until};

/// The last slot of each master.
const LAST_SLOTS: [u16; 3] = [5460, 10922, 16383];
/// Enough for every master to have some.
const PERFORMANCES: usize = 8;

/// Three masters on the loopback interface.
struct Cluster {
    nodes: Vec<Node>,
}

struct Node {
    redis: PrivateRedis,
    bus_port: u16,
}

impl Node {
    fn start() -> Self {
        let bus_port = PrivateRedis::free_port();
        let redis = PrivateRedis::start_with(&[
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            "1000",
            "--cluster-replica-validity-factor",
            "0",
            "--cluster-require-full-coverage",
            "no",
            "--repl-diskless-sync-delay",
            "0",
            "--cluster-port",
            &bus_port.to_string(),
        ]);
        Self { redis, bus_port }
    }

    async fn meet(&self, other: &Self) {
        let (port, bus_port) = (other.redis.port().to_string(), other.bus_port.to_string());
        self.redis.command(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus_port]).await;
    }

    async fn id(&self) -> String {
        from_redis_value(self.redis.command(&["CLUSTER", "MYID"]).await).unwrap()
    }

    /// What `CLUSTER NODES` says of another node; nothing while that one is unknown.
    async fn view_of(&self, id: &str) -> String {
        let nodes: String = from_redis_value(self.redis.command(&["CLUSTER", "NODES"]).await).unwrap();
        nodes.lines().find(|line| line.starts_with(id)).unwrap_or_default().to_owned()
    }

    async fn is_ok(&self, nodes: usize) -> bool {
        let info: String = from_redis_value(self.redis.command(&["CLUSTER", "INFO"]).await).unwrap();
        info.contains("cluster_state:ok") && info.contains(&format!("cluster_known_nodes:{nodes}\r"))
    }
}

impl Cluster {
    async fn start() -> Self {
        let nodes: Vec<Node> = (0..3).map(|_| Node::start()).collect();
        let mut first = 0;
        for (n, (node, last)) in nodes.iter().zip(LAST_SLOTS).enumerate() {
            node.redis.command(&["CLUSTER", "SET-CONFIG-EPOCH", &(n + 1).to_string()]).await;
            node.redis.command(&["CLUSTER", "ADDSLOTSRANGE", &first.to_string(), &last.to_string()]).await;
            first = last + 1;
        }
        for node in &nodes[1..] {
            nodes[0].meet(node).await;
        }
        let cluster = Self { nodes };
        cluster.is_settled(3).await;
        cluster
    }

    async fn is_settled(&self, nodes: usize) {
        for node in &self.nodes {
            until("the cluster is settled", async || node.is_ok(nodes).await).await;
        }
    }

    fn url(&self) -> String {
        let nodes: Vec<String> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.redis.port())).collect();
        format!("redis+cluster://{}", nodes.join(","))
    }

    /// The slot of a performance, and the master that it began with.
    async fn place_of(&self, performance: PerformanceId) -> (u16, usize) {
        let key = format!("{{perf:{performance}}}");
        let slot = self.nodes[0].redis.command(&["CLUSTER", "KEYSLOT", &key]).await;
        let slot: u16 = from_redis_value(slot).unwrap();
        (slot, LAST_SLOTS.iter().position(|last| slot <= *last).unwrap())
    }

    /// Moves a slot with its keys, as an administrator does: a few at a time.
    async fn move_slot(&self, slot: u16, from: usize, to: usize) {
        let (slot, ids) = (slot.to_string(), [self.nodes[from].id().await, self.nodes[to].id().await]);
        let (from, to) = (&self.nodes[from].redis, &self.nodes[to].redis);
        to.command(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &ids[0]]).await;
        from.command(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &ids[1]]).await;
        let port = to.port().to_string();
        loop {
            let keys = from.command(&["CLUSTER", "GETKEYSINSLOT", &slot, "2"]).await;
            let keys: Vec<String> = from_redis_value(keys).unwrap();
            if keys.is_empty() {
                break;
            }
            let mut migrate = vec!["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "KEYS"];
            migrate.extend(keys.iter().map(String::as_str));
            from.command(&migrate).await;
        }
        for node in [to, from] {
            node.command(&["CLUSTER", "SETSLOT", &slot, "NODE", &ids[1]]).await;
        }
    }

    /// Adds a replica of a master.
    async fn add_replica(&mut self, of: usize) {
        let (replica, master) = (Node::start(), self.nodes[of].id().await);
        self.nodes[of].meet(&replica).await;
        self.nodes.push(replica);
        let replica = self.nodes.last().unwrap();
        until("the replica knows its master", async || replica.view_of(&master).await.contains("master")).await;
        replica.redis.command(&["CLUSTER", "REPLICATE", &master]).await;
        until("the replica is in step", async || replication(&replica.redis, "master_link_status").await == "up").await;
        // A replica that the others have not heard of is not elected.
        let id = replica.id().await;
        for node in &self.nodes {
            until("all know of it", async || node.view_of(&id).await.contains("slave")).await;
        }
        self.is_settled(4).await;
    }
}

/// A field of what a server says about its replication; nothing while it hangs up.
pub(crate) async fn replication(redis: &PrivateRedis, field: &str) -> String {
    let Ok(info) = redis.try_command(&["INFO", "replication"]).await else { return String::new() };
    let info: String = from_redis_value(info).unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.unwrap_or_default().to_owned()
}

/// Nothing is lost when the master dies now.
pub(crate) async fn is_in_step(replica: &PrivateRedis, master: &PrivateRedis) {
    until("the replica is in step", async || {
        let [of_replica, of_master] = [replica, master].map(|redis| replication(redis, "master_repl_offset"));
        of_replica.await == of_master.await
    })
    .await;
}

struct Scene {
    cluster: Cluster,
    shop: TestShop,
    mina: UserId,
    joon: UserId,
}

impl Scene {
    async fn new() -> Self {
        let cluster = Cluster::start().await;
        let plan = (1..PERFORMANCES)
            .fold(PlanBuilder::hall(2, 10), |plan, day| plan.performance(&format!("2027-03-{:02}", day + 1), 1, None));
        let shop = TestShop::open_over(cluster.url());
        shop.apply(plan.with(|plan| plan.max_seats_per_user = 1000).build()).await;
        let (mina, joon) = (shop.join("mina").await, shop.join("joon").await);
        Self { cluster, shop, mina, joon }
    }

    /// Books as soon as that is possible; anything but "try again" is a failure.
    async fn book_when_possible(&self, user: UserId, seats: &[SeatId]) {
        book_when_possible(&self.shop, user, seats).await;
    }
}

#[tokio::test]
async fn performances_on_different_masters_are_sold_listed_and_audited() {
    let scene = Scene::new().await;
    let (office, mina, joon) = (&scene.shop.box_office, scene.mina, scene.joon);
    let mut held = Vec::new();
    for n in 0..PERFORMANCES {
        let seats = scene.shop.seats(n).await;
        let id = office.hold(mina, seats[..3].to_vec()).await.unwrap().hold.id;
        let taken = office.book(joon, vec![seats[1]]).await;
        assert_eq!(taken.map(drop), Err(Error::SeatsTaken { seats: vec![seats[1]] }));
        office.change_hold(mina, id, vec![seats[4]], vec![seats[0]]).await.unwrap();
        office.extend_hold(mina, id).await.unwrap();
        office.book(joon, vec![seats[0], seats[9]]).await.unwrap();
        assert_eq!(office.holds(mina, id.performance).await.unwrap().len(), 1);
        let states = office.seat_states(id.performance).await.unwrap().states;
        assert_eq!(states, "BHHAHAAAABAAAAAAAAAA");
        held.push(id);
    }
    for node in &scene.cluster.nodes {
        assert_ne!(node.redis.command(&["DBSIZE"]).await, Value::Int(0), "a master without keys proves little");
    }
    let listed: Vec<_> = office.list_holds().await.unwrap().into_iter().map(|hold| hold.id).collect();
    assert!(held.iter().all(|id| listed.contains(id)) && listed.len() == held.len(), "{listed:?}");
    assert_clean(&scene.shop.box_office).await;

    let (confirmed, released) = held.split_at(PERFORMANCES / 2);
    for id in confirmed {
        let booking = office.confirm(mina, *id).await.unwrap();
        assert_eq!(office.confirm(mina, *id).await.unwrap(), booking, "again");
    }
    for id in released {
        office.release_hold(mina, *id).await.unwrap();
        assert_eq!(office.release_hold(mina, *id).await, Err(Error::HoldNotFound));
    }
    assert_eq!(office.list_holds().await.unwrap(), []);
    assert_clean(&scene.shop.box_office).await;

    // Damage on any master is found.
    for (n, id) in held.iter().enumerate() {
        let (_, master) = scene.cluster.place_of(id.performance).await;
        let key = format!("{{perf:{}}}:seat:{}", id.performance, scene.shop.seats(n).await[6]);
        scene.cluster.nodes[master].redis.command(&["SET", &key, "12|1|99999999999999|99999999999999"]).await;
        let report = office.audit().await.unwrap();
        let named = report.findings.iter().filter(|finding| finding.text.contains(&key)).count();
        assert_eq!(named, 2, "without an end, and for no hold: {report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_a_rush_no_seat_is_sold_twice() {
    let scene = Scene::new().await;
    let mut sold = 0;
    for n in 0..3 {
        let seats = scene.shop.seats(n).await;
        let bookings = seats.iter().flat_map(|seat| [(scene.mina, *seat), (scene.joon, *seat)]).map(|(user, seat)| {
            let office = &scene.shop.box_office;
            async move {
                let hold = office.hold(user, vec![seat]).await?.hold;
                office.confirm(user, hold.id).await
            }
        });
        let results = futures_util::future::join_all(bookings).await;
        sold += results.iter().filter(|result| result.is_ok()).count();
        for error in results.into_iter().filter_map(Result::err) {
            assert!(matches!(error.code(), ErrorCode::SeatTaken | ErrorCode::Unavailable), "{error:?}");
        }
    }
    assert_eq!(sold, 60, "each seat once");
    assert_clean(&scene.shop.box_office).await;
}

#[tokio::test]
async fn a_slot_that_moves_in_mid_sale_keeps_its_holds() {
    let scene = Scene::new().await;
    let office = &scene.shop.box_office;
    let seats = scene.shop.seats(0).await;
    let hold = office.hold(scene.mina, seats[..2].to_vec()).await.unwrap().hold;
    let (slot, from) = scene.cluster.place_of(hold.id.performance).await;
    let to = (from + 1) % 3;
    let selling = async {
        for seat in &seats[4..16] {
            scene.book_when_possible(scene.joon, &[*seat]).await;
            let taken = office.book(scene.joon, vec![seats[0]]).await;
            let code = taken.unwrap_err().code();
            assert!(matches!(code, ErrorCode::SeatTaken | ErrorCode::Unavailable), "{code}");
        }
    };
    tokio::join!(selling, scene.cluster.move_slot(slot, from, to));
    assert_eq!(office.confirm(scene.mina, hold.id).await.unwrap().tickets.len(), 2);
    office.hold(scene.mina, seats[2..4].to_vec()).await.unwrap();
    let keys = scene.cluster.nodes[to].redis.command(&["CLUSTER", "COUNTKEYSINSLOT", &slot.to_string()]).await;
    assert_ne!(keys, Value::Int(0), "the slot has moved");
    assert_eq!(office.list_holds().await.unwrap().len(), 1);
    assert_clean(&scene.shop.box_office).await;
}

#[tokio::test]
async fn a_master_that_dies_is_replaced_by_its_replica_and_the_others_sell_on() {
    let mut scene = Scene::new().await;
    let office = scene.shop.box_office.clone();
    let dying = scene.shop.performance(0).await;
    let (_, master) = scene.cluster.place_of(dying).await;
    scene.cluster.add_replica(master).await;
    let seats = scene.shop.seats(0).await;
    let hold = office.hold(scene.mina, seats[..2].to_vec()).await.unwrap().hold;
    let mut places = Vec::new();
    for n in 0..PERFORMANCES {
        places.push(scene.cluster.place_of(scene.shop.performance(n).await).await.1);
    }
    is_in_step(&scene.cluster.nodes[3].redis, &scene.cluster.nodes[master].redis).await;
    scene.cluster.nodes[master].redis.kill();

    let started = Instant::now();
    let mut sold_elsewhere = 0;
    for (n, place) in places.iter().enumerate().skip(1) {
        if *place != master {
            office.book(scene.joon, vec![scene.shop.seats(n).await[0]]).await.unwrap();
            sold_elsewhere += 1;
        }
    }
    assert!(sold_elsewhere > 1 && started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());

    scene.book_when_possible(scene.joon, &seats[4..6]).await;
    let taken = office.book(scene.joon, vec![seats[0]]).await;
    assert_eq!(taken.map(drop), Err(Error::SeatsTaken { seats: vec![seats[0]] }), "the replica knows the hold");
    assert_eq!(office.confirm(scene.mina, hold.id).await.unwrap().tickets.len(), 2);
    until("every master is asked", async || office.audit().await.is_ok_and(|report| report.is_clean())).await;

    // The dead one comes back with its old idea of who is master.
    scene.cluster.nodes[master].redis.restart();
    scene.book_when_possible(scene.joon, &seats[6..8]).await;
    let filter = BookingFilter { limit: 99, ..BookingFilter::default() };
    assert_eq!(office.list_bookings(filter).await.unwrap().len(), 3 + sold_elsewhere);
    assert_clean(&scene.shop.box_office).await;
}

/// A master that hangs, with its connections open.
#[tokio::test]
async fn a_master_that_does_not_answer_keeps_nobody_else_waiting() {
    let scene = Scene::new().await;
    let hanging = scene.shop.performance(0).await;
    let (_, master) = scene.cluster.place_of(hanging).await;
    let mut others = Vec::new();
    for n in 0..PERFORMANCES {
        let seats = scene.shop.seats(n).await;
        scene.shop.box_office.book(scene.mina, vec![seats[0]]).await.unwrap();
        if scene.cluster.place_of(scene.shop.performance(n).await).await.1 != master {
            others.push(seats);
        }
    }
    let seats = scene.shop.seats(0).await;
    scene.cluster.nodes[master].redis.pause();
    for seat in 1..6 {
        let started = Instant::now();
        let refused = scene.shop.box_office.book(scene.mina, vec![seats[seat]]).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Unavailable, "{refused:?}");
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
        let started = Instant::now();
        for seats in &others {
            scene.shop.box_office.book(scene.joon, vec![seats[seat]]).await.unwrap();
        }
        assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
    }
    scene.cluster.nodes[master].redis.resume();
    scene.book_when_possible(scene.mina, &seats[6..8]).await;
}
