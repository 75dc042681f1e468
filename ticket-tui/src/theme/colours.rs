use ratatui::style::Color;

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

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Role {
    Vip,
    R,
    S,
    A,
    B,
    Muted,
    Own,
    Warning,
    Good,
}

/// The roles by their names in the configuration file.
pub const ROLES: [(&str, Role); 9] = [
    ("vip", Role::Vip),
    ("r", Role::R),
    ("s", Role::S),
    ("a", Role::A),
    ("b", Role::B),
    ("muted", Role::Muted),
    ("own", Role::Own),
    ("warning", Role::Warning),
    ("good", Role::Good),
];

/// A colour: 24 bits, and which of the sixteen stands for it on a terminal that has no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shade {
    full: Color,
    sixteen: Color,
}

/// A colour for every role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    shades: [Option<Shade>; 9],
    /// Whether it is made for a light ground.
    pub is_light: bool,
    /// Whether it brings its ground along, rather than trusting the terminal's.
    pub(super) has_ground: bool,
}

pub(super) const BLACK: Shade = Shade { full: Color::Rgb(0, 0, 0), sixteen: Color::Black };
pub(super) const WHITE: Shade = Shade { full: Color::Rgb(255, 255, 255), sixteen: Color::White };
pub(super) const YELLOW: Shade = Shade { full: Color::Rgb(255, 215, 0), sixteen: Color::Yellow };

const fn shade(r: u8, g: u8, b: u8, sixteen: Color) -> Option<Shade> {
    Some(Shade { full: Color::Rgb(r, g, b), sixteen })
}

/// For a dark ground, be it black or the grey-blue of many terminals: every colour has a contrast of 4.5 and more to it.
const DARK: Palette = Palette {
    shades: [
        shade(0xd0, 0x8c, 0xff, Color::LightMagenta),
        shade(0xff, 0x76, 0x76, Color::LightRed),
        shade(0xf0, 0xb0, 0x40, Color::Yellow),
        shade(0x56, 0xcc, 0x74, Color::LightGreen),
        shade(0x5f, 0xb4, 0xff, Color::LightBlue),
        shade(0x9e, 0x9e, 0x9e, Color::DarkGray),
        shade(0x5f, 0xf0, 0xff, Color::LightCyan),
        shade(0xff, 0xd7, 0x5f, Color::LightYellow),
        shade(0x50, 0xd0, 0x80, Color::Green),
    ],
    is_light: false,
    has_ground: false,
};
/// For a light ground, be it white or cream: every colour has a contrast of 4.5 and more to it.
const LIGHT: Palette = Palette {
    shades: [
        shade(0x7b, 0x1f, 0xa2, Color::Magenta),
        shade(0xb7, 0x1c, 0x1c, Color::Red),
        shade(0x8a, 0x52, 0x00, Color::Black),
        shade(0x1b, 0x6e, 0x2c, Color::Green),
        shade(0x0d, 0x52, 0xa8, Color::Blue),
        shade(0x6a, 0x6a, 0x6a, Color::DarkGray),
        shade(0x00, 0x5f, 0x73, Color::Cyan),
        shade(0x9a, 0x3d, 0x00, Color::Red),
        shade(0x1b, 0x6e, 0x2c, Color::Green),
    ],
    is_light: true,
    has_ground: false,
};
/// For those who see little: nothing is grey, and every colour has a contrast of 7 and more to the black ground.
const HIGH_CONTRAST: Palette = Palette {
    shades: [
        shade(0xff, 0x9c, 0xff, Color::LightMagenta),
        shade(0xff, 0x9a, 0x8a, Color::LightRed),
        shade(0xff, 0xd0, 0x00, Color::LightYellow),
        shade(0x5c, 0xff, 0x5c, Color::LightGreen),
        shade(0x8c, 0xd0, 0xff, Color::LightBlue),
        shade(0xff, 0xff, 0xff, Color::White),
        shade(0x00, 0xff, 0xff, Color::LightCyan),
        shade(0xff, 0xff, 0x00, Color::LightYellow),
        shade(0x5c, 0xff, 0x5c, Color::LightGreen),
    ],
    is_light: false,
    has_ground: true,
};

impl Palette {
    /// The palettes by their names.
    pub const NAMED: [(&str, Self); 3] = [("dark", DARK), ("light", LIGHT), ("high-contrast", HIGH_CONTRAST)];

    /// A palette by its name.
    ///
    /// # Errors
    ///
    /// Says which there are when there is none of that name.
    pub fn named(name: &str) -> Result<Self, String> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, palette)| *palette).ok_or_else(|| {
            let known: Vec<&str> = Self::NAMED.iter().map(|(known, _)| *known).collect();
            format!("{name:?} is no theme; allowed are {}", known.join(", "))
        })
    }

    /// The palette for the ground that the terminal says it has (`COLORFGBG`, as rxvt, Konsole and others set it), else
    /// the one for a dark ground.
    #[must_use]
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        let ground = env("COLORFGBG").and_then(|value| value.rsplit(';').next().and_then(|n| n.parse::<u8>().ok()));
        if matches!(ground, Some(7 | 9..=15)) { LIGHT } else { DARK }
    }

    /// The same palette with another colour for a role.
    ///
    /// # Errors
    ///
    /// Names what is no role or no colour, and what is allowed.
    pub fn set(&mut self, role: &str, colour: &str) -> Result<(), String> {
        let index = ROLES.iter().position(|(name, _)| *name == role).ok_or_else(|| {
            let known: Vec<&str> = ROLES.iter().map(|(name, _)| *name).collect();
            format!("{role:?} is nothing that has a colour; allowed are {}", known.join(", "))
        })?;
        let full: Color = colour.parse().map_err(|_| {
            format!("{colour:?} is no colour; allowed are #rrggbb, 0 to 255, and names such as light-red")
        })?;
        let sixteen = match full {
            Color::Rgb(r, g, b) => nearest_of_sixteen(r, g, b),
            Color::Indexed(16..) => self.shades[index].map_or(Color::Reset, |shade| shade.sixteen),
            named => named,
        };
        self.shades[index] = Some(Shade { full, sixteen });
        Ok(())
    }

    pub(super) fn colour(self, role: Role) -> Option<Shade> {
        self.shades[role as usize]
    }
}

impl Colours {
    /// What the environment says about the terminal.
    #[must_use]
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        if env("NO_COLOR").is_some_and(|v| !v.is_empty()) || term == "dumb" {
            Self::None
        } else if env("COLORTERM").is_some_and(|v| v == "truecolor" || v == "24bit") || term.ends_with("-direct") {
            Self::True
        } else if term.contains("256color") {
            Self::Palette
        } else {
            Self::Sixteen
        }
    }

    pub(super) fn show(self, shade: Shade) -> Option<Color> {
        match (self, shade.full) {
            (Self::None, _) => None,
            (Self::Sixteen, _) => Some(shade.sixteen),
            (Self::Palette, Color::Rgb(r, g, b)) => Some(self.nearest(r, g, b)),
            (_, colour) => Some(colour),
        }
    }

    /// The colour that comes nearest to this one.
    pub(super) fn nearest(self, r: u8, g: u8, b: u8) -> Color {
        match self {
            Self::None => Color::Reset,
            Self::Sixteen => nearest_of_sixteen(r, g, b),
            Self::Palette => Color::Indexed(nearest_in_palette(r, g, b)),
            Self::True => Color::Rgb(r, g, b),
        }
    }
}

/// The steps of the 6×6×6 cube of the xterm palette.
pub(super) const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn nearest_in_palette(r: u8, g: u8, b: u8) -> u8 {
    let step = |value: u8| (0..6_u8).min_by_key(|i| CUBE[usize::from(*i)].abs_diff(value)).unwrap_or(0);
    let (cr, cg, cb) = (step(r), step(g), step(b));
    let cube = [CUBE[usize::from(cr)], CUBE[usize::from(cg)], CUBE[usize::from(cb)]];
    // 24 greys from 8 to 238 lie between the cube's own.
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey = u8::try_from((mean.max(8) - 8 + 5) / 10).unwrap_or(23).min(23);
    let level = 8 + 10 * grey;
    if distance([r, g, b], [level; 3]) < distance([r, g, b], cube) { 232 + grey } else { 16 + 36 * cr + 6 * cg + cb }
}

fn nearest_of_sixteen(r: u8, g: u8, b: u8) -> Color {
    const SIXTEEN: [(Color, [u8; 3]); 15] = [
        (Color::Red, [205, 0, 0]),
        (Color::Green, [0, 205, 0]),
        (Color::Yellow, [205, 205, 0]),
        (Color::Blue, [0, 0, 238]),
        (Color::Magenta, [205, 0, 205]),
        (Color::Cyan, [0, 205, 205]),
        (Color::Gray, [229, 229, 229]),
        (Color::DarkGray, [127, 127, 127]),
        (Color::LightRed, [255, 90, 90]),
        (Color::LightGreen, [90, 255, 90]),
        (Color::LightYellow, [255, 255, 90]),
        (Color::LightBlue, [92, 92, 255]),
        (Color::LightMagenta, [255, 90, 255]),
        (Color::LightCyan, [90, 255, 255]),
        (Color::White, [255, 255, 255]),
    ];
    SIXTEEN.iter().min_by_key(|(_, rgb)| distance([r, g, b], *rgb)).map_or(Color::Reset, |(colour, _)| *colour)
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.into_iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(vars: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn the_environment_decides() {
        let detect = |vars: &[(&str, &str)]| Colours::detect(env(vars));
        assert_eq!(detect(&[("TERM", "xterm")]), Colours::Sixteen);
        assert_eq!(detect(&[("TERM", "xterm-256color")]), Colours::Palette);
        assert_eq!(detect(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Colours::True);
        assert_eq!(detect(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]), Colours::None);
        assert_eq!(detect(&[("TERM", "xterm"), ("NO_COLOR", "")]), Colours::Sixteen);
        assert_eq!(detect(&[("TERM", "dumb")]), Colours::None);
        assert!(Palette::detect(env(&[("COLORFGBG", "0;15")])).is_light);
        assert!(!Palette::detect(env(&[("COLORFGBG", "15;default;0")])).is_light);
        assert!(!Palette::detect(env(&[])).is_light);
    }

    #[test]
    fn fewer_colours_come_near_to_more() {
        assert_eq!(nearest_in_palette(0xff, 0, 0), 196);
        assert_eq!(nearest_in_palette(0x80, 0x80, 0x80), 244);
        assert_eq!(nearest_in_palette(255, 255, 255), 231);
        assert_eq!(nearest_of_sixteen(0xff, 0x10, 0x10), Color::Red);
    }

    #[test]
    fn grades_stay_apart_however_few_colours_there_are() {
        for (name, palette) in Palette::NAMED {
            for colours in [Colours::Sixteen, Colours::Palette, Colours::True] {
                let grades: Vec<_> =
                    ROLES[..5].iter().map(|(_, role)| colours.show(palette.colour(*role).unwrap())).collect();
                for (i, colour) in grades.iter().enumerate() {
                    assert!(!grades[..i].contains(colour), "{name} {colours:?} {grades:?}");
                }
            }
        }
    }

    #[test]
    fn colours_can_be_set_and_mistakes_are_named() {
        let mut palette = DARK;
        palette.set("vip", "#102030").unwrap();
        assert_eq!(palette.colour(Role::Vip).unwrap().full, Color::Rgb(0x10, 0x20, 0x30));
        palette.set("r", "208").unwrap();
        assert_eq!(Colours::Palette.show(palette.colour(Role::R).unwrap()), Some(Color::Indexed(208)));
        palette.set("s", "light-red").unwrap();
        assert!(palette.set("vipp", "1").unwrap_err().contains("\"vipp\""));
        assert!(palette.set("vip", "reddish").unwrap_err().contains("\"reddish\""));
        assert!(Palette::named("drak").unwrap_err().contains("dark, light, high-contrast"));
    }
}
