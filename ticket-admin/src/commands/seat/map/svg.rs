//! A seat map as an SVG drawing.

use std::fmt::Write as _;

use ticket_core::api::{Layout, LayoutSeat};
use ticket_core::domain::{Grade, SeatStatus, Stage};

/// Pixels of a seat width. A row distance is as long as two.
const UNIT: f32 = 12.0;
const MARGIN: f32 = 2.0;

/// The drawing. Each seat tells in a tooltip what it is.
pub(super) fn draw(layout: &Layout, statuses: &[SeatStatus]) -> String {
    let (width, height) = size(layout);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        escaped(&format!("{}, {}", layout.header.show_name, layout.header.place_name)),
    );
    if let Some(stage) = &layout.header.stage {
        svg.push_str(&stage_of(stage));
    }
    for (seat, status) in layout.seats().zip(statuses) {
        svg.push_str(&circle(layout, &seat, *status));
    }
    svg.push_str("</svg>\n");
    svg
}

fn size(layout: &Layout) -> (f32, f32) {
    let corner = |(x, y): (f32, f32), (seat_x, seat_y): (f32, f32)| (x.max(seat_x), y.max(seat_y));
    let stage =
        layout.header.stage.as_ref().map_or((0.0, 0.0), |stage| (stage.x + stage.width, stage.y + stage.height));
    let end = layout.seats().map(|seat| (seat.x, seat.y)).fold(stage, corner);
    ((end.0 + 2.0 * MARGIN) * UNIT, (end.1 * 2.0 + 2.0 * MARGIN) * UNIT)
}

fn place(x: f32, y: f32) -> (f32, f32) {
    ((x + MARGIN) * UNIT, (y * 2.0 + MARGIN) * UNIT)
}

fn stage_of(stage: &Stage) -> String {
    let ((x, y), width, height) = (place(stage.x, stage.y), stage.width * UNIT, stage.height * 2.0 * UNIT);
    let (middle_x, middle_y) = (x + width / 2.0, y + height / 2.0);
    format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"3\" fill=\"#e0e0e0\"/>\n\
         <text x=\"{middle_x:.1}\" y=\"{middle_y:.1}\" font-size=\"{UNIT}\" text-anchor=\"middle\" \
         dominant-baseline=\"central\" fill=\"#404040\">{}</text>\n",
        escaped(&stage.label)
    )
}

fn circle(layout: &Layout, seat: &LayoutSeat<'_>, status: SeatStatus) -> String {
    let (x, y) = place(seat.x, seat.y);
    let radius = 0.42 * UNIT;
    let Some((fill, meaning)) = look(seat.category.grade, status) else { return String::new() };
    let label = seat.label.map_or_else(|| seat.number.to_string(), str::to_owned);
    let price = layout.header.currency.format(seat.category.price);
    let tooltip = format!("{} {} {label}: {} {price}, {meaning}", seat.sector, seat.row, seat.category.grade);
    let mut circle = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        circle,
        "<circle id=\"seat-{}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{fill}\"><title>{}</title></circle>",
        seat.id,
        escaped(&tooltip)
    );
    circle
}

/// Colour and meaning: free seats by grade (colours of Okabe and Ito, which the colour-blind can tell apart), the others in
/// greys. A gap is not drawn.
const fn look(grade: Grade, status: SeatStatus) -> Option<(&'static str, &'static str)> {
    Some(match status {
        SeatStatus::Available => (grade_colour(grade), "free"),
        SeatStatus::Booked => ("#9a9a9a", "sold"),
        SeatStatus::Held => ("#c4c4c4", "held"),
        SeatStatus::Offered => ("#c4c4c4", "offered to a waiter"),
        SeatStatus::Canceled => ("#dcdcdc", "given back"),
        SeatStatus::Blocked => ("#404040", "out of sale"),
        SeatStatus::Gap => return None,
    })
}

const fn grade_colour(grade: Grade) -> &'static str {
    match grade {
        Grade::Vip => "#d55e00",
        Grade::R => "#cc79a7",
        Grade::S => "#0072b2",
        Grade::A => "#009e73",
        Grade::B => "#e69f00",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
