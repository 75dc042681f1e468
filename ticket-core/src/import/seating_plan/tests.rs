use super::*;
use crate::domain::SeatPlan;

const CSV: &str =
    "sector,row,number,grade,price\n1F,A,1,VIP,50000\n1F,A,2,VIP,50000\n1F,B,2,R,30000\n2F,A,7A,R,30000\n";

const PRETIX: &str = r#"{
  "name": "Kleines Haus",
  "categories": [{"name": "Parkett", "color": "red"}, {"name": "Loge = vorn", "color": "blue"}, {"name": "Unused"}],
  "zones": [
    {
      "name": "Parkett",
      "position": {"x": 100, "y": 200},
      "rows": [
        {
          "row_number": "1", "row_number_position": "both", "position": {"x": 10, "y": 0},
          "seats": [
            {"seat_guid": "p-1-1", "seat_number": "1", "position": {"x": 0, "y": 0}, "category": "Parkett", "radius": 9},
            {"seat_guid": "p-1-2", "seat_number": "2", "position": {"x": 25, "y": 0}, "category": "Parkett"}
          ]
        },
        {
          "row_number": "2", "position": {"x": 10, "y": 40},
          "seats": [
            {"seat_guid": "p-2-1", "seat_number": "Platz 12 R", "position": {"x": 0, "y": 0}, "category": "Loge = vorn"},
            {"seat_guid": "p-2-2", "seat_number": "2", "position": {"x": 26.5, "y": 10}, "category": "Parkett"}
          ]
        }
      ],
      "areas": [
        {"shape": "text", "position": {"x": 1, "y": 1}, "text": {"text": "Foyer"}},
        {"shape": "rectangle", "position": {"x": -50, "y": -120}, "rectangle": {"width": 200, "height": 80},
         "text": {"text": "Bühne", "position": {"x": 1, "y": 1}}, "color": "gray", "rotation": 0},
        {"shape": "circle", "position": {"x": 0, "y": 0}, "circle": {"radius": 10}, "text": {"text": "Mischpult"}}
      ]
    }
  ],
  "size": {"width": 800, "height": 600}
}"#;

fn categories() -> Categories {
    let categories = [("Parkett", (Grade::R, 30_000)), ("Loge = vorn", (Grade::Vip, 50_000))];
    categories.map(|(name, price)| (name.to_owned(), price)).into()
}

fn lines(seats: &[SeatPlan]) -> Vec<String> {
    let line = |seat: &SeatPlan| {
        let SeatPlan { guid, grade, price, position, x, y, .. } = seat;
        let (sector, row, label) = (&position.sector, &position.row, &position.label);
        format!("{guid}: {sector} {row} {label} ({}) {grade} {price} at {x}, {y}", position.number)
    };
    seats.iter().map(line).collect()
}

#[test]
fn csv_lies_where_its_numbers_say() {
    let seating = read(CSV, PlanFormat::Csv, &Categories::new()).unwrap();
    assert_eq!(
        lines(&seating.seats),
        [
            "1F/A/1: 1F A 1 (1) VIP 50000 at 0.5, 2.5",
            "1F/A/2: 1F A 2 (2) VIP 50000 at 1.5, 2.5",
            "1F/B/2: 1F B 2 (2) R 30000 at 1.5, 3.5",
            "2F/A/7A: 2F A 7A (7) R 30000 at 0.5, 5.5",
        ]
    );
    let stage = seating.stage.unwrap();
    assert_eq!((stage.label.as_str(), stage.x, stage.y, stage.width, stage.height), ("STAGE", 0.0, 0.0, 2.0, 1.0));
}

#[test]
fn csv_of_spreadsheets_is_understood() {
    let seating = read(CSV, PlanFormat::Csv, &Categories::new()).unwrap();
    for delimiter in [";", "\t", " , "] {
        let text = format!("\u{feff}{}", CSV.replace(',', delimiter).replace('\n', "\r\n"));
        assert_eq!(read(&text, PlanFormat::Csv, &Categories::new()).unwrap(), seating, "{text}");
    }
    let text = "GUID,y,x,Price,grade,number,row,sector\n\"a,\"\"b\",3,7.25,100,r,1,\"A, left\",Main\nc,4,1,100,R,2,\"A, left\",Main\n";
    assert_eq!(
        lines(&read(text, PlanFormat::Csv, &Categories::new()).unwrap().seats),
        ["a,\"b: Main A, left 1 (1) R 100 at 7.25, 3", "c: Main A, left 2 (2) R 100 at 1, 4"]
    );
}

#[test]
fn csv_lines_of_empty_cells_are_blank() {
    let emptied = CSV.replace("1F,B", ",,,,\n , ,,,\n\n1F,B") + ",,,,\n";
    let read = |text: &str| read(text, PlanFormat::Csv, &Categories::new());
    assert_eq!(read(&emptied).unwrap(), read(CSV).unwrap());
    let error = read("sector,row,number,grade,price\n,,,,\n").unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 1: has no seats");
    let error = read(&emptied.replace("2F,A", ",A")).unwrap_err();
    assert_eq!(error.to_string(), "line 8, column 1: sector: must not be empty");
}

#[test]
fn csv_with_numbers_that_are_no_columns_is_drawn_in_its_order() {
    let text = "sector,row,number,grade,price\n1F,A,12,R,1\n1F,A,12A,R,1\n1F,A,13,R,1\n2F,A,1,R,1\n2F,A,5000,R,1\n";
    let seats = read(text, PlanFormat::Csv, &Categories::new()).unwrap().seats;
    assert_eq!(seats.iter().map(|seat| seat.x).collect::<Vec<_>>(), [0.5, 1.5, 2.5, 0.5, 1.5]);
}

#[test]
fn csv_names_the_place_of_what_is_wrong() {
    let error_of = |text: &str| read(text, PlanFormat::Csv, &Categories::new()).unwrap_err().to_string();
    let error_with = |replaced: &str, by: &str| {
        assert!(CSV.contains(replaced), "{replaced}");
        error_of(&CSV.replacen(replaced, by, 1))
    };
    assert_eq!(error_of(""), "line 1, column 1: is empty; expected sector,row,number,grade,price");
    assert_eq!(error_of("sector,row,number,grade,price\n"), "line 1, column 1: has no seats");
    assert_eq!(
        error_with("price\n", "prize\n"),
        "line 1, column 1: \"prize\" is no column; allowed is sector,row,number,grade,price,x,y,guid"
    );
    assert_eq!(
        error_with(",price\n", "\n"),
        "line 1, column 1: there is no column price; expected sector,row,number,grade,price"
    );
    assert_eq!(error_with("row", "sector"), "line 1, column 1: column sector is there twice");
    assert_eq!(error_of("sector,row,number,grade,price,x\n"), "line 1, column 1: x and y go together");
    assert_eq!(
        error_with("A,2,VIP,50000", "A,2,VIP"),
        "line 3, column 1: has 4 columns; expected 5, as the first line has"
    );
    assert_eq!(
        error_with("B,2,R,30000", "B,2,W,30000"),
        "line 4, column 8: grade: \"W\" is not a grade; allowed is VIP, R, S, A, B"
    );
    assert_eq!(error_with("1F,B,2,R", "\"1F,B,2,R"), "line 4, column 1: has a quote that is opened and not closed");
    assert_eq!(
        error_with("\"1F\",B".trim_start_matches("\"1F\","), "B\",x\""),
        "line 4, column 1: has 6 columns; expected 5, as the first line has"
    );
    assert_eq!(
        error_with("1F,B,2,R,30000", "\"1,F\",B,2,R,1e3"),
        "line 4, column 13: price: \"1e3\" is no price; allowed is 0 to 1000000000000, in minor units"
    );
    assert_eq!(error_with("7A", "A7"), "line 5, column 6: number: \"A7\" is no seat; allowed is 7, 7A, up to 99999");
    assert_eq!(error_with("2F,A", ",A"), "line 5, column 1: sector: must not be empty");
    assert_eq!(error_with("A,2", "A,1"), "line 3, column 1: seat \"1F/A/1\" is there twice");
    let placed = "sector,row,number,grade,price,x,y\n1F,A,1,R,1,1,1\n1F,A,2,R,1,1.2,1\n1F,A,3,R,1,far,1\n";
    assert_eq!(error_of(placed), "line 4, column 12: x: \"far\" is no place; allowed is 0 to 100000");
    assert_eq!(error_of(&placed.replace("far", "9")), "line 3, column 1: seat \"1F/A/2\" overlaps seat \"1F/A/1\"");
    assert_eq!(
        read(CSV, PlanFormat::Csv, &categories()).unwrap_err().to_string(),
        "line 1, column 1: a CSV names the grades itself"
    );
}

#[test]
fn more_seats_than_allowed_are_refused() {
    let lines: String = (0..200_001).map(|seat| format!("1F,{},{},R,1\n", seat / 1000, seat % 1000)).collect();
    let text = format!("sector,row,number,grade,price\n{lines}");
    let error = read(&text, PlanFormat::Csv, &Categories::new()).unwrap_err();
    assert_eq!(error.to_string(), "line 200002, column 1: more than 200000 seats");
}

#[test]
fn pretix_places_add_up_and_are_scaled() {
    let seating = read(PRETIX, PlanFormat::Pretix, &categories()).unwrap();
    assert_eq!(
        lines(&seating.seats),
        [
            "p-1-1: Parkett 1 1 (1) R 30000 at 2.4, 3",
            "p-1-2: Parkett 1 2 (2) R 30000 at 3.4, 3",
            "p-2-1: Parkett 2 Platz 12 R (12) VIP 50000 at 2.4, 4",
            "p-2-2: Parkett 2 2 (2) R 30000 at 3.46, 4.25",
        ]
    );
    let stage = seating.stage.unwrap();
    assert_eq!((stage.label.as_str(), stage.x, stage.y, stage.width, stage.height), ("Bühne", 0.0, 0.0, 8.0, 2.0));
}

#[test]
fn a_stage_that_is_turned_lies_where_it_is_drawn() {
    let turned = |area: &str, degrees: u32| {
        let text = PRETIX.replacen("\"rectangle\": {\"width\": 200, \"height\": 80}", area, 1);
        let text = text.replacen("\"rotation\": 0", &format!("\"rotation\": {degrees}"), 1);
        let stage = read(&text, PlanFormat::Pretix, &categories()).unwrap().stage.unwrap();
        (stage.label, stage.x, stage.y, stage.width, stage.height)
    };
    let buehne = |x, y, width, height| ("Bühne".to_owned(), x, y, width, height);
    // 25 pixels are a seat width, 40 a row distance; the stage begins the plan.
    let rectangle = "\"rectangle\": {\"width\": 200, \"height\": 80}";
    assert_eq!(turned(rectangle, 90), buehne(0.0, 0.0, 3.2, 5.0));
    assert_eq!(turned(rectangle, 180), buehne(0.0, 0.0, 8.0, 2.0));
    assert_eq!(turned("\"ellipse\": {\"radius\": {\"x\": 100, \"y\": 40}}", 90), buehne(0.0, 0.0, 3.2, 5.0));
    let triangle = "\"polygon\": {\"points\": [{\"x\": 0, \"y\": 0}, {\"x\": 200, \"y\": 0}, {\"x\": 0, \"y\": 80}]}";
    assert_eq!(turned(triangle, 90), buehne(0.0, 0.0, 3.2, 5.0));
}

#[test]
fn pretix_names_the_place_of_what_is_wrong() {
    let error_with = |replaced: &str, by: &str| {
        assert!(PRETIX.contains(replaced), "{replaced}");
        read(&PRETIX.replacen(replaced, by, 1), PlanFormat::Pretix, &categories()).unwrap_err().to_string()
    };
    let seat = "zones[0].rows[0].seats[1]";
    assert_eq!(
        error_with("\"p-1-2\"", "\"p-1-1\""),
        format!("line 13, column 27: {seat}.seat_guid: guid \"p-1-1\" is there twice")
    );
    assert_eq!(
        error_with("\"seat_number\": \"2\"", "\"seat_number\": \"1\""),
        format!("line 13, column 27: {seat}.seat_guid: seat \"Parkett/1/1\" is there twice")
    );
    assert_eq!(
        error_with("{\"x\": 25, \"y\": 0}", "{\"x\": 0, \"y\": 0}, \"more\": 1"),
        format!("line 13, column 27: {seat}.seat_guid: seat \"Parkett/1/2\" overlaps seat \"Parkett/1/1\"")
    );
    assert_eq!(
        error_with("{\"x\": 25, \"y\": 0}", "{\"x\": \"25\", \"y\": 0}"),
        format!("line 13, column 77: {seat}.position.x: invalid type: string \"25\", expected a number")
    );
    assert_eq!(
        error_with("\"seat_guid\": \"p-1-2\", ", ""),
        format!("line 13, column 86: {seat}: missing field `seat_guid`")
    );
    assert_eq!(error_with("\"p-1-2\"", "12"), format!("line 13, column 27: {seat}.seat_guid: 12 is no text"));
    assert_eq!(error_with("\"p-1-2\"", "\"\""), format!("line 13, column 27: {seat}.seat_guid: must not be empty"));
    assert_eq!(
        error_with("\"category\": \"Parkett\"", "\"category\": \"Rang\""),
        "line 12, column 99: zones[0].rows[0].seats[0].category: no grade and price are given for \"Rang\""
    );
    assert_eq!(error_with("\"size\":", "\"size\""), "line 32, column 10: expected `:`");
    assert_eq!(
        error_with("    }\n  ],\n  \"size\"", "    }\n  ,\n  \"size\""),
        "line 32, column 8: zones[1]: invalid type: string \"size\", expected a table"
    );
    assert_eq!(
        error_with("\"seat_number\": \"2\"", "\"seat_number\": \" \""),
        format!("line 13, column 27: {seat}.seat_guid: its seat_number must not be empty")
    );
    let long = "long ".repeat(50);
    assert_eq!(
        error_with("\"name\": \"Parkett\",\n", &format!("\"name\": \"{long}\",\n")),
        "line 6, column 16: zones[0].name: is 249 characters long; allowed are 200"
    );
    assert_eq!(
        error_with("\"row_number\": \"2\"", "\"row_number\": \"2\\t2\""),
        "line 19, column 27: zones[0].rows[1].row_number: \"2\\t2\" has a control character or a line break"
    );
    assert_eq!(
        error_with("\"seat_number\": \"2\"", &format!("\"seat_number\": \"{long}\"")),
        format!("line 13, column 52: {seat}.seat_number: is 249 characters long; allowed are 200")
    );
    assert_eq!(
        error_with("{\"x\": 25, \"y\": 0}", "{\"x\": 1e300, \"y\": 0}"),
        format!("line 13, column 27: {seat}.seat_guid: is too far from other seats; allowed are 100000 seat widths")
    );
    for known in [Categories::new(), categories()] {
        let error = read("{\"zones\": []}", PlanFormat::Pretix, &known).unwrap_err();
        assert_eq!(error.to_string(), "line 1, column 1: zones: the plan has no seats");
    }
}

#[test]
fn categories_must_be_those_of_the_plan() {
    let read = |categories: &Categories| read(PRETIX, PlanFormat::Pretix, categories).unwrap_err().to_string();
    assert_eq!(
        read(&Categories::new()),
        "line 12, column 99: zones[0].rows[0].seats[0].category: \
         no grade and price are given for \"Loge = vorn\", \"Parkett\""
    );
    let mut more = categories();
    more.insert("Unused".to_owned(), (Grade::S, 1));
    assert!(super::read(PRETIX, PlanFormat::Pretix, &more).is_ok());
    more.insert("Rang".to_owned(), (Grade::S, 1));
    assert_eq!(
        read(&more),
        "line 1, column 1: categories: \"Rang\" is no category of the plan; these are \"Loge = vorn\", \"Parkett\", \"Unused\""
    );
}
