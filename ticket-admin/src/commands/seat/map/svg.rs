//! A seat map as an SVG drawing: what it is of, the stage, the seats with the names of their rows and sectors, and what the
//! colours mean.

mod legend;
mod names;

use std::fmt::Write as _;

use ticket_core::api::{Layout, LayoutHeader, LayoutSeat};
use ticket_core::domain::{Grade, SeatStatus, Stage};
use unicode_width::UnicodeWidthStr as _;

/// Pixels of a seat width. A row distance is as long as two.
const UNIT: f32 = 12.0;
/// Seat widths around the plan.
const MARGIN: f32 = 3.0;
/// Pixels of the title above the plan, and of the size of its letters.
const HEAD: f32 = 4.0 * UNIT;
const HEAD_FONT: f32 = 1.25 * UNIT;

/// The drawing. Each seat tells in a tooltip what it is.
pub(super) fn draw(layout: &Layout, statuses: &[SeatStatus]) -> String {
    let legend = legend::lines(layout, statuses);
    let (plan_width, plan_height) = size(layout);
    let (first, second) = title(&layout.header);
    let head_width = text_width(&first, HEAD_FONT).max(text_width(&second, UNIT)) + 2.0 * MARGIN * UNIT;
    let width = plan_width.max(head_width).max(legend::width(&legend));
    let height = plan_height + legend::height(&legend);
    // It shrinks to the width of the window, and is never drawn larger than it is.
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" style=\"max-width:100%;height:auto\" font-family=\"sans-serif\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        escaped(&format!("{first}, {second}")),
    );
    svg.push_str(&line_of_text((MARGIN * UNIT, 1.8 * UNIT), HEAD_FONT, &first));
    svg.push_str(&line_of_text((MARGIN * UNIT, 3.2 * UNIT), UNIT, &second));
    if let Some(stage) = &layout.header.stage {
        svg.push_str(&stage_of(stage));
    }
    svg.push_str(&names::draw(layout));
    for (seat, status) in layout.seats().zip(statuses) {
        svg.push_str(&circle(layout, &seat, *status));
    }
    svg.push_str(&legend::draw(&legend, plan_height));
    svg.push_str("</svg>\n");
    svg
}

fn title(header: &LayoutHeader) -> (String, String) {
    let LayoutHeader { show_name, place_name, date, round, start_time, .. } = header;
    (show_name.clone(), format!("{place_name}, {date} {} (round {round})", start_time.strftime("%H:%M")))
}

fn size(layout: &Layout) -> (f32, f32) {
    let corner = |(x, y): (f32, f32), (seat_x, seat_y): (f32, f32)| (x.max(seat_x), y.max(seat_y));
    let stage =
        layout.header.stage.as_ref().map_or((0.0, 0.0), |stage| (stage.x + stage.width, stage.y + stage.height));
    let end = layout.seats().map(|seat| (seat.x, seat.y)).fold(stage, corner);
    ((end.0 + 2.0 * MARGIN) * UNIT, (end.1 * 2.0 + 2.0 * MARGIN) * UNIT + HEAD)
}

fn place(x: f32, y: f32) -> (f32, f32) {
    ((x + MARGIN) * UNIT, (y * 2.0 + MARGIN) * UNIT + HEAD)
}

/// About how wide a text is: fonts differ. A wide letter is as wide as high, others are half as wide.
#[expect(clippy::cast_precision_loss, reason = "names are short")]
fn text_width(text: &str, font: f32) -> f32 {
    text.width() as f32 * font * 0.55
}

fn line_of_text((x, y): (f32, f32), font: f32, text: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{font:.0}\" fill=\"#202020\">{}</text>\n", escaped(text))
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
        SeatStatus::Canceled => ("#dcdcdc", "cancelled"),
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
