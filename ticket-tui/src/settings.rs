//! What the user has chosen: on the command line, else in the configuration file, else what the environment says.

mod default_file;
mod file;

use std::path::PathBuf;

use anyhow::Context as _;
use etcetera::BaseStrategy as _;

pub use default_file::default_file;
use file::parse;

use crate::args::Args;
use crate::commands::usage;
use crate::keys::KeyTable;
use crate::lang::{self, Language};
use crate::theme::{Colours, Palette, Theme};

/// What the user has chosen.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The language of the screen and of the server's messages.
    pub language: Language,
    /// How things look.
    pub theme: Theme,
    /// Which keys do what.
    pub keys: KeyTable,
    /// Whether the mouse is the program's rather than the terminal's.
    pub mouse: bool,
}

/// The configuration file, when the system says where such files are.
fn file() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|dirs| dirs.config_dir().join("ticket").join("tui.toml"))
}

/// What a configuration file chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Configuration {
    language: Option<Language>,
    mouse: Option<bool>,
    ascii: Option<bool>,
    palette: Option<Palette>,
    colours: Vec<(String, String)>,
    keys: KeyTable,
}

impl Settings {
    /// Reads the configuration file, if there is one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or has something in it that is not known; the error names the file and the entry.
    pub fn read(args: &Args, env: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        Self::try_read(args, env).map_err(|error| usage(format!("{error:#}")))
    }

    fn try_read(args: &Args, env: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let configuration = match file() {
            Some(file) => match std::fs::read_to_string(&file) {
                Ok(text) => parse(&text).with_context(|| file.display().to_string())?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Configuration::default(),
                Err(error) => return Err(error).with_context(|| file.display().to_string()),
            },
            None => Configuration::default(),
        };
        configuration.with(args, env)
    }

    /// The defaults, in a terminal with so many colours.
    #[must_use]
    pub fn plain(colours: Colours) -> Self {
        let theme = Theme::new(colours, Palette::NAMED[0].1, false);
        Self { language: Language::English, theme, keys: KeyTable::default(), mouse: true }
    }
}

impl Configuration {
    fn with(self, args: &Args, env: impl Fn(&str) -> Option<String>) -> anyhow::Result<Settings> {
        let mut palette = match &args.theme {
            Some(name) => Palette::named(name).map_err(anyhow::Error::msg)?,
            None => self.palette.unwrap_or_else(|| Palette::detect(&env)),
        };
        for (role, colour) in &self.colours {
            palette.set(role, colour).map_err(anyhow::Error::msg)?;
        }
        let is_ascii = args.ascii || self.ascii.unwrap_or(false);
        Ok(Settings {
            language: args.lang.or(self.language).unwrap_or_else(|| lang::of_locale(&env)),
            theme: Theme::new(Colours::detect(&env), palette, is_ascii),
            keys: self.keys,
            mouse: !args.no_mouse && self.mouse.unwrap_or(true),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_comes_before_the_file_and_the_file_before_the_environment() {
        use clap::Parser as _;
        let file = parse("language = 'ko'\nmouse = false\ntheme = 'light'").unwrap();
        let env = |name: &str| (name == "LANG").then(|| "en_US.UTF-8".to_owned());
        let settings = file.clone().with(&Args::parse_from(["ticket-tui"]), env).unwrap();
        assert_eq!((settings.language, settings.mouse, settings.theme.is_light()), (Language::Korean, false, true));
        let args = Args::parse_from(["ticket-tui", "--lang", "en", "--theme", "dark"]);
        let settings = file.with(&args, env).unwrap();
        assert_eq!((settings.language, settings.theme.is_light()), (Language::English, false));
    }
}
