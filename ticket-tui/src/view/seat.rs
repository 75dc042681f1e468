//! How a seat looks: a glyph that reads without colour, and a style on top.

use ratatui::style::{Modifier, Style};
use ticket_core::domain::{Grade, SeatStatus};

use crate::seat_map::Block;
use crate::theme::Theme;

/// Picked by the user.
pub(super) const PICKED: char = '◆';
/// Held for the user.
pub(super) const MINE: char = '■';

/// A free seat of that grade.
pub(super) fn free(grade: Grade) -> char {
    match grade {
        Grade::Vip => 'v',
        Grade::R => 'r',
        Grade::S => 's',
        Grade::A => 'a',
        Grade::B => 'b',
    }
}

/// A seat as the world sees it.
pub(super) fn glyph(theme: Theme, status: SeatStatus, grade: Grade) -> (char, Style) {
    match status {
        SeatStatus::Available => (free(grade), theme.grade(grade)),
        SeatStatus::Booked => ('×', theme.muted()),
        SeatStatus::Held => ('~', theme.muted().add_modifier(Modifier::BOLD)),
        SeatStatus::Canceled => ('○', theme.muted()),
        SeatStatus::Offered => ('◇', theme.muted()),
        SeatStatus::Blocked => ('#', theme.muted()),
        SeatStatus::Gap => ('·', theme.muted()),
    }
}

/// Many seats at once: the denser, the more of them are free.
pub(super) fn block_glyph(theme: Theme, block: &Block, grade: Grade) -> (char, Style) {
    let percent = u32::from(block.free) * 100 / u32::from(block.total.max(1));
    let shade = match (block.total, block.free, percent) {
        (0, ..) => return ('·', theme.muted()),
        (_, 0, _) => return ('×', theme.muted()),
        (.., 0..=25) => '░',
        (.., 26..=50) => '▒',
        (.., 51..=75) => '▓',
        _ => '█',
    };
    (shade, theme.grade(grade))
}

/// What a status is called.
pub(super) fn word(status: SeatStatus) -> &'static str {
    match status {
        SeatStatus::Available => "free",
        SeatStatus::Booked => "sold",
        SeatStatus::Held => "held by another",
        SeatStatus::Canceled => "given back, on sale soon",
        SeatStatus::Offered => "offered to a waiter",
        SeatStatus::Blocked => "not for sale",
        SeatStatus::Gap => "no seat",
    }
}

/// Every glyph with its meaning, for legend and help.
pub(super) fn key() -> [(char, &'static str); 8] {
    [
        (PICKED, "picked by you"),
        (MINE, "held for you"),
        ('×', "sold"),
        ('~', "held by another"),
        ('○', "on sale again soon"),
        ('◇', "offered to a waiter"),
        ('#', "not for sale"),
        ('·', "no seat here"),
    ]
}
