use insta::assert_snapshot;
use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};

use super::place::{Place, Returned};
use crate::support::{Folder, shown};

#[rstest]
#[tokio::test]
async fn a_job_is_run_now_and_not_again_before_its_rest_is_over(#[values(Embedded, Redis)] holds: HoldBackend) {
    let place = Place::new(holds);
    let office = place.open();
    let booking = Returned::new(&office, &[1, 2]).await;
    booking.cancel(&office, 0).await;
    let run = |arguments: &[&str]| shown(&place.command(arguments).output().unwrap());
    let ran = run(&["jobs", "run", "waitlist-offer"]);
    assert_eq!(ran, "exit code 0\n--- stdout\n--- stderr\nwaitlist-offer: done, 1 seat returned\n");
    booking.cancel(&office, 1).await;
    let again = run(&["jobs", "run", "waitlist-offer"]);
    assert!(again.starts_with("exit code 5\n"), "{again}");
    assert!(again.contains("error: The job waitlist-offer was run just now, and is not run again before"), "{again}");
    let forced = run(&["jobs", "run", "waitlist-offer", "--force", "--format", "json"]);
    assert!(forced.starts_with("exit code 0\n") && forced.contains("\"summary\": \"1 seat returned\""), "{forced}");

    let status = run(&["jobs", "status", "waitlist-offer"]);
    assert_eq!(status.matches("by hand").count(), 2, "{status}");
    assert_eq!(status.matches("1 seat returned").count(), 2, "{status}");
    let status = place.command(&["jobs", "status", "--format", "json", "--limit", "1"]).output().unwrap().stdout;
    let status: serde_json::Value = serde_json::from_slice(&status).unwrap();
    assert_eq!((status.as_array().unwrap().len(), &status[0]["fence"]), (1, &2.into()));
    assert_eq!((&status[0]["outcome"], &status[0]["scheduledAt"]), (&"DONE".into(), &serde_json::Value::Null));

    let list = place.command(&["jobs", "list", "--format", "json"]).output().unwrap().stdout;
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let offer = list.as_array().unwrap().iter().find(|job| job["job"] == "waitlist-offer").unwrap();
    assert_eq!((&offer["atLeastSeconds"], &offer["atMostSeconds"]), (&540.into(), &900.into()));
    assert_eq!(offer["lock"]["isResting"], true);
    assert_eq!(offer["lastRun"]["summary"], "1 seat returned");
    let sweep = list.as_array().unwrap().iter().find(|job| job["job"] == "hold-sweep").unwrap();
    assert!(sweep["nextTick"].is_string() && sweep["lock"].is_null() && sweep["lastRun"].is_null());
    office.shutdown().await;
}

#[test]
fn a_job_that_runs_elsewhere_is_a_conflict() {
    let place = Place::new(Embedded);
    let hour = jiff::Span::new().hours(1);
    let held = "INSERT INTO job_lock (name, token, expires_at, is_resting) VALUES ('hold-sweep', x'00', ?1, 0)";
    let until: jiff::Timestamp = "2099-01-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap() + hour;
    place.database().execute(held, [until.as_millisecond()]).unwrap();
    for force in [&["jobs", "run", "hold-sweep"][..], &["jobs", "run", "hold-sweep", "--force"]] {
        let refused = shown(&place.command(force).output().unwrap());
        let reason = "error: The job hold-sweep is running; its lock ends at 2099-01-01T01:00:00Z at the latest.\n";
        assert_eq!(refused, format!("exit code 5\n--- stdout\n--- stderr\n{reason}"));
    }
    let list = shown(&place.command(&["jobs", "list"]).output().unwrap());
    assert!(list.contains("held until 2099-01-01 10:00:00"), "{list}");
}

#[test]
fn jobs_are_listed_with_their_schedules() {
    let place = Place::new(Embedded);
    let schedules = ["--job-schedule", "hold-sweep=0 0 0 1 1 *", "--job-schedule", "waitlist-offer=0 0 0 1 2 *"];
    let output = place
        .command(&[&["jobs", "list"], &schedules[..]].concat())
        .env("TICKET_JOB_SCHEDULES", "hold-sweep=0 0 0 1 3 *;housekeeping=0 0 0 1 4 *")
        .output()
        .unwrap();
    let listed = shown(&output);
    assert!(listed.contains("0 0 0 1 1 *") && listed.contains("0 0 0 1 2 *"), "the command line comes first: {listed}");
    assert!(listed.contains("0 0 4 * * *"), "and has the last word: {listed}");
    let output = place
        .command(&["jobs", "list"])
        .env("TICKET_JOB_SCHEDULES", "hold-sweep=0 0 0 1 3 *;housekeeping=0 0 0 1 4 *")
        .output()
        .unwrap();
    let listed = shown(&output);
    assert!(listed.contains("0 0 0 1 3 *") && listed.contains("0 0 0 1 4 *"), "{listed}");
}

#[test]
fn what_makes_no_sense_is_a_usage_error() {
    let folder = Folder::with_database();
    let bad: [&[&str]; 5] = [
        &["jobs", "run", "nap"],
        &["jobs", "status", "nap"],
        &["jobs", "list", "--job-schedule", "hold-sweep=often"],
        &["jobs", "daemon", "--job-schedule", "hold-sweep"],
        &["jobs", "daemon", "--job-schedule", "nap=* * * * * *"],
    ];
    assert_snapshot!(
        "jobs_usage",
        bad.map(|arguments| format!("## {}\n{}", arguments.join(" "), folder.run(arguments))).join("\n")
    );
    assert_snapshot!("jobs_none_run", folder.run(&["jobs", "status"]));
}
