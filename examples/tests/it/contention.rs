//! The contention harness: a crowd for a few seats.

use rstest::rstest;
use serde_json::Value;
use ticket_core::testing::PrivateRedis;

use crate::process::{example, printed};

#[rstest]
fn a_crowd_buys_every_seat_once(#[values(false, true)] in_redis: bool) {
    let redis = in_redis.then(PrivateRedis::start);
    let mut crowd = example("contention");
    crowd.args([
        "--buyers",
        "120",
        "--seats",
        "40",
        "--party",
        "2",
        "--at-once",
        "32",
        "--hold",
        "--cancel",
        "10",
        "--json",
    ]);
    if let Some(redis) = &redis {
        crowd.args(["--redis", &redis.url()]);
    }
    let report: Value = serde_json::from_str(&printed(&mut crowd)).unwrap();
    let count = |name: &str| report[name].as_u64().unwrap_or_else(|| panic!("{name} in {report}"));
    assert_eq!((count("seats"), count("oversold"), count("lost")), (40, 0, 0), "{report}");
    assert_eq!(report["audit"], Value::Array(Vec::new()));
    assert!(count("bookings") > 0 && count("refusals") > 0, "there was no crowd: {report}");
    assert!(count("seatsSold") <= 2 * (count("bookings") - count("canceled")), "{report}");
}
