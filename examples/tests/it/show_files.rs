//! The show files are what their first lines say.

use std::fs;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use ticket_core::import::show_file::{ShowFileOptions, parse};

fn options() -> ShowFileOptions {
    ShowFileOptions { time_zone: TimeZone::get("Asia/Seoul").unwrap(), starting: None }
}

#[test]
fn every_example_has_as_many_seats_as_its_header_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("shows");
    let mut seats_by_file = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let plan = parse(&text, &options()).unwrap_or_else(|error| panic!("{file}: {error}"));
        let seats = plan.seats.iter().filter(|seat| seat.is_seat).count();
        assert_eq!(Some(seats), seats_of_header(&text), "{file}");
        seats_by_file.push((seats, file));
    }
    seats_by_file.sort();
    assert_eq!(
        seats_by_file.iter().map(|(seats, file)| format!("{file} {seats}")).collect::<Vec<_>>(),
        [
            "modu-art-theater.toml 218",
            "blue-square.toml 1766",
            "kspo-dome.toml 14580",
            "seoul-world-cup-stadium.toml 49272",
        ]
    );
}

/// The number in the line `# 218 seats.`
fn seats_of_header(text: &str) -> Option<usize> {
    let header = text.lines().take_while(|line| line.starts_with('#'));
    header.filter_map(|line| line.strip_prefix("# ")?.strip_suffix(" seats.")?.parse().ok()).next()
}

/// In a terminal, at one column and one line per unit, every seat of a hall whose sectors are not turned has a cell of
/// its own.
#[test]
fn seats_of_upright_halls_have_a_cell_each() {
    for file in ["modu-art-theater.toml", "blue-square.toml"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("shows").join(file);
        let plan = parse(&fs::read_to_string(path).unwrap(), &options()).unwrap();
        let mut cells: Vec<_> = plan.seats.iter().map(|seat| (seat.x.floor(), seat.y.floor())).collect();
        cells.sort_by(|a, b| a.partial_cmp(b).unwrap());
        cells.dedup();
        assert_eq!(cells.len(), plan.seats.len(), "{file}");
    }
}
