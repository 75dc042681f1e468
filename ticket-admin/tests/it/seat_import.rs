//! Seats from plans: CSV, and the seating plan of a real hall from pretix.

use std::fs;

use insta::assert_snapshot;

use crate::support::{Folder, SHOW};

const CSV: &str = "sector,row,number,grade,price\n1F,A,1,VIP,50000\n1F,A,2,VIP,50000\n1F,A,3,VIP,50000\n1F,B,1,R,30000\n\
                   1F,B,2,R,30000\n1F,B,3,R,30000\n";

const PLAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/plans/blue-square.json");

const GRADES: [&str; 10] = [
    "--grade",
    "VIP석=VIP:170000",
    "--grade",
    "R석=R:140000",
    "--grade",
    "S석=S:110000",
    "--grade",
    "A석=A:80000",
    "--grade",
    "B석=B:60000",
];

fn import_plan(folder: &Folder, file: &str) -> String {
    let answer = folder.run(&[&["seat", "import", "1", "--plan", file], &GRADES[..]].concat());
    answer.replace(PLAN, "blue-square.json")
}

#[test]
fn csv_gives_all_performances_its_seats_and_again_changes_nothing() {
    let folder = Folder::with_show();
    folder.write("seats.csv", CSV);
    assert_snapshot!("csv_dry_run", folder.run(&["seat", "import", "1", "--plan", "seats.csv", "--dry-run"]));
    assert_snapshot!("csv_import", folder.run(&["seat", "import", "1", "--plan", "seats.csv"]));
    assert_snapshot!("csv_import_again", folder.run(&["seat", "import", "1", "--plan", "seats.csv"]));
    assert_eq!(
        folder.run_with_input(&["seat", "import", "1", "--plan", "-"], CSV),
        "exit code 0\n--- stdout\n--- stderr\nstandard input: nothing to change\n"
    );
    assert_snapshot!("csv_map", folder.run(&["seat", "map", "2"]));
    folder.output(&["export", "1", "-o", "show.json"]);
    assert_eq!(folder.output(&["diff", "-f", "show.json"]).status.code(), Some(0));
    assert!(folder.output(&["audit"]).status.success());
}

#[test]
fn the_plan_of_a_real_hall_is_drawn_as_it_is() {
    let folder = with_blue_square();
    assert_snapshot!("plan_import", import_plan(&folder, PLAN));
    assert_snapshot!("plan_import_again", import_plan(&folder, PLAN));
    assert_snapshot!("plan_map", folder.run(&["seat", "map", "1"]));
    let svg = folder.run(&["seat", "map", "1", "--svg", "-"]);
    assert_eq!(svg.matches("<circle id=\"seat-").count(), 1766);
    let head: String = svg.lines().take(12).map(|line| format!("{line}\n")).collect();
    assert_snapshot!("plan_svg_head", head);
    folder.output(&["export", "1", "-o", "show.toml"]);
    let exported = fs::read_to_string(folder.path("show.toml")).unwrap();
    assert!(exported.contains("guids = [\"e2caddc4-b7e8\", \"d209f264-8f88\""), "guids stay");
    assert_eq!(folder.output(&["diff", "-f", "show.toml"]).status.code(), Some(0));
    assert!(folder.output(&["audit"]).status.success());
}

/// One performance of a show, with a seat of another plan.
fn with_blue_square() -> Folder {
    let folder = Folder::with_database();
    let show = SHOW.replace("start = 19:30:00\nsale-opens-at = 2099-03-02T14:00:00\n", "start = 19:30:00\n");
    let (before, after) = show.split_once("[[performances]]").unwrap();
    let (_, last) = after.split_once("[[performances]]").unwrap();
    folder.write("show.toml", format!("{before}[[performances]]{last}"));
    assert!(folder.output(&["apply", "-f", "show.toml"]).status.success());
    folder
}

#[test]
fn a_changed_plan_adds_moves_and_removes_free_seats_and_sold_ones_stand_in_the_way() {
    let folder = with_blue_square();
    assert!(import_plan(&folder, PLAN).starts_with("exit code 0"));
    let plan = fs::read_to_string(PLAN).unwrap();
    let line = |seat: &str| plan.lines().find(|line| line.contains(seat)).unwrap();
    // Gone, moved with another label and category, and new.
    let gone = line("e2caddc4-b7e8");
    let moved = line("d209f264-8f88");
    let new = moved.replace("d209f264-8f88", "new").replace("\"9\"", "\"8A\"").replace("\"x\": 22", "\"x\": 0");
    let changed = plan.replace(&format!("{gone}\n"), &format!("{new}\n")).replace(
        &format!("{moved}\n"),
        &format!("{}\n", moved.replace("R석", "S석").replace("\"9\"", "\"9A\"").replace("5.3", "6.3")),
    );
    assert_ne!(changed, plan);
    folder.write("changed.json", &changed);
    let id_of = |label: &str| {
        let seats = folder.run(&["seat", "list", "1", "--format", "csv"]);
        let line = seats.lines().find(|line| line.contains(&format!(",1F,1,{label},"))).unwrap().to_owned();
        line.split(',').next().unwrap().parse::<i64>().unwrap()
    };
    let (eight, nine) = (id_of("8"), id_of("9"));
    folder.book(&[nine]);
    let contents = folder.contents();
    assert_snapshot!("changed_plan_sold", import_plan(&folder, "changed.json"));
    assert_eq!(folder.contents(), contents);
    folder.run(&["booking", "cancel", "1", "--yes"]);
    assert_snapshot!("changed_plan", import_plan(&folder, "changed.json"));
    assert_eq!(id_of("9"), nine, "it is the same seat");
    let list = folder.run(&["seat", "list", "1", "--format", "csv"]);
    assert!(!list.contains(&format!("\n{eight},")), "it is gone");
    assert!(list.contains(",8A,S,") || list.contains(",8A,R,"), "it is new");
    assert!(folder.output(&["audit"]).status.success());
}

#[test]
fn a_show_file_can_name_its_plan() {
    let folder = with_blue_square();
    assert!(import_plan(&folder, PLAN).starts_with("exit code 0"));
    fs::create_dir(folder.path("shows")).unwrap();
    let (head, _) = fs::read_to_string(folder.path("show.toml"))
        .map(|show| show.split_once("[stage]").map(|(head, rest)| (head.to_owned(), rest.to_owned())).unwrap())
        .unwrap();
    let rest = "[[performances]]\ndate = 2099-05-02\nstart = 19:30:00\n\n[plan]\nfile = \"hall.json\"\n\
                grades = { \"VIP석\" = \"VIP\", \"R석\" = \"R\", \"S석\" = \"S\", \"A석\" = \"A\", \"B석\" = \"B\" }\n";
    let prices = "[prices]\nVIP = 170000\nR = 140000\nS = 110000\nA = 80000\nB = 60000\n\n";
    let (head, _) = head.split_once("[prices]").unwrap();
    folder.write("shows/show.toml", format!("{head}{prices}{rest}"));
    fs::copy(PLAN, folder.path("shows/hall.json")).unwrap();
    assert_eq!(
        folder.run(&["diff", "-f", "shows/show.toml"]),
        "exit code 0\n--- stdout\n--- stderr\nshows/show.toml: no difference\n"
    );
    let broken = fs::read_to_string(PLAN).unwrap().replace("\"d209f264-8f88\"", "\"e2caddc4-b7e8\"");
    folder.write("shows/hall.json", broken);
    assert_snapshot!("named_plan_broken", folder.run(&["diff", "-f", "shows/show.toml"]));
}

#[test]
fn broken_plans_name_line_key_and_value() {
    let folder = Folder::with_show();
    let contents = folder.contents();
    let plan = fs::read_to_string(PLAN).unwrap();
    let import = |file: &str, text: &str, grades: &[&str]| {
        folder.write(file, text);
        format!("## {file}\n{}", folder.run(&[&["seat", "import", "1", "--plan", file], grades].concat()))
    };
    let answers = [
        import("header.csv", "sector,row,seat,grade,price\n", &[]),
        import("grade.csv", &CSV.replace("B,2,R", "B,2,X"), &[]),
        import("short.csv", &CSV.replace("1F,B,2,R,30000", "1F,B,2,R"), &[]),
        import("twice.csv", &CSV.replace("1F,B,2", "1F,B,1"), &[]),
        import("empty.csv", "", &[]),
        import("grades.csv", CSV, &["--grade", "Parkett=R:1"]),
        import("cut.json", &plan[..5_000].replace('석', ""), &GRADES),
        import("number.json", &plan.replacen("{\"x\": 22, ", "{\"x\": \"22\", ", 1), &GRADES),
        import("twice.json", &plan.replace("\"d209f264-8f88\"", "\"e2caddc4-b7e8\""), &GRADES),
        import("grades.json", &plan, &GRADES[2..6]),
        import("typo.json", &plan, &[&GRADES[..], &["--grade", "VIP=VIP:1"]].concat()),
        import("empty.json", "", &GRADES),
        import("no.json", "{}", &GRADES),
    ];
    assert_snapshot!(answers.join("\n"));
    assert_eq!(folder.contents(), contents);
}

#[test]
fn usage_of_seat_import() {
    let folder = Folder::with_show();
    folder.write("seats.csv", CSV);
    let import = |arguments: &[&str]| folder.run(&[&["seat", "import"], arguments].concat());
    let answers = [
        import(&["1", "--plan", "seats.csv", "--grade", "Parkett"]),
        import(&["1", "--plan", "seats.csv", "--grade", "Parkett=W:1"]),
        import(&["1", "--plan", "seats.csv", "--grade", "Parkett=R:-1"]),
        import(&["1", "--plan", PLAN, "--grade", "R석=R:1", "--grade", "R석=R:2"]).replace(PLAN, "blue-square.json"),
        import(&["2", "--plan", "seats.csv"]),
        import(&["1", "--plan", "missing.csv"]),
        import(&["1", "--plan", "seats.csv", "--input-format", "xls"]),
    ];
    assert_snapshot!(answers.join("\n"));
}
