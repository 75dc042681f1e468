//! How a seat looks: a glyph that reads without colour, and a style on top.

use ratatui::style::{Modifier, Style};
use ticket_core::domain::{Grade, SeatStatus};

use crate::lang::{Language, Say};
use crate::model::{Hall, Model};
use crate::seat_map::Block;
use crate::theme::Theme;

/// Picked by the user.
pub(super) const PICKED: char = '◆';
/// Held for the user.
pub(super) const MINE: char = '■';
/// Marked by the user to wait for.
pub(super) const MARKED: char = 'W';
/// The user waits for it.
pub(super) const WAITED: char = 'w';
/// Given back, and offered to the user.
pub(super) const OFFERED: char = '!';
/// Free, and proposed instead of a lost seat.
pub(super) const OFFER: char = '+';
/// Free, but not in the filter.
pub(super) const FILTERED: char = '-';

/// The seats that have to do with the user, with their glyphs; the later ones lie over the earlier. Those that are only
/// waited for are there when `all` is set: many of them would hide what is left of a house.
pub(super) fn own<'a>(model: &'a Model, hall: &'a Hall, all: bool) -> impl Iterator<Item = (usize, char)> + 'a {
    let waited = model.waited_for(hall).filter(move |_| all).map(|seat| (seat, WAITED));
    let offered = model.offered_seats(hall).map(|seat| (seat, OFFERED));
    let held = hall.hold.iter().flat_map(|hold| &hold.seats).map(|seat| (*seat, MINE));
    let instead = hall.offers.iter().map(|offer| (offer.instead, OFFER));
    let marked = hall.marked.iter().map(|seat| (*seat, MARKED));
    let picked = hall.picked.iter().map(|seat| (*seat, PICKED));
    waited.chain(offered).chain(held).chain(instead).chain(marked).chain(picked)
}

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
pub(super) fn glyph(theme: Theme, status: SeatStatus, grade: Grade, is_wanted: bool) -> (char, Style) {
    match status {
        SeatStatus::Available if is_wanted => (free(grade), theme.grade(grade)),
        SeatStatus::Available => (FILTERED, theme.muted()),
        SeatStatus::Booked => ('×', theme.muted()),
        SeatStatus::Held => ('~', theme.muted().add_modifier(Modifier::BOLD)),
        SeatStatus::Canceled => ('○', theme.muted()),
        SeatStatus::Offered => ('◇', theme.muted()),
        SeatStatus::Blocked => ('#', theme.muted()),
        SeatStatus::Gap => ('·', theme.muted()),
    }
}

/// Many seats at once: the denser, the more of them are free. Without colours the letter says the grade, and is large when
/// more than half are free.
pub(super) fn block_glyph(theme: Theme, block: &Block, grade: Grade) -> (char, Style) {
    let percent = u32::from(block.free) * 100 / u32::from(block.total.max(1));
    let is_many = percent > 50;
    let shade = match (block.total, block.free, percent) {
        (0, ..) => return ('·', theme.muted()),
        (_, 0, _) if block.filtered > 0 => return (FILTERED, theme.muted()),
        (_, 0, _) => return ('×', theme.muted()),
        _ if theme.is_plain() && is_many => free(grade).to_ascii_uppercase(),
        _ if theme.is_plain() => free(grade),
        (.., 0..=25) => '░',
        (.., 26..=50) => '▒',
        (.., 51..=75) => '▓',
        _ => '█',
    };
    (shade, theme.grade(grade))
}

/// What blocks mean.
pub(super) fn blocks_key(theme: Theme, lang: Language) -> &'static str {
    if theme.is_plain() {
        lang.say("V R S: over half left, v r s: less", "V R S: 절반 넘게 남음, v r s: 적게 남음")
    } else {
        lang.say("█▓▒░ much to little left", "█▓▒░ 많이 남음 … 적게 남음")
    }
}

/// What a status is called.
pub(crate) fn word(status: SeatStatus, lang: Language) -> &'static str {
    let (english, korean) = match status {
        SeatStatus::Available => ("free", "빈 좌석"),
        SeatStatus::Booked => ("sold", "판매됨"),
        SeatStatus::Held => ("held by another", "다른 사람이 잡음"),
        SeatStatus::Canceled => ("given back, on sale soon", "취소됨, 곧 다시 판매"),
        SeatStatus::Offered => ("offered to a waiter", "대기자에게 배정됨"),
        SeatStatus::Blocked => ("not for sale", "판매 안 함"),
        SeatStatus::Gap => ("no seat", "좌석 아님"),
    };
    lang.say(english, korean)
}

/// Every glyph with its meaning, for legend and help.
pub(super) fn key(lang: Language) -> [(char, &'static str); 13] {
    [
        (PICKED, ("picked by you", "내가 선택")),
        (MINE, ("held for you", "내가 잡음")),
        (OFFERED, ("offered to you", "나에게 배정됨")),
        (WAITED, ("you wait for it", "대기 신청함")),
        (MARKED, ("to wait for", "대기 표시")),
        ('×', ("sold", "판매됨")),
        ('~', ("held by another", "다른 사람이 잡음")),
        (OFFER, ("offered instead", "대체 좌석")),
        (FILTERED, ("not in the filter", "필터 밖")),
        ('○', ("on sale again soon", "곧 다시 판매")),
        ('◇', ("offered to a waiter", "대기자 배정")),
        ('#', ("not for sale", "판매 안 함")),
        ('·', ("no seat here", "좌석 아님")),
    ]
    .map(|(glyph, (english, korean))| (glyph, lang.say(english, korean)))
}
