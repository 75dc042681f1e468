//! The doctor as a program: with a real database and a real Redis, damaged on purpose.

use std::process::Stdio;

use insta::assert_snapshot;
use ticket_core::domain::SeatId;
use ticket_core::testing::PrivateRedis;
use ticket_core::{BoxOffice, Config};

use crate::pty::Pty;
use crate::support::{Folder, SHOW, join, shown};

fn damage(folder: &Folder, sql: &str) {
    rusqlite::Connection::open(folder.path("tickets.db")).unwrap().execute_batch(sql).unwrap();
}

/// Two seats are sold; one of them says it is free, and one that nobody has sold says it is sold.
fn damaged() -> Folder {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    damage(&folder, "UPDATE seat SET state = 'AVAILABLE' WHERE id = 1; UPDATE seat SET state = 'BOOKED' WHERE id = 5");
    folder
}

#[test]
fn nothing_is_repaired_without_consent() {
    let folder = damaged();
    let before = folder.contents();
    assert_snapshot!("doctor_not_asked", shown(&folder.command(&["doctor"]).stdin(Stdio::null()).output().unwrap()));
    assert_snapshot!("doctor_dry_run", folder.run(&["doctor", "--dry-run"]));
    assert_snapshot!("doctor_dry_run_json", folder.run(&["doctor", "--dry-run", "--format", "json"]));
    assert_eq!(folder.contents(), before);
}

#[test]
fn what_can_be_told_is_repaired_and_the_rest_is_named() {
    let folder = damaged();
    assert_snapshot!("doctor_yes", folder.run(&["doctor", "--yes"]));
    damage(&folder, "UPDATE seat SET state = 'AVAILABLE' WHERE id = 5");
    assert_eq!(folder.output(&["audit"]).status.code(), Some(0));
    assert_snapshot!("doctor_healthy", folder.run(&["doctor"]));
}

/// At a terminal it asks, and takes nothing but a yes for one.
#[test]
fn at_a_terminal_it_asks() {
    for (answer, state) in [("n", "A"), ("", "A"), ("y", "B")] {
        let folder = damaged();
        let asked = Pty::start(&folder, &["doctor"], 200, &[]);
        let (seen, exit) = asked.answer("Repair this? [y/N] ", answer);
        let plan = seen.split("Repair this?").next().unwrap();
        assert!(plan.contains("make it BOOKED"), "the plan comes first");
        assert_eq!(exit, 1, "one seat is left to a person");
        let map: serde_json::Value =
            serde_json::from_slice(&folder.output(&["seat", "map", "1", "--format", "json"]).stdout).unwrap();
        assert_eq!((&map["seats"][0]["seatId"], &map["seats"][0]["status"]), (&1.into(), &state.into()), "{answer:?}");
    }
}

#[test]
fn keys_in_redis_are_repaired_too() {
    let redis = PrivateRedis::start();
    let folder = Folder::empty();
    let url = redis.url();
    let run = |arguments: &[&str]| folder.output(&[arguments, &["--redis", &url]].concat());
    assert!(run(&["init"]).status.success());
    folder.write("show.toml", SHOW);
    assert!(run(&["apply", "-f", "show.toml"]).status.success());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let config = Config { redis: Some(redis.url()), ..Config::new(folder.path("tickets.db")) };
        let shop = BoxOffice::open(config).unwrap();
        let mina = join(&shop).await;
        shop.hold(mina, vec![SeatId(1), SeatId(2)]).await.unwrap();
        for key in ["{perf:1}:seat:4", "{perf:9}:seat:4"] {
            redis.command(&["SET", key, "12|1|99999999999999|99999999999999"]).await;
        }
        redis.command(&["PERSIST", "{perf:1}:seat:1"]).await;
        shop.shutdown().await;
    });
    assert_eq!(run(&["audit"]).status.code(), Some(1));
    let repaired = run(&["doctor", "--yes", "--format", "json"]);
    assert_eq!(repaired.status.code(), Some(0), "{}", shown(&repaired));
    let report: serde_json::Value = serde_json::from_slice(&repaired.stdout).unwrap();
    let repairs = report["repairs"].as_array().unwrap();
    assert!(repairs.len() >= 3 && repairs.iter().all(|repair| repair["outcome"] == "repaired"), "{report}");
    assert_eq!(report["forAPerson"], serde_json::json!([]));
    let audit = run(&["audit"]);
    assert_eq!(audit.status.code(), Some(0), "{}", shown(&audit));
    assert!(shown(&run(&["holds", "list"])).contains("1,2"), "the hold has stayed");
}
