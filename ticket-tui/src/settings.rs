//! What the user has chosen: on the command line, else in the configuration file, else what the environment says.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use etcetera::BaseStrategy as _;

use crate::args::Args;
use crate::commands::usage;
use crate::keys::{BINDINGS, KeyTable, Place};
use crate::lang::{self, Language};
use crate::theme::{Colours, Palette, ROLES, Theme};

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

/// What can stand in the configuration file, besides tables.
const ENTRIES: &str = "language, mouse, ascii, theme, colours, keys";

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

fn parse(text: &str) -> anyhow::Result<Configuration> {
    let table: toml::Table = text.parse()?;
    let mut configuration = Configuration::default();
    for (name, value) in &table {
        match name.as_str() {
            "language" => {
                configuration.language = Some(lang::parse(&string(name, value)?).map_err(anyhow::Error::msg)?);
            }
            "mouse" => configuration.mouse = Some(boolean(name, value)?),
            "ascii" => configuration.ascii = Some(boolean(name, value)?),
            "theme" => {
                configuration.palette = Some(Palette::named(&string(name, value)?).map_err(anyhow::Error::msg)?);
            }
            "colours" => configuration.colours = colours(value)?,
            "keys" => keys(&mut configuration.keys, value)?,
            _ => bail!("unknown entry {name:?}; allowed are {ENTRIES}"),
        }
    }
    if let Some((place, one, other, keys)) = configuration.keys.conflict() {
        bail!("keys.{}: {one} and {other} both have {keys:?}", place.name());
    }
    Ok(configuration)
}

fn colours(value: &toml::Value) -> anyhow::Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for (role, colour) in table("colours", value)? {
        let path = format!("colours.{role}");
        let colour = match colour {
            toml::Value::Integer(number) => number.to_string(),
            other => string(&path, other)?,
        };
        let mut probe = Palette::NAMED[0].1;
        probe.set(role, &colour).map_err(anyhow::Error::msg).context(path)?;
        all.push((role.clone(), colour));
    }
    Ok(all)
}

fn keys(keys: &mut KeyTable, value: &toml::Value) -> anyhow::Result<()> {
    for (place, commands) in table("keys", value)? {
        let Some(known) = Place::ALL.into_iter().find(|known| known.name() == place) else {
            let allowed = Place::ALL.map(Place::name).join(", ");
            bail!("unknown entry \"keys.{place}\"; allowed are {allowed}");
        };
        for (command, strokes) in table(&format!("keys.{place}"), commands)? {
            let path = format!("keys.{place}.{command}");
            let strokes = match strokes {
                toml::Value::Array(strokes) => {
                    strokes.iter().map(|s| string(&path, s)).collect::<Result<Vec<_>, _>>()?
                }
                one => vec![string(&path, one)?],
            };
            keys.bind(known, command, &strokes).map_err(anyhow::Error::msg).context(path)?;
        }
    }
    Ok(())
}

fn table<'a>(path: &str, value: &'a toml::Value) -> anyhow::Result<&'a toml::Table> {
    value.as_table().with_context(|| format!("{path} is {value}; allowed is a table, [{path}]"))
}

fn string(path: &str, value: &toml::Value) -> anyhow::Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("{path} is {value}; allowed is a text in quotes"))
}

fn boolean(path: &str, value: &toml::Value) -> anyhow::Result<bool> {
    value.as_bool().with_context(|| format!("{path} is {value}; allowed are true and false"))
}

/// The configuration file with every entry as it is without one, each behind a comment sign.
#[must_use]
pub fn default_file() -> String {
    let mut out = String::from(
        "# Configuration of ticket-tui: $XDG_CONFIG_HOME/ticket/tui.toml, usually ~/.config/ticket/tui.toml.\n\
         # Everything is optional; what is commented out here is the default. Options of the command line come first.\n\n\
         # The language, en or ko. By default that of the locale.\n#language = \"en\"\n\n\
         # Whether the mouse clicks seats; without it, the terminal selects text with it.\n#mouse = true\n\n\
         # Draw with ASCII characters only.\n#ascii = false\n\n\
         # dark, light or high-contrast. By default what the terminal says (COLORFGBG), else dark.\n#theme = \"dark\"\n\n\
         # Colours that are other than the theme's: #rrggbb, 0 to 255 of the xterm palette, or names such as light-red.\n\
         #[colours]\n",
    );
    for (role, _) in ROLES {
        out.push_str(&format!("#{role} = \"#rrggbb\"\n"));
    }
    out.push_str("\n# Keys: characters and names (Enter, Esc, Tab, S-Tab, Space, Left, PageDown, F1 ...), C- for Ctrl, a blank\n");
    out.push_str(
        "# between the keys of a sequence. While a Korean input method is on, the key under the jamo counts.\n",
    );
    for place in Place::ALL {
        out.push_str(&format!("#[keys.{}]\n", place.name()));
        for binding in BINDINGS.iter().filter(|binding| binding.place == place) {
            let keys: Vec<String> = binding.keys.iter().map(|keys| format!("{keys:?}")).collect();
            out.push_str(&format!("#{} = [{}]  # {}\n", binding.name, keys.join(", "), binding.what.0));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        format!("{:#}", parse(text).unwrap_err())
    }

    #[test]
    fn the_printed_default_is_the_default() {
        let text = default_file();
        assert_eq!(parse(&text).unwrap(), Configuration::default());
        // Without the comment signs it says the same; colours have no single default.
        let entries = text.lines().filter_map(|line| line.strip_prefix('#')).filter(|line| !line.starts_with(' '));
        let entries: Vec<&str> = entries.filter(|line| !line.contains("#rrggbb")).collect();
        let read = parse(&entries.join("\n")).unwrap();
        assert_eq!(read.keys, KeyTable::default());
        assert_eq!((read.mouse, read.ascii, read.language), (Some(true), Some(false), Some(Language::English)));
    }

    #[test]
    fn what_is_unknown_is_named_with_what_is_allowed() {
        assert_eq!(error("colour = 1"), format!("unknown entry \"colour\"; allowed are {ENTRIES}"));
        assert!(error("[keys.mapp]\nx = 'y'").contains("\"keys.mapp\"; allowed are map, checkout"));
        assert!(
            error("[keys.map]\nbestt = 'y'")
                .contains("keys.map.bestt: \"bestt\" is no command of map; allowed are left")
        );
        assert!(error("[keys.map]\nbest = 'Hyper'").contains("keys.map.best: \"Hyper\" is no key"));
        assert!(error("[keys.map]\nbest = 'j'").contains("keys.map: down and best both have \"j\""));
        assert!(error("[colours]\nvip = 'reddish'").contains("colours.vip: \"reddish\" is no colour"));
        assert!(error("mouse = 'no'").contains("mouse is \"no\"; allowed are true and false"));
        assert!(error("theme = 'drak'").contains("allowed are dark, light, high-contrast"));
        assert!(error("language = 'de'").contains("allowed are en, ko"));
        assert!(error("theme = ").contains("line 1"), "{}", error("theme = "));
    }

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
