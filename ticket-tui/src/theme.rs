//! Colours and emphasis, as far as the terminal has them.

use ratatui::style::{Color, Modifier, Style};
use ticket_core::domain::Grade;

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// None: `NO_COLOR` is set, or the terminal cannot.
    None,
    /// The sixteen that every theme of a terminal sets.
    Sixteen,
    /// The xterm palette.
    Palette,
    /// 24 bits.
    True,
}

impl Colours {
    /// What the environment says about the terminal.
    #[must_use]
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        if env("NO_COLOR").is_some_and(|v| !v.is_empty()) || term == "dumb" {
            Self::None
        } else if env("COLORTERM").is_some_and(|v| v == "truecolor" || v == "24bit") {
            Self::True
        } else if term.contains("256color") {
            Self::Palette
        } else {
            Self::Sixteen
        }
    }
}

/// How things look. Without colour, emphasis and glyphs say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colours: Colours,
}

impl Theme {
    /// With so many colours.
    #[must_use]
    pub fn new(colours: Colours) -> Self {
        Self { colours }
    }

    /// A grade.
    #[must_use]
    pub fn grade(self, grade: Grade) -> Style {
        match grade {
            Grade::Vip => self.colour(Color::LightMagenta, 177, (0xc9, 0x7b, 0xff)),
            Grade::R => self.colour(Color::LightRed, 203, (0xff, 0x6b, 0x6b)),
            Grade::S => self.colour(Color::Yellow, 214, (0xf0, 0xa8, 0x30)),
            Grade::A => self.colour(Color::LightGreen, 77, (0x4c, 0xc4, 0x6c)),
            Grade::B => self.colour(Color::LightCyan, 75, (0x56, 0xb0, 0xff)),
        }
    }

    /// What matters less: sold seats, labels, hints.
    #[must_use]
    pub fn muted(self) -> Style {
        match self.colours {
            Colours::None => Style::new().add_modifier(Modifier::DIM),
            _ => self.colour(Color::DarkGray, 244, (0x80, 0x80, 0x80)),
        }
    }

    /// What is ours: picked, held, the present tab.
    #[must_use]
    pub fn own(self) -> Style {
        self.colour(Color::LightCyan, 87, (0x5f, 0xf0, 0xff)).add_modifier(Modifier::BOLD)
    }

    /// What went wrong or runs out.
    #[must_use]
    pub fn warning(self) -> Style {
        self.colour(Color::LightYellow, 221, (0xff, 0xd7, 0x5f)).add_modifier(Modifier::BOLD)
    }

    /// What went well.
    #[must_use]
    pub fn good(self) -> Style {
        self.colour(Color::Green, 78, (0x50, 0xd0, 0x80))
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
            _ => emphasis.fg(Color::Black).bg(Color::Yellow),
        }
    }

    /// Titles.
    #[must_use]
    pub fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    fn colour(self, sixteen: Color, palette: u8, rgb: (u8, u8, u8)) -> Style {
        match self.colours {
            Colours::None => Style::new(),
            Colours::Sixteen => Style::new().fg(sixteen),
            Colours::Palette => Style::new().fg(Color::Indexed(palette)),
            Colours::True => Style::new().fg(Color::Rgb(rgb.0, rgb.1, rgb.2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(vars: &[(&str, &str)]) -> Colours {
        Colours::detect(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn the_environment_decides() {
        assert_eq!(detect(&[("TERM", "xterm")]), Colours::Sixteen);
        assert_eq!(detect(&[("TERM", "xterm-256color")]), Colours::Palette);
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Colours::True);
        assert_eq!(detect(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]), Colours::None);
        assert_eq!(detect(&[("TERM", "xterm"), ("NO_COLOR", "")]), Colours::Sixteen);
        assert_eq!(detect(&[("TERM", "dumb")]), Colours::None);
    }
}
