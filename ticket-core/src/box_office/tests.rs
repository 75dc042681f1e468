//! The page of [`BoxOffice`](super::BoxOffice) leads to every use case, and each of them shows how it is called.

const PAGE: &str = include_str!("mod.rs");

/// The files of its methods, as [`PAGE`] declares them.
const FILES: [(&str, &str); 10] = [
    ("accounts", include_str!("accounts.rs")),
    ("care", include_str!("care.rs")),
    ("jobs", include_str!("jobs.rs")),
    ("mail", include_str!("mail.rs")),
    ("managing", include_str!("managing.rs")),
    ("reports", include_str!("reports.rs")),
    ("selling", include_str!("selling.rs")),
    ("shows", include_str!("shows.rs")),
    ("waiting", include_str!("waiting.rs")),
    ("mod", PAGE),
];

struct UseCase<'a> {
    name: &'a str,
    docs: Vec<&'a str>,
}

/// The public methods of a file that are documented.
fn use_cases(file: &str) -> Vec<UseCase<'_>> {
    let mut found = Vec::new();
    let mut docs = Vec::new();
    let mut is_of_box_office = false;
    for line in file.lines() {
        is_of_box_office = if line.starts_with("impl ") { line == "impl BoxOffice {" } else { is_of_box_office };
        let line = line.trim_start();
        let function = line.strip_prefix("pub async fn ").or_else(|| line.strip_prefix("pub fn "));
        if line.starts_with("///") || line.starts_with("#[") {
            docs.push(line);
            continue;
        }
        let docs = std::mem::take(&mut docs);
        if let Some(function) = function.filter(|_| is_of_box_office && !docs.contains(&"#[doc(hidden)]")) {
            let end = function.find(['(', '<']).unwrap();
            found.push(UseCase { name: &function[..end], docs });
        }
    }
    found
}

#[test]
fn no_file_is_forgotten() {
    let declared = PAGE.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let declared: Vec<&str> = declared.filter(|module| *module != "tests").chain(["mod"]).collect();
    assert_eq!(FILES.map(|(name, _)| name)[..], declared);
}

#[test]
fn every_use_case_is_in_a_table_once() {
    let tables: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("/// | ")).collect();
    for (_, file) in FILES {
        for UseCase { name, .. } in use_cases(file) {
            let link = format!("[`{name}`](Self::{name})");
            assert_eq!(tables.iter().filter(|row| row.contains(&link)).count(), 1, "{name} in the tables of BoxOffice");
        }
    }
}

#[test]
fn every_use_case_has_an_example() {
    for (_, file) in FILES {
        let found = use_cases(file);
        assert!(!found.is_empty());
        for UseCase { name, docs } in found {
            assert!(docs.contains(&"/// ```"), "{name} has no example");
        }
    }
}
