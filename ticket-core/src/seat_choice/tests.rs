use proptest::prelude::*;

use super::{Hall, choose};
use crate::api::{Layout, LayoutHeader, LayoutRow, LayoutSeat, LayoutSector, PriceCategory};
use crate::domain::{Currency, Grade, PerformanceId, SeatId, SeatWish, ShowId};

/// A layout in letters: sectors of rows; `V`, `R` and `S` are seats of these grades, a space is an aisle.
///
/// Lower case is the same grade for half the price.
fn layout(sectors: &[&[&str]]) -> Layout {
    let mut layout = Layout { header: header(), categories: Vec::new(), sectors: Vec::new() };
    for (n, rows) in sectors.iter().enumerate() {
        let left = n * 40;
        let rows = (0..).zip(*rows).map(|(y, row)| row_of(&mut layout.categories, row, left, y)).collect();
        layout.sectors.push(LayoutSector { name: format!("{n}F"), rows });
    }
    layout
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn row_of(categories: &mut Vec<PriceCategory>, letters: &str, left: usize, y: usize) -> LayoutRow {
    let seats: Vec<(usize, char)> = letters.char_indices().filter(|(_, letter)| *letter != ' ').collect();
    let id = |x: usize| SeatId(i64::try_from(y * 1000 + left + x).unwrap());
    LayoutRow {
        row: y.to_string(),
        ids: seats.iter().map(|(x, _)| id(*x)).collect(),
        numbers: (1..).take(seats.len()).collect(),
        labels: Vec::new(),
        categories: seats.iter().map(|(_, letter)| category(categories, *letter)).collect(),
        x: seats.iter().map(|(x, _)| (left + x) as f32).collect(),
        y: vec![y as f32],
    }
}

fn category(categories: &mut Vec<PriceCategory>, letter: char) -> u16 {
    let (grade, price) = match letter.to_ascii_uppercase() {
        'V' => (Grade::Vip, 200),
        'R' => (Grade::R, 100),
        'S' => (Grade::S, 60),
        other => panic!("{other} is no grade of these tests"),
    };
    let category = PriceCategory { grade, price: if letter.is_lowercase() { price / 2 } else { price } };
    let index = categories.iter().position(|known| *known == category).unwrap_or_else(|| {
        categories.push(category);
        categories.len() - 1
    });
    u16::try_from(index).unwrap()
}

fn header() -> LayoutHeader {
    LayoutHeader {
        layout_version: 1,
        performance_id: PerformanceId(1),
        show_id: ShowId(1),
        show_name: "The Tempest".into(),
        place_name: "Small Hall".into(),
        date: "2027-03-01".parse().unwrap(),
        round: 1,
        start_time: "19:30:00".parse().unwrap(),
        starts_at: "2027-03-01T10:30:00Z".parse().unwrap(),
        sale_opens_at: None,
        sale_closes_at: "2027-03-01T10:30:00Z".parse().unwrap(),
        currency: Currency::KRW,
        max_seats_per_user: 10,
        stage: None,
    }
}

/// What is chosen, drawn as `*` into `seats`, where `x` is a taken seat. `plan` has the grades of the same seats.
fn drawn(wish: &SeatWish, plan: &[&str], seats: &[&str]) -> String {
    let hall = Hall::new(&layout(&[plan]));
    let mut letters: Vec<char> = seats.join("\n").chars().collect();
    let places: Vec<usize> = (0..letters.len()).filter(|place| !" \n".contains(letters[*place])).collect();
    for seat in choose(&hall, |seat| letters[places[seat]] != 'x', wish).unwrap_or_default() {
        letters[places[seat]] = '*';
    }
    letters.into_iter().collect()
}

#[track_caller]
fn assert_chosen_of(wish: &SeatWish, plan: &[&str], seats: &[&str], expected: &[&str]) {
    let actual = drawn(wish, plan, seats);
    assert!(actual == expected.join("\n"), "chosen is\n{actual}");
}

/// In a hall of one grade.
#[track_caller]
fn assert_chosen(wish: &SeatWish, seats: &[&str], expected: &[&str]) {
    let plan: Vec<String> = seats.iter().map(|row| row.replace(['.', 'x'], "R")).collect();
    let plan: Vec<&str> = plan.iter().map(String::as_str).collect();
    assert_chosen_of(wish, &plan, seats, expected);
}

fn together(count: u32) -> SeatWish {
    SeatWish::together(count)
}

fn anyhow(count: u32) -> SeatWish {
    SeatWish { together: false, ..together(count) }
}

#[test]
fn takes_the_middle_of_the_front() {
    assert_chosen(&together(2), &["......", "......"], &["..**..", "......"]);
    assert_chosen(&together(3), &[".......", "......."], &["..***..", "......."]);
    assert_chosen(&together(2), &["..xxxxx..", "........"], &["..xxxxx..", "....**.."]);
    assert_chosen(&together(1), &[".", "."], &["*", "."]);
}

#[test]
fn an_aisle_is_not_sat_across() {
    assert_chosen(&together(2), &[".x. .x.", "......."], &[".x. .x.", "..**..."]);
    assert_chosen(&together(2), &[".x. .x."], &[".x. .x."]);
}

#[test]
fn leaves_no_seat_alone_unless_there_is_no_other_way() {
    assert_chosen(&together(3), &["xxx....", "......."], &["xxx....", "..***.."]);
    assert_chosen(&together(3), &["xxx....", "xxxxxxx"], &["xxx***.", "xxxxxxx"]);
    assert_chosen(&together(1), &["x...x"], &["x*..x"]);
    assert_chosen(&together(1), &["x..x.x", "xxxxxx"], &["x..x*x", "xxxxxx"]);
}

#[test]
fn leaves_room_for_pairs() {
    assert_chosen(&together(2), &["........"], &["..**...."]);
    assert_chosen(&together(4), &["........"], &["..****.."]);
    assert_chosen(&together(4), &[".........."], &["..****...."]);
    assert_chosen(&together(3), &["........."], &["..***...."]);
    // A hall is sold out to pairs.
    let hall = Hall::new(&layout(&[&["RRRRRRRR", "RRRRRRRRRR", "RRRR RRRRRRRR"]]));
    let mut free = [true; 30];
    for _ in 0..15 {
        let pair = choose(&hall, |seat| free[seat], &together(2)).unwrap();
        pair.into_iter().for_each(|seat| free[seat] = false);
    }
}

#[test]
fn together_is_one_row_or_nothing() {
    assert_chosen(&together(3), &["..x..", "..x.."], &["..x..", "..x.."]);
    assert_chosen(&anyhow(3), &["..x..", "..x..", "....x"], &["..x..", "..x..", ".***x"]);
}

#[test]
fn two_rows_are_right_behind_each_other() {
    assert_chosen(&anyhow(4), &["..x..x", "xxx..x"], &["..x**x", "xxx**x"]);
    assert_chosen(&anyhow(4), &["x...x", "x...x"], &["x***x", "x*..x"]);
    assert_chosen(&anyhow(2), &[".x.x.", "x.xx."], &[".x.x*", "x.xx*"]);
}

#[test]
fn otherwise_there_are_as_few_pieces_as_possible() {
    assert_chosen(&anyhow(5), &[".x...xx..", "xxxxxxxxx"], &[".x***xx**", "xxxxxxxxx"]);
    assert_chosen(&anyhow(6), &["..x..x..", "xxxxxxxx"], &["**x**x**", "xxxxxxxx"]);
    assert_chosen(&anyhow(7), &["..x..x..", "xxxxxxxx"], &["..x..x..", "xxxxxxxx"]);
}

#[test]
fn the_best_grade_that_can_serve_the_wish() {
    let plan = ["VVVV", "RRRR", "SSSS"];
    assert_chosen_of(&together(4), &plan, &["....", "....", "...."], &["****", "....", "...."]);
    assert_chosen_of(&together(2), &plan, &[".x.x", "x..x", "...."], &[".x.x", "x**x", "...."]);
    assert_chosen_of(&anyhow(2), &plan, &[".x.x", "x..x", "...."], &[".x.x", "x**x", "...."]);
    assert_chosen_of(&anyhow(2), &plan, &[".x.x", "x.xx", "xxxx"], &["*x*x", "x.xx", "xxxx"]);
    assert_chosen_of(&anyhow(3), &plan, &[".x.x", "x.xx", "xxxx"], &[".x.x", "x.xx", "xxxx"]);
}

#[test]
fn wishes_are_kept_to() {
    let plan = ["VVvv", "RRrr", "SSSS"];
    let free = ["....", "....", "...."];
    let r = SeatWish { grade: Some(Grade::R), ..together(2) };
    assert_chosen_of(&r, &plan, &free, &["....", "**..", "...."]);
    let cheap = SeatWish { max_price: Some(60), ..together(2) };
    assert_chosen_of(&cheap, &plan, &free, &["....", "..**", "...."]);
    let cheap_vip = SeatWish { grade: Some(Grade::Vip), ..cheap };
    assert_chosen_of(&cheap_vip, &plan, &free, &free);
    for (sector, expected) in [("0F", Some(vec![0, 1])), ("1F", Some(vec![2, 3])), ("9F", None)] {
        let wish = SeatWish { sector: Some(sector.into()), ..together(2) };
        assert_eq!(choose(&Hall::new(&layout(&[&["RR"], &["RR"]])), |_| true, &wish), expected, "{sector}");
    }
}

#[test]
fn senseless_wishes_find_nothing() {
    let hall = Hall::new(&layout(&[&["RRR", "RRR"]]));
    for count in [0, 7, u32::MAX] {
        assert_eq!(choose(&hall, |_| true, &together(count)), None);
        assert_eq!(choose(&hall, |_| true, &anyhow(count)), None);
    }
    assert_eq!(choose(&Hall::new(&layout(&[])), |_| true, &together(1)), None);
}

#[test]
fn a_hall_knows_its_grades_and_sectors() {
    let hall = Hall::new(&layout(&[&["RVV"], &["SR"]]));
    assert_eq!(hall.sectors(), ["0F", "1F"]);
    assert_eq!(hall.grades_in(None).collect::<Vec<_>>(), [Grade::Vip, Grade::R, Grade::S]);
    assert_eq!(hall.grades_in(Some("1F")).collect::<Vec<_>>(), [Grade::R, Grade::S]);
    assert_eq!(hall.grades_in(Some("2F")).count(), 0);
}

/// The rules once more, in the plainest way: for any set of seats, what speaks against it.
struct Oracle<'a> {
    seats: Vec<LayoutSeat<'a>>,
    free: &'a [bool],
    wish: &'a SeatWish,
}

/// How far apart, grade, pieces, whether in several sectors, orphans, pairs lost, people alone, distance.
type Verdict = (usize, Grade, usize, bool, usize, usize, usize, u64);

impl Oracle<'_> {
    fn fitting(&self) -> Vec<usize> {
        let wish = self.wish;
        let fits = |seat: &LayoutSeat<'_>| {
            wish.grade.is_none_or(|grade| grade == seat.category.grade)
                && wish.sector.as_ref().is_none_or(|sector| sector == seat.sector)
                && wish.max_price.is_none_or(|price| seat.category.price <= price)
        };
        (0..self.seats.len()).filter(|seat| self.free[*seat] && fits(&self.seats[*seat])).collect()
    }

    /// `None` when these seats are not an answer.
    fn judge(&self, chosen: &[usize]) -> Option<Verdict> {
        let grade = self.seats[chosen[0]].category.grade;
        let pieces: Vec<&[usize]> = chosen.chunk_by(|a, b| self.are_neighbours(*a, *b)).collect();
        let spread = match &pieces[..] {
            [_] => 0,
            [front, back] if self.touch(front, back) => 1,
            _ => 2,
        };
        if chosen.iter().any(|seat| self.seats[*seat].category.grade != grade) || (self.wish.together && spread > 0) {
            return None;
        }
        let orphans = pieces.iter().map(|piece| self.orphans_of(piece)).sum();
        let scattered = chosen.iter().any(|seat| self.seats[*seat].sector != self.seats[chosen[0]].sector);
        let lost = pieces.iter().map(|piece| self.lost_by(piece)).sum();
        let alone = pieces.iter().filter(|piece| piece.len() == 1).count();
        Some((
            spread,
            grade,
            pieces.len(),
            scattered,
            orphans,
            lost,
            alone,
            chosen.iter().map(|seat| self.distance(*seat)).sum(),
        ))
    }

    fn are_neighbours(&self, a: usize, b: usize) -> bool {
        let (left, right) = (&self.seats[a], &self.seats[b]);
        left.sector == right.sector && left.row == right.row && (left.x - right.x).abs() <= 1.5
    }

    fn touch(&self, front: &[usize], back: &[usize]) -> bool {
        let is_behind = |a: &LayoutSeat<'_>, b: &LayoutSeat<'_>| a.sector == b.sector && a.x == b.x && a.y + 1.0 == b.y;
        front.iter().any(|a| back.iter().any(|b| is_behind(&self.seats[*a], &self.seats[*b])))
    }

    fn orphans_of(&self, piece: &[usize]) -> usize {
        let has_free_neighbour = |seat: usize, is_free: &dyn Fn(usize) -> bool| {
            (0..self.seats.len()).any(|other| other != seat && is_free(other) && self.are_neighbours(seat, other))
        };
        let before = |seat: usize| self.free[seat];
        let after = |seat: usize| self.free[seat] && !piece.contains(&seat);
        (0..self.seats.len())
            .filter(|seat| after(*seat) && has_free_neighbour(*seat, &before) && !has_free_neighbour(*seat, &after))
            .count()
    }

    /// How many pairs fewer there is room for than there might be.
    fn lost_by(&self, piece: &[usize]) -> usize {
        let is_alike = |a: usize, b: usize| self.seats[a].category.grade == self.seats[b].category.grade;
        let fitting = self.fitting();
        let mut runs = fitting.chunk_by(|a, b| self.are_neighbours(*a, *b) && is_alike(*a, *b));
        let run = runs.find(|run| run.contains(&piece[0])).unwrap();
        let pairs_left = |first: usize| first / 2 + (run.len() - piece.len() - first) / 2;
        let most = (0..=run.len() - piece.len()).map(pairs_left).max().unwrap();
        most - pairs_left(piece[0] - run[0])
    }

    /// From the mean of the seats of this grade in its first rows.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
    fn distance(&self, seat: usize) -> u64 {
        let seat = &self.seats[seat];
        let own = || self.seats.iter().filter(|other| other.category.grade == seat.category.grade);
        let top = own().map(|other| other.y).fold(f32::INFINITY, f32::min);
        let front: Vec<f64> = own().filter(|other| other.y == top).map(|other| f64::from(other.x)).collect();
        let middle = (front.iter().sum::<f64>() / front.len() as f64 * 100.0).round();
        let (x, y) = (f64::from(seat.x) * 100.0 - middle, f64::from(seat.y - top) * 200.0);
        (x * x + y * y) as u64
    }
}

/// Every way to pick so many of these, each in order.
fn subsets(of: &[usize], count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    (0..of.len())
        .flat_map(|first| {
            subsets(&of[first + 1..], count - 1).into_iter().map(move |rest| [vec![of[first]], rest].concat())
        })
        .collect()
}

/// Checks an answer against every other.
fn check(sectors: &[Vec<String>], free: &[bool], wish: &SeatWish, all: impl Fn(&[usize], usize) -> Vec<Vec<usize>>) {
    let sectors: Vec<Vec<&str>> = sectors.iter().map(|rows| rows.iter().map(String::as_str).collect()).collect();
    let layout = layout(&sectors.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let oracle = Oracle { seats: layout.seats().collect(), free, wish };
    let count = wish.count as usize;
    let best = all(&oracle.fitting(), count).iter().filter_map(|chosen| oracle.judge(chosen)).min();
    let hall = Hall::new(&layout);
    let chosen = choose(&hall, |seat| free[seat], wish);
    assert_eq!(choose(&hall, |seat| free[seat], wish), chosen, "not the same again");
    if let Some(chosen) = &chosen {
        assert!(
            chosen.len() == count && chosen.is_sorted() && chosen.iter().all(|seat| oracle.fitting().contains(seat))
        );
    }
    assert_eq!(chosen.as_ref().and_then(|chosen| oracle.judge(chosen)), best, "{chosen:?}");
}

/// Sectors of rows of letters; there is at least a seat in each row.
fn plans(rows: std::ops::Range<usize>, row: &'static str) -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = row.prop_filter("a row has a seat", |row: &String| !row.trim().is_empty());
    prop::collection::vec(prop::collection::vec(row, rows), 1..3)
}

fn wishes(count: std::ops::Range<u32>) -> impl Strategy<Value = SeatWish> {
    let grade = prop::option::weighted(0.5, prop::sample::select(vec![Grade::Vip, Grade::R, Grade::S]));
    let sector = prop::option::weighted(0.2, prop::sample::select(vec!["0F".to_owned(), "1F".to_owned()]));
    let max_price = prop::option::weighted(0.3, prop::sample::select(vec![50, 60, 100, 199]));
    (count, grade, sector, max_price, any::<bool>()).prop_map(|(count, grade, sector, max_price, together)| SeatWish {
        count,
        grade,
        sector,
        max_price,
        together,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Against every set of seats.
    #[test]
    fn nothing_is_better(
        plan in plans(1..4, "[VRr ]{1,4}|[VRrS]{4}"),
        free in prop::collection::vec(prop::bool::weighted(0.6), 24),
        wish in wishes(1..5),
    ) {
        check(&plan, &free, &wish, subsets);
    }

    /// Against every block, in halls too large for that.
    #[test]
    fn no_block_is_better(
        plan in plans(1..8, "[Rr]{3,9} [VR]{3,9}|R{14,18}"),
        free in prop::collection::vec(prop::bool::weighted(0.85), 400),
        wish in wishes(1..7),
    ) {
        let wish = SeatWish { together: true, ..wish };
        check(&plan, &free, &wish, |fitting, count| fitting.windows(count).map(<[usize]>::to_vec).collect());
    }
}
