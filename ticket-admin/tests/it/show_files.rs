//! Show files in every syntax, what is different, and shows written as files.

use insta::assert_snapshot;

use crate::support::{Folder, SHOW};

const EXAMPLES: [&str; 4] = ["modu-art-theater", "blue-square", "kspo-dome", "seoul-world-cup-stadium"];

fn example(name: &str) -> String {
    format!("{}/../examples/shows/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_is_exported_is_found_unchanged_in_every_syntax() {
    for name in EXAMPLES {
        let folder = Folder::with_database();
        assert!(folder.output(&["apply", "-f", &example(name)]).status.success());
        for file in ["show.toml", "show.yaml", "show.yml", "show.json"] {
            assert!(folder.output(&["export", "1", "-o", file]).status.success());
            let unchanged = format!("exit code 0\n--- stdout\n--- stderr\n{file}: no difference\n");
            assert_eq!(folder.run(&["diff", "-f", file]), unchanged, "{name}");
            let applied = format!("exit code 0\n--- stdout\n--- stderr\n{file}: nothing to change\n");
            assert_eq!(folder.run(&["apply", "-f", file]), applied, "{name}");
        }
    }
}

#[test]
fn an_exported_show_makes_the_same_show_elsewhere() {
    let folder = Folder::with_show();
    let exported = folder.run(&["export", "1"]);
    assert_snapshot!("export", exported);
    folder.output(&["export", "1", "--as", "json", "-o", "show.txt"]);
    let other = Folder::with_database();
    other.write("show.txt", std::fs::read(folder.path("show.txt")).unwrap());
    assert!(other.output(&["apply", "-f", "show.txt"]).status.success());
    assert_eq!(other.run(&["export", "1"]), exported);
    assert_eq!(other.contents(), folder.contents());
}

#[test]
fn performances_with_seats_and_prices_of_their_own_are_exported() {
    let folder = Folder::with_show();
    let own = SHOW
        .replace("start = 14:00:00\n", "start = 14:00:00\nprices = { VIP = 40000 }\n")
        .replace("start = 19:30:00\n", "start = 19:30:00\nseating = \"small\"\n")
        + "\n[[seatings.small.sectors]]\nname = \"1F\"\nat = [0, 2]\ngrade = \"VIP\"\nrows = [{ row = \"A\", seats = \"1-2\" }]\n";
    folder.write("own.toml", own);
    assert_snapshot!("own_apply", folder.run(&["apply", "-f", "own.toml"]));
    assert_snapshot!("own_export", folder.run(&["export", "1"]));
    folder.output(&["export", "1", "-o", "again.yaml"]);
    assert_eq!(folder.output(&["diff", "-f", "again.yaml"]).status.code(), Some(0));
    assert_eq!(folder.output(&["diff", "-f", "own.toml"]).status.code(), Some(0));
}

#[test]
fn a_difference_is_told_field_by_field_and_nothing_is_changed() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    let contents = folder.contents();
    let changed = SHOW
        .replace("running-minutes = 120", "running-minutes = 90\nage-limit = \"8+\"")
        .replace("VIP = 50000", "VIP = 60000")
        .replace("sale-opens-at = 2099-03-02T14:00:00", "sale-opens-at = 2099-03-02T15:00:00")
        .replace("row = \"B\", seats = \"1-2 _ 3-4 #\"", "row = \"B\", seats = \"1-2 _ 3 VIP:5\"")
        .replace("name = \"작은 극장 Studio\"", "name = \"작은 극장 Studio\"\nurl = \"https://studio.example\"");
    folder.write("show.toml", changed);
    assert_snapshot!("diff", folder.run(&["diff", "-f", "show.toml"]));
    assert_snapshot!("diff_json", folder.run(&["diff", "-f", "show.toml", "--format", "json"]));
    assert_eq!(folder.contents(), contents);
}

/// 1 says that there are differences, and nothing else does.
#[test]
fn a_difference_that_cannot_be_told_is_not_taken_for_one() {
    let folder = Folder::with_show();
    folder.write("broken.toml", SHOW.replace("[show]", "[shows]"));
    assert_snapshot!("diff_broken", folder.run(&["diff", "-f", "broken.toml"]));
    assert_snapshot!("diff_missing", folder.run(&["diff", "-f", "missing.toml"]));
    folder.write("latin1.toml", b"name = \"Caf\xe9\"");
    assert_eq!(folder.output(&["diff", "-f", "latin1.toml"]).status.code(), Some(2));
    std::fs::create_dir(folder.path("folder")).unwrap();
    folder.write("folder/show.toml", SHOW.replace("VIP = 50000", "VIP = 1"));
    assert_eq!(folder.output(&["diff", "-f", "folder/show.toml"]).status.code(), Some(1));
}

#[test]
fn what_cannot_be_exported_says_why() {
    let folder = Folder::with_show();
    assert_snapshot!("export_unknown", folder.run(&["export", "2"]));
    assert_snapshot!("export_as_nothing", folder.run(&["export", "1", "--as", "xml"]));
    assert_snapshot!("export_to_nowhere", folder.run(&["export", "1", "-o", "nowhere/show.toml"]));
    rusqlite::Connection::open(folder.path("tickets.db"))
        .unwrap()
        .execute("UPDATE seat SET x = -1 WHERE id = 1", [])
        .unwrap();
    assert_snapshot!("export_what_no_file_says", folder.run(&["export", "1"]));
}

#[test]
fn the_syntax_is_told_by_extension_option_or_first_words() {
    let yaml = "venue: {name: 작은 극장 Studio}\nshow: {name: Hamlet 햄릿, category: PLAY, running-minutes: 120}\n\
                prices: {VIP: 50000, R: 30000}\nstage: {x: 0, y: 0, width: 9, height: 1}\nperformances:\n\
                \x20 - {date: 2099-05-02, start: '14:00'}\n\
                \x20 - {date: 2099-05-02, start: '19:30', sale-opens-at: 2099-03-02 14:00:00}\n\
                sectors:\n  - name: 1F\n    at: [0, 2]\n    grade: R\n    rows:\n\
                \x20     - {row: A, seats: 1-2 _ 3-4, grade: VIP, indent: 2}\n\
                \x20     - {row: B, seats: '1-2 _ 3-4 #', indent: 2}\n";
    let folder = Folder::with_show();
    for file in ["show.yaml", "SHOW.YML", "show", "show.txt"] {
        folder.write(file, yaml);
        assert_eq!(folder.output(&["diff", "-f", file]).status.code(), Some(0), "{file}");
    }
    let unchanged = "exit code 0\n--- stdout\n--- stderr\nstandard input: no difference\n";
    assert_eq!(folder.run_with_input(&["diff", "-f", "-"], yaml), unchanged);
    assert_eq!(folder.run_with_input(&["diff", "-f", "-", "--input-format", "yaml"], yaml), unchanged);
    assert_snapshot!("wrong_syntax", folder.run_with_input(&["diff", "-f", "-", "--input-format", "toml"], yaml));
    assert_snapshot!("unknown_syntax", folder.run_with_input(&["diff", "-f", "-", "--input-format", "ini"], yaml));
    folder.write("show.toml", yaml);
    assert_eq!(folder.output(&["diff", "-f", "show.toml"]).status.code(), Some(2), "the extension decides");
    let shifted = folder.run(&["diff", "-f", "show.yaml", "--starting", "2098-12-31"]);
    assert!(shifted.contains("performance 2098-12-31 round 1"), "{shifted}");
}

#[test]
fn broken_files_name_line_key_and_value_in_every_syntax() {
    let folder = Folder::with_show();
    let contents = folder.contents();
    let show = |file: &str, text: &str| {
        folder.write(file, text);
        format!("## {file}\n{}", folder.run(&["apply", "-f", file]))
    };
    folder.output(&["export", "1", "-o", "good.yaml"]);
    folder.output(&["export", "1", "-o", "good.json"]);
    let good = |file: &str| std::fs::read_to_string(folder.path(file)).unwrap();
    let (yaml, json) = (good("good.yaml"), good("good.json"));
    let answers = [
        show("price.yaml", &yaml.replace("VIP: 50000", "VIP: free")),
        show("grade.yaml", &yaml.replace("grade: \"VIP\"", "grade: \"W\"")),
        show("indent.yaml", &yaml.replace("  name: \"작은", " name: \"작은\n  name: \"")),
        show("tab.yaml", &yaml.replace("  name: \"작은", "\tname: \"작은")),
        show("price.json", &json.replace("\"VIP\": 50000", "\"VIP\": -1")),
        show("comma.json", &json.replace("\"VIP\": 50000,", "\"VIP\": 50000")),
        show("cut.json", &json[..json.len() / 2]),
        show("list.json", "[]"),
        show("empty.yaml", ""),
        show("empty.json", ""),
        show("empty", ""),
        show("places.toml", &SHOW.replace("at = [0, 2]\n", "").replace("indent = 2", "x = \"0.5..2.5\", y = \"1\"")),
        show("seating.toml", &SHOW.replace("start = 14:00:00", "start = 14:00:00\nseating = \"small\"")),
        show("plan.toml", &format!("{}[plan]\nfile = \"nowhere.csv\"\n", SHOW.split("[[sectors]]").next().unwrap())),
        show("both.toml", &format!("{SHOW}\n[plan]\nfile = \"hall.csv\"\n")),
    ];
    assert_snapshot!(answers.join("\n"));
    assert_eq!(folder.contents(), contents);
}

#[test]
fn bytes_that_are_no_text_and_files_without_an_end_are_refused() {
    let folder = Folder::with_show();
    folder.write("utf16.toml", SHOW.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    let answer = folder.output(&["apply", "-f", "utf16.toml"]);
    assert_eq!(answer.status.code(), Some(2));
    let file = std::fs::File::create(folder.path("huge.toml")).unwrap();
    file.set_len(64 * 1024 * 1024 + 1).unwrap();
    let refused = "exit code 2\n--- stdout\n--- stderr\nerror: huge.toml: is larger than 64 MiB\n";
    assert_eq!(folder.run(&["apply", "-f", "huge.toml"]), refused);
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = Folder::with_database();
    assert!(folder.output(&["apply", "-f", &example("seoul-world-cup-stadium")]).status.success());
    let mut command = folder.command(&["export", "1"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn what_is_not_there_yet_cannot_be_exported_and_says_so() {
    let folder = Folder::with_show();
    let create = "show create --venue 1 --name Macbeth --category play --start-date 2099-06-01 --end-date 2099-06-02 \
                  --running-minutes 130";
    let create: Vec<&str> = create.split_whitespace().collect();
    assert!(folder.run(&create).starts_with("exit code 0"));
    let export = |show: &str| folder.run(&["export", show]);
    let error = |reason: &str| format!("exit code 5\n--- stdout\n--- stderr\nerror: {reason}\n");
    assert_eq!(export("2"), error("show 2 has no performances yet; `performance create` adds one"));
    folder.run(&["performance", "create", "2", "--date", "2099-06-01", "--start", "19:00"]);
    let reason = "show 2 has no seats yet in its performance on 2099-06-01 (round 1); `seat import` adds them";
    assert_eq!(export("2"), error(reason));
    folder.run(&["performance", "cancel", "3", "--yes"]);
    assert_eq!(export("2"), error("show 2 has no performances that are not cancelled"));
}
