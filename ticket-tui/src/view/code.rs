//! A QR code out of terminal cells.

use qrcode::{Color, EcLevel, QrCode};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::theme::Theme;

/// Light modules around the code, as ISO 18004 wants them.
const QUIET: usize = 4;
/// What most readers are content with.
const QUIET_LEAST: usize = 2;

/// The modules of a code with the quiet zone around them.
#[derive(Debug)]
pub(super) struct Code {
    dark: Vec<bool>,
    width: usize,
    quiet: usize,
    theme: Theme,
}

impl Code {
    /// The code of a short text; `None` when it does not fit into any.
    pub(super) fn new(text: &str, theme: Theme) -> Option<Self> {
        Self::with(text, theme, EcLevel::M, QUIET)
    }

    /// The code that still fits into so many columns and rows: rather less can be lost of it, or its quiet zone is narrower,
    /// than that there is none.
    pub(super) fn fitting(text: &str, theme: Theme, (columns, rows): (u16, u16)) -> Option<Self> {
        let ways = [(EcLevel::M, QUIET), (EcLevel::L, QUIET), (EcLevel::L, QUIET_LEAST)];
        let mut codes = ways.into_iter().filter_map(|(level, quiet)| Self::with(text, theme, level, quiet));
        codes.find(|code| code.size().0 <= columns && code.size().1 <= rows)
    }

    fn with(text: &str, theme: Theme, level: EcLevel, quiet: usize) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, level).ok()?;
        let dark = code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        Some(Self { dark, width: code.width(), quiet, theme })
    }

    /// Columns and rows that it takes. With half blocks a cell has two modules; ASCII has none, and takes two cells for one.
    pub(super) fn size(&self) -> (u16, u16) {
        let modules = u16::try_from(self.width + 2 * self.quiet).unwrap_or(u16::MAX);
        if self.theme.is_ascii { (modules.saturating_mul(2), modules) } else { (modules, modules.div_ceil(2)) }
    }

    /// Draws it into the top left of an area that is large enough.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect) {
        let (columns, rows) = self.size();
        for (x, y) in (0..columns).flat_map(|x| (0..rows).map(move |y| (x, y))) {
            let (symbol, style) = self.cell(usize::from(x), usize::from(y));
            if let Some(cell) = frame.buffer_mut().cell_mut((area.x + x, area.y + y)) {
                cell.set_symbol(symbol).set_style(style);
            }
        }
    }

    fn cell(&self, x: usize, y: usize) -> (&'static str, Style) {
        if self.theme.is_ascii {
            let is_dark = self.is_dark(x / 2, y);
            return match self.theme.code() {
                Some(style) if is_dark => (" ", style.add_modifier(Modifier::REVERSED)),
                Some(style) => (" ", style),
                None if is_dark == self.theme.is_light() => (" ", Style::new().add_modifier(Modifier::REVERSED)),
                None => (" ", Style::new()),
            };
        }
        let (top, bottom) = (self.is_dark(x, 2 * y), self.is_dark(x, 2 * y + 1));
        match self.theme.code() {
            Some(style) => (half_block(top, bottom), style),
            // The ink of a dark terminal is light.
            None if !self.theme.is_light() => (half_block(!top, !bottom), Style::new()),
            None => (half_block(top, bottom), Style::new()),
        }
    }

    /// Whether a module is dark, counted from the corner of the quiet zone.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |v: usize| v.checked_sub(self.quiet).filter(|v| *v < self.width);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| self.dark.get(y * self.width + x) == Some(&true))
    }
}

fn half_block(top: bool, bottom: bool) -> &'static str {
    match (top, bottom) {
        (true, true) => "█",
        (true, false) => "▀",
        (false, true) => "▄",
        (false, false) => " ",
    }
}
