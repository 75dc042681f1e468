//! What is read, as data.

use insta::assert_snapshot;

use crate::support::Folder;

#[test]
fn whatever_is_read_comes_in_every_format() {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    let reads = [
        "show list",
        "performance list 1",
        "seat list 1 --status sold",
        "seat map 2",
        "seat history 1",
        "booking list",
        "holds list",
        "mail list",
        "jobs list",
        "waitlist list",
        "migrate --check",
        "audit",
        "apply -f show.toml",
    ];
    for read in reads {
        let in_format = |format: &str| {
            let output = folder.output(&[read.split(' ').collect(), vec!["--format", format]].concat());
            assert!(output.status.success(), "{read} {format}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let json: serde_json::Value = serde_json::from_str(&in_format("json")).unwrap();
        let lines: Vec<serde_json::Value> =
            in_format("ndjson").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let expected = match json {
            serde_json::Value::Array(items) => items,
            map if read.starts_with("seat map") => map["seats"].as_array().unwrap().clone(),
            one => vec![one],
        };
        assert_eq!(lines, expected, "{read}");
        // An audit has a line for each finding, and a change one for each difference: there are none here.
        let is_of_parts = ["audit", "apply -f show.toml"].contains(&read);
        let csv = in_format("csv").lines().count();
        assert_eq!(csv, if is_of_parts { 1 } else { expected.len() + 1 }, "{read}");
    }
}

#[test]
fn a_spreadsheet_gets_columns_with_names() {
    let folder = Folder::with_show();
    folder.book(&[1, 5]);
    assert_snapshot!("bookings_csv", folder.run(&["booking", "list", "--format", "csv"]));
    assert_snapshot!("bookings_ndjson", folder.run(&["booking", "list", "--format", "ndjson"]));
    assert_snapshot!("seats_csv", folder.run(&["seat", "list", "1", "--format", "csv"]));
}
