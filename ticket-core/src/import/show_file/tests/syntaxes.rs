//! The same show in every syntax, and what each says of its mistakes.

use super::{SHOW, options, parse, parsed_show};
use crate::import::Syntax;
use crate::import::show_file::parse_with;

const YAML: &str = r#"# The same show.
venue:
  name: Studio
show:
  name: Hamlet
  category: play
  running-minutes: 120
prices: {VIP: 50000, R: 30000}
stage:
performances:
  - date: 2031-05-02
    start: 19:30:00
sectors:
  - name: 1F
    at: [0, 2]
    grade: R
    rows:
      - {rows: A-B, seats: 1-2 _ 3-4}
      - row: C
        seats: "1-2 # VIP:5 5A"
        indent: 1
        aisle: 2
"#;

const JSON: &str = r#"{
    "venue": {"name": "St\u0075dio"},
    "show": {"name": "Hamlet", "category": "play", "running-minutes": 120},
    "prices": {"VIP": 50000, "R": 30000},
    "stage": null,
    "performances": [{"date": "2031-05-02", "start": "19:30:00"}],
    "sectors": [{
        "name": "1F",
        "at": [0, 2],
        "grade": "R",
        "rows": [
            {"rows": "A-B", "seats": "1-2 _ 3-4"},
            {"row": "C", "seats": "1-2 # VIP:5 5A", "indent": 1, "aisle": 2.0}
        ]
    }]
}
"#;

#[test]
fn every_syntax_says_the_same() {
    let plan = parsed_show(SHOW);
    assert_eq!(parsed_show(YAML), plan);
    assert_eq!(parsed_show(JSON), plan);
    for text in [SHOW, YAML, JSON] {
        let on_windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(parsed_show(&on_windows), plan, "{on_windows}");
    }
}

#[test]
fn a_syntax_is_recognised_by_its_first_words() {
    let sniffed = [
        ("", Syntax::Toml),
        ("# a = 1\n\n[venue]", Syntax::Toml),
        ("venue.name = \"a: b\"", Syntax::Toml),
        ("\u{feff}\n {\"venue\": 1}", Syntax::Json),
        ("---\nvenue:", Syntax::Yaml),
        ("venue: {url: \"http://a/?b=c\"}", Syntax::Yaml),
        ("nonsense", Syntax::Yaml),
    ];
    for (text, syntax) in sniffed {
        assert_eq!(Syntax::sniff(text), syntax, "{text}");
    }
}

#[test]
fn yaml_names_the_place_of_what_is_wrong() {
    let error_with = |replaced: &str, by: &str| error_with(YAML, replaced, by);
    assert_eq!(
        error_with("category", "categroy"),
        "line 6, column 3: show.categroy: unknown field `categroy`, expected one of `name`, `category`, \
         `running-minutes`, `intermission-minutes`, `age-limit`, `currency`, `max-seats-per-user`, `cancel-until-hours`"
    );
    assert_eq!(error_with("  category: play\n", ""), "line 5, column 3: show: missing field `category`");
    assert_eq!(
        error_with("120", "two hours"),
        "line 7, column 20: show.running-minutes: invalid type: string \"two hours\", expected a whole number"
    );
    assert_eq!(
        error_with("start: 19:30:00", "start: half past seven"),
        "line 12, column 12: performances[0].start: half past seven is not a time; allowed is a local time such as 19:30:00"
    );
    assert_eq!(
        error_with("seats: 1-2 _ 3-4", "seats: 1-2 _ 2-4"),
        "line 18, column 34: sectors[0].rows[0].seats: seat \"1F/A/2\" is there twice"
    );
    assert_eq!(
        error_with("VIP:5 5A", "VIP:5 5"),
        "line 20, column 29: sectors[0].rows[1].seats: seat \"1F/C/5\" is there twice"
    );
    assert_eq!(
        error_with("  name: Studio", "  name: Studio\n  name: B"),
        "line 4, column 3: key \"name\" is there twice"
    );
    assert_eq!(error_with("name: Hamlet", "name: [Hamlet"), "line 6, column 11: illegal placement of ':' indicator");
    assert_eq!(
        error_with("aisle: 2\n", "aisle: 2\n---\na: b\n"),
        "line 23, column 1: a second document; allowed is one"
    );
    assert_eq!(error_with("name: Studio", "name: !x Studio"), "line 3, column 9: !x is no known tag");
    assert_eq!(error_with("name: Studio", "? [a]\n  : b"), "line 3, column 5: a key must be a single word or text");
}

#[test]
fn yaml_repeats_what_has_a_name_but_not_for_ever() {
    let repeated = YAML
        .replace("rows: A-B, seats: 1-2 _ 3-4", "rows: A-B, seats: &seats 1-2 _ 3-4")
        .replace("      - row: C", "      - {row: D, seats: *seats}\n      - row: C");
    let plan = parsed_show(&repeated);
    assert_eq!(plan.seats.iter().filter(|seat| seat.position.row == "D").count(), 4);
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='i').zip('a'..) {
        bomb += &format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 10].join(", "));
    }
    let error = parse(&bomb, &options()).unwrap_err().to_string();
    assert!(error.ends_with("aliases repeat more than 1000000 values"), "{error}");
    let nested = |levels| parse(&format!("venue: {}", "[".repeat(levels)), &options()).unwrap_err().to_string();
    assert_eq!(nested(100), "line 1, column 72: is nested more than 64 levels deep");
    assert!(nested(100_000).starts_with("line 1, column "), "{}", nested(100_000));
}

#[test]
fn json_names_the_place_of_what_is_wrong() {
    let error_with = |replaced: &str, by: &str| error_with(JSON, replaced, by);
    assert_eq!(
        error_with("\"VIP\": 50000", "\"VIP\": -1"),
        "line 4, column 23: prices.VIP: -1 is out of range; allowed is 0 to 1000000000000"
    );
    assert_eq!(
        error_with("120", "\"120\""),
        "line 3, column 71: show.running-minutes: invalid type: string \"120\", expected a whole number"
    );
    assert_eq!(
        error_with("120", "null"),
        "line 3, column 71: show.running-minutes: invalid type: null, expected a whole number"
    );
    assert!(
        error_with("\"VIP\": 50000", "\"VIP\": {}")
            .ends_with("prices.VIP: invalid type: table, expected a whole number")
    );
    let list = error_with("\"seats\":", "\"labels\": 1, \"seats\":");
    assert!(list.ends_with("sectors[0].rows[0].labels: invalid type: integer `1`, expected a list"), "{list}");
    assert_eq!(
        error_with("3-4", "2-4"),
        "line 12, column 45: sectors[0].rows[0].seats: seat \"1F/A/2\" is there twice"
    );
    assert_eq!(error_with("\"grade\": \"R\",", "\"grade\": \"R\",,"), "line 10, column 22: key must be a string");
    assert_eq!(error_with("\"at\": [0, 2]", "\"at\": [0, 02]"), "line 9, column 20: invalid number");
    assert_eq!(error_with("]\n    }]", "]\n    }"), "line 16, column 1: expected `,` or `]`");
    assert_eq!(error_with("\"stage\": null", "\"prices\": {}"), "line 5, column 5: key \"prices\" is there twice");
    let deep = format!("{{\"venue\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(parse(&deep, &options()).unwrap_err().to_string().ends_with("is nested more than 64 levels deep"));
}

#[test]
fn a_show_with_nothing_in_it_is_an_error_in_every_syntax() {
    for (syntax, text) in [(Syntax::Toml, ""), (Syntax::Yaml, ""), (Syntax::Yaml, "# nothing"), (Syntax::Json, "{}")] {
        let error = parse_with(text, syntax, &options(), &mut |_| Err(String::new())).unwrap_err();
        assert_eq!(error.to_string(), "line 1, column 1: missing field `venue`", "{syntax} {text}");
    }
    for text in ["[]", "7", "\"venue\""] {
        let error = parse_with(text, Syntax::Json, &options(), &mut |_| Err(String::new())).unwrap_err();
        let expected = "is no show file; expected the keys venue, show, prices, performances and sectors";
        assert_eq!(error.to_string(), format!("line 1, column 1: {expected}"));
    }
    let error = parse_with("", Syntax::Json, &options(), &mut |_| Err(String::new())).unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 1: EOF while parsing a value");
}

#[track_caller]
fn error_with(show: &str, replaced: &str, by: &str) -> String {
    assert!(show.contains(replaced), "{replaced}");
    parse(&show.replacen(replaced, by, 1), &options()).unwrap_err().to_string()
}
