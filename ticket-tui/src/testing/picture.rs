//! A screen as a person sees it: its text, and a letter for the style of every cell.

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier, Style};
use ticket_core::domain::Grade;

use super::Scene;
use crate::text::width;
use crate::theme::Theme;

/// The text of a screen row by row, and its styles in a second grid of the same size:
///
/// - `v` `r` `s` `a` `b` the grades, `m` muted, `h` the same in bold, `o` own, `w` warning, `g` good, `t` title, `k` the ink of a code, `f` just
///   changed, `.` text without a style; without colours, `m` is dim, `t` bold, and `f` bold and underlined;
/// - a capital, or `@` instead of a dot, is reversed;
/// - `1` to `5` are the grades, dim, and `d` is anything else that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) text: Vec<String>,
    pub(crate) styles: Vec<String>,
}

impl Picture {
    /// # Panics
    ///
    /// When wide characters lie over others, or a cell has a style that has no letter.
    pub(crate) fn of(scene: &Scene) -> Self {
        let terminal = scene.terminal();
        let buffer = terminal.backend().buffer();
        let rows = || buffer.content.chunks(usize::from(buffer.area.width));
        let text = rows().map(row_text).collect();
        let styles = rows().map(|row| row_styles(row, scene.model.theme())).collect();
        Self { text, styles }
    }

    /// Whether it says the same in other colours, of which those of each pair of letters may be one.
    pub(crate) fn is_alike(&self, other: &Self, shared: &[(char, char)]) -> bool {
        let letter = |c: char| shared.iter().find(|(one, _)| *one == c).map_or(c, |(_, same)| *same);
        let fewer = |styles: &[String]| styles.iter().map(|row| row.chars().map(letter).collect()).collect();
        let (mine, others): (Vec<String>, Vec<String>) = (fewer(&self.styles), fewer(&other.styles));
        self.text == other.text && mine == others
    }

    /// Rows one below the other. Those that are as in another picture are only counted, and so are those that are as the row
    /// above, when there are several of them.
    pub(crate) fn unlike(rows: &[String], others: &[String]) -> String {
        let mut out = String::new();
        let mut i = 0;
        while i < rows.len() {
            let known = (i..rows.len()).take_while(|row| others.get(*row) == rows.get(*row)).count();
            let repeated = (i..rows.len()).take_while(|row| i > 0 && rows[*row] == rows[i - 1]).count();
            let skipped = known.max(repeated);
            if skipped > 1 {
                writeln!(out, "{} {skipped}", if known > 1 { '⋮' } else { '″' }).unwrap();
                i += skipped;
            } else {
                writeln!(out, "{}", rows[i]).unwrap();
                i += 1;
            }
        }
        out
    }
}

/// The characters of a row. The cell behind a wide one belongs to it.
fn row_text(row: &[Cell]) -> String {
    let mut text = String::new();
    let mut column = 0;
    while let Some(cell) = row.get(column) {
        text.push_str(cell.symbol());
        let columns = width(cell.symbol()).max(1);
        let hidden = row.get(column + 1..column + columns).unwrap_or_else(|| panic!("{text:?} is cut in the middle"));
        assert!(hidden.iter().all(|cell| cell.symbol().trim().is_empty()), "something is hidden behind {text:?}");
        column += columns;
    }
    text.trim_end().to_owned()
}

fn row_styles(row: &[Cell], theme: Theme) -> String {
    row.iter().map(|cell| letter(cell, theme)).collect::<String>().trim_end().to_owned()
}

fn letter(cell: &Cell, theme: Theme) -> char {
    let is_reversed = cell.modifier.contains(Modifier::REVERSED);
    let ground = theme.ground().and_then(|style| style.bg).unwrap_or_default();
    let is_bare = cell.symbol().trim().is_empty() && !is_reversed && (cell.bg == Color::Reset || cell.bg == ground);
    if is_bare && !cell.modifier.contains(Modifier::UNDERLINED) {
        return ' ';
    }
    let style = cell.style().remove_modifier(Modifier::REVERSED);
    let known = |style: Style| styles(theme).into_iter().find(|(_, known)| seen(*known, theme) == seen(style, theme));
    // Cursor and brackets are bold whatever lies under them.
    let thinner = || known(style.remove_modifier(Modifier::BOLD));
    let fainter = || known(style.remove_modifier(Modifier::DIM)).map(|(letter, style)| (dim(letter), style));
    let (letter, _) =
        known(style).or_else(thinner).or_else(fainter).unwrap_or_else(|| panic!("no letter for {cell:?}"));
    match (is_reversed, letter) {
        (true, '.') => '@',
        (true, letter) => letter.to_ascii_uppercase(),
        (false, letter) => letter,
    }
}

fn dim(letter: char) -> char {
    "vrsab".chars().zip("12345".chars()).find(|(grade, _)| *grade == letter).map_or('d', |(_, digit)| digit)
}

fn styles(theme: Theme) -> Vec<(char, Style)> {
    let grades = Grade::ALL.iter().zip("vrsab".chars()).map(|(grade, letter)| (letter, theme.grade(*grade)));
    let others = [
        ('.', Style::new()),
        ('m', theme.muted()),
        ('h', theme.muted().add_modifier(Modifier::BOLD)),
        ('t', theme.title()),
        ('o', theme.own()),
        ('w', theme.warning()),
        ('f', theme.flash()),
        ('f', theme.muted().patch(theme.flash())),
    ];
    let code = theme.code().map(|style| ('k', style));
    others.into_iter().chain(grades).chain([('g', theme.good())]).chain(code).collect()
}

/// What of a style is seen, on the ground of the theme.
fn seen(style: Style, theme: Theme) -> (Color, Color, Modifier) {
    let painted = |colour: Option<Color>, below: fn(Style) -> Option<Color>| match colour.unwrap_or_default() {
        Color::Reset => theme.ground().and_then(below).unwrap_or_default(),
        colour => colour,
    };
    (painted(style.fg, |s| s.fg), painted(style.bg, |s| s.bg), style.add_modifier - style.sub_modifier)
}

/// Whether a screen has other colours than those of the terminal itself.
pub(crate) fn has_colour(scene: &Scene) -> bool {
    scene.terminal().backend().buffer().content.iter().any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset)
}
