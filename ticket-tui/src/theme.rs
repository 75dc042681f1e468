//! Colours, emphasis and characters, as far as the terminal has them.

mod ascii;
mod colours;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use ticket_core::domain::Grade;

pub(crate) use ascii::to_ascii;
use colours::{BLACK, Shade, WHITE, YELLOW};
pub use colours::{Colours, Palette, ROLES, Role};

/// How things look. Without colour, emphasis and glyphs say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colours: Colours,
    palette: Palette,
    /// Whether only ASCII is drawn, but for names.
    pub is_ascii: bool,
}

impl Theme {
    /// A palette, as far as a terminal with so many colours can show it.
    #[must_use]
    pub fn new(colours: Colours, palette: Palette, is_ascii: bool) -> Self {
        Self { colours, palette, is_ascii }
    }

    /// Whether glyphs alone must say what colours say elsewhere.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self.colours == Colours::None || self.is_ascii
    }

    /// A grade.
    #[must_use]
    pub fn grade(self, grade: Grade) -> Style {
        self.role(match grade {
            Grade::Vip => Role::Vip,
            Grade::R => Role::R,
            Grade::S => Role::S,
            Grade::A => Role::A,
            Grade::B => Role::B,
        })
    }

    /// What matters less: sold seats, labels, hints.
    #[must_use]
    pub fn muted(self) -> Style {
        match self.colours {
            Colours::None => Style::new().add_modifier(Modifier::DIM),
            _ => self.role(Role::Muted),
        }
    }

    /// What is ours: picked, held, the present tab.
    #[must_use]
    pub fn own(self) -> Style {
        self.role(Role::Own).add_modifier(Modifier::BOLD)
    }

    /// What went wrong or runs out.
    #[must_use]
    pub fn warning(self) -> Style {
        self.role(Role::Warning).add_modifier(Modifier::BOLD)
    }

    /// What went well.
    #[must_use]
    pub fn good(self) -> Style {
        self.role(Role::Good)
    }

    /// A line across the screen that must be seen.
    #[must_use]
    pub fn banner(self) -> Style {
        self.warning().add_modifier(Modifier::REVERSED)
    }

    /// Where the cursor is.
    #[must_use]
    pub fn cursor(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// A seat that has just changed.
    #[must_use]
    pub fn flash(self) -> Style {
        let emphasis = Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        match self.colours {
            Colours::None => emphasis,
            _ => self.painted(emphasis, BLACK, YELLOW),
        }
    }

    /// Seats summed up in a cell, one of which has just changed. Their block fills the cell, so its ink says it.
    #[must_use]
    pub fn flash_of_many(self) -> Style {
        self.warning().add_modifier(Modifier::UNDERLINED)
    }

    /// Titles.
    #[must_use]
    pub fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Dark modules on a light ground, as a camera wants them; `None` where there are no colours to say so.
    #[must_use]
    pub fn code(self) -> Option<Style> {
        (self.colours != Colours::None).then(|| self.painted(Style::new(), BLACK, WHITE))
    }

    /// Ink and ground of everything that has no colour of its own, when the palette does not leave that to the terminal.
    #[must_use]
    pub fn ground(self) -> Option<Style> {
        let is_painted = self.palette.has_ground && self.colours != Colours::None;
        is_painted.then(|| self.painted(Style::new(), WHITE, BLACK))
    }

    /// Whether the terminal's own ground is light.
    #[must_use]
    pub fn is_light(self) -> bool {
        self.palette.is_light
    }

    fn painted(self, style: Style, ink: Shade, ground: Shade) -> Style {
        Style { fg: self.colours.show(ink), bg: self.colours.show(ground), ..style }
    }

    fn role(self, role: Role) -> Style {
        self.palette
            .colour(role)
            .and_then(|colour| self.colours.show(colour))
            .map_or(Style::new(), |c| Style::new().fg(c))
    }
}

/// Gives what has no colour of its own the ink and ground of the theme, if it has any.
pub(crate) fn paint_ground(theme: Theme, buffer: &mut Buffer) {
    let Some(Style { fg: Some(ink), bg: Some(ground), .. }) = theme.ground() else { return };
    for cell in &mut buffer.content {
        cell.fg = if cell.fg == Color::Reset { ink } else { cell.fg };
        cell.bg = if cell.bg == Color::Reset { ground } else { cell.bg };
    }
}

#[cfg(test)]
mod tests {
    use super::colours::CUBE;
    use super::*;

    const INK: [u8; 3] = [0xd0, 0xd0, 0xd0];

    /// Every style that text is drawn in.
    fn styles(theme: Theme) -> Vec<Style> {
        let grades = Grade::ALL.iter().map(|grade| theme.grade(*grade));
        let on_map: Vec<Style> = grades.chain([theme.muted(), theme.own()]).collect();
        let cursor = on_map.iter().map(|style| style.patch(theme.cursor()));
        let flash = on_map.iter().map(|style| style.patch(theme.flash()));
        let others = [theme.warning(), theme.good(), theme.banner(), theme.warning().patch(theme.cursor())];
        let code = theme.code().into_iter().chain(theme.ground());
        on_map.iter().copied().chain(cursor).chain(flash).chain(others).chain(code).collect()
    }

    /// WCAG 2.2: the contrast that text needs, and the one for those who see little. The sixteen colours are the terminal's.
    #[test]
    fn text_can_be_read_on_the_ground_it_is_made_for() {
        for (name, palette) in Palette::NAMED {
            let (grounds, least): (&[[u8; 3]], f64) = match name {
                "light" => (&[[255; 3], [0xfd, 0xf6, 0xe3]], 4.5),
                "high-contrast" => (&[[0; 3]], 7.0),
                _ => (&[[0; 3], [0x1e; 3], [0x28, 0x2c, 0x34]], 4.5),
            };
            for (ground, colours) in grounds.iter().flat_map(|g| [Colours::True, Colours::Palette].map(|c| (g, c))) {
                for style in styles(Theme::new(colours, palette, false)) {
                    let ink = style.fg.map_or(INK, rgb);
                    let below = style.bg.map_or(*ground, rgb);
                    let contrast = contrast(ink, below);
                    assert!(contrast >= least, "{name} {colours:?} on {ground:x?}: {style:?} has {contrast:.2}");
                }
            }
        }
    }

    /// The colour of xterm; of named colours there are none here.
    fn rgb(colour: Color) -> [u8; 3] {
        match colour {
            Color::Rgb(r, g, b) => [r, g, b],
            Color::Indexed(grey @ 232..) => [8 + 10 * (grey - 232); 3],
            Color::Indexed(n @ 16..) => {
                [(n - 16) / 36, (n - 16) / 6 % 6, (n - 16) % 6].map(|step| CUBE[usize::from(step)])
            }
            other => panic!("{other:?} is up to the terminal"),
        }
    }

    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn luminance(rgb: [u8; 3]) -> f64 {
        let linear = rgb.map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
}
