//! Colours, emphasis and characters, as far as the terminal has them.

mod ascii;
mod colours;

use ratatui::style::{Color, Modifier, Style};
use ticket_core::domain::Grade;

pub(crate) use ascii::to_ascii;
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
            _ => emphasis.fg(Color::Black).bg(Color::Yellow),
        }
    }

    /// Titles.
    #[must_use]
    pub fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Dark modules on a light ground, as a camera wants them; `None` where there are no colours to say so.
    #[must_use]
    pub fn code(self) -> Option<Style> {
        (self.colours != Colours::None).then(|| Style::new().fg(Color::Black).bg(self.colours.nearest(255, 255, 255)))
    }

    /// Whether the terminal's own ground is light.
    #[must_use]
    pub fn is_light(self) -> bool {
        self.palette.is_light
    }

    fn role(self, role: Role) -> Style {
        self.palette
            .colour(role)
            .and_then(|colour| self.colours.show(colour))
            .map_or(Style::new(), |c| Style::new().fg(c))
    }
}
