//! Reading the configuration file. What is not known in it is an error that names the line, the entry and what is allowed.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Configuration;
use crate::keys::{Conflict, KeyTable, Place};
use crate::lang;
use crate::theme::Palette;

/// What can stand in the file, tables included.
const ENTRIES: &str = "language, mouse, ascii, theme, colours, keys";

/// What is wrong, and where in the text.
type Mistake = (Range<usize>, String);
type Entry<'a> = (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>);

/// Reads a configuration file.
///
/// # Errors
///
/// Says what is wrong, in which line, and what is allowed.
pub(super) fn parse(text: &str) -> anyhow::Result<Configuration> {
    let file = DeTable::parse(text)?;
    read(file.get_ref()).map_err(|(at, what)| {
        let line = text.get(..at.start).unwrap_or_default().matches('\n').count() + 1;
        anyhow::anyhow!("line {line}: {what}")
    })
}

fn read(file: &DeTable<'_>) -> Result<Configuration, Mistake> {
    let mut configuration = Configuration::default();
    for (name, value) in file {
        let at = |what: String| (value.span(), what);
        match name.get_ref().as_ref() {
            path @ "language" => {
                configuration.language = Some(lang::parse(string(path, value)?).map_err(at)?);
            }
            path @ "mouse" => configuration.mouse = Some(boolean(path, value)?),
            path @ "ascii" => configuration.ascii = Some(boolean(path, value)?),
            path @ "theme" => configuration.palette = Some(Palette::named(string(path, value)?).map_err(at)?),
            "colours" => configuration.colours = colours(value)?,
            "keys" => configuration.keys = keys(value)?,
            unknown => return Err((name.span(), format!("unknown entry {unknown:?}; allowed are {ENTRIES}"))),
        }
    }
    Ok(configuration)
}

fn colours(value: &Spanned<DeValue<'_>>) -> Result<Vec<(String, String)>, Mistake> {
    let mut all = Vec::new();
    for (role, value) in table("colours", value)? {
        let (role, path) = (role.get_ref().to_string(), format!("colours.{role}"));
        let colour = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().to_owned(),
            _ => string(&path, value)?.to_owned(),
        };
        let mut probe = Palette::NAMED[0].1;
        probe.set(&role, &colour).map_err(|why| (value.span(), format!("{path}: {why}")))?;
        all.push((role, colour));
    }
    Ok(all)
}

fn keys(value: &Spanned<DeValue<'_>>) -> Result<KeyTable, Mistake> {
    let mut keys = KeyTable::default();
    let mut bound = HashMap::new();
    for (place, commands) in table("keys", value)? {
        let Some(known) = Place::ALL.into_iter().find(|known| known.name() == place.get_ref()) else {
            let allowed = Place::ALL.map(Place::name).join(", ");
            return Err((place.span(), format!("unknown entry \"keys.{place}\"; allowed are {allowed}")));
        };
        for (command, strokes) in table(&format!("keys.{place}"), commands)? {
            bind(&mut keys, known, (command, strokes))?;
            bound.insert((known, command.get_ref().to_string()), command.span());
        }
    }
    let Some(Conflict { one, other, keys: strokes }) = keys.conflict() else { return Ok(keys) };
    let lines = [one, other].into_iter().filter_map(|(place, command)| bound.get(&(place, command.to_owned())));
    let at = lines.max_by_key(|span| span.start).cloned().unwrap_or(value.span());
    let ((place, one), (where_else, other)) = (one, other);
    let other = if place == where_else { other.to_owned() } else { format!("{other} of {}", where_else.name()) };
    let allowed = "allowed is a key that the other does not begin with";
    Err((at, format!("keys.{}: {one} and {other} both have {strokes:?}; {allowed}", place.name())))
}

fn bind(keys: &mut KeyTable, place: Place, (command, strokes): Entry<'_>) -> Result<(), Mistake> {
    let path = format!("keys.{}.{command}", place.name());
    let texts = match strokes.get_ref() {
        DeValue::Array(strokes) => {
            strokes.iter().map(|stroke| Ok(string(&path, stroke)?.to_owned())).collect::<Result<Vec<_>, Mistake>>()?
        }
        _ => vec![string(&path, strokes)?.to_owned()],
    };
    keys.bind(place, command.get_ref(), &texts).map_err(|why| (command.span(), format!("{path}: {why}")))
}

fn table<'a>(path: &str, value: &'a Spanned<DeValue<'a>>) -> Result<&'a DeTable<'a>, Mistake> {
    let allowed = || format!("{path} is {}; allowed is a table, [{path}]", shown(value));
    value.get_ref().as_table().ok_or_else(|| (value.span(), allowed()))
}

fn string<'a>(path: &str, value: &'a Spanned<DeValue<'a>>) -> Result<&'a str, Mistake> {
    let allowed = || format!("{path} is {}; allowed is a text in quotes", shown(value));
    value.get_ref().as_str().ok_or_else(|| (value.span(), allowed()))
}

fn boolean(path: &str, value: &Spanned<DeValue<'_>>) -> Result<bool, Mistake> {
    let allowed = || format!("{path} is {}; allowed are true and false", shown(value));
    value.get_ref().as_bool().ok_or_else(|| (value.span(), allowed()))
}

/// A value as it is named in an error.
fn shown(value: &Spanned<DeValue<'_>>) -> String {
    match value.get_ref() {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(value) => value.to_string(),
        DeValue::Array(_) => "an array".into(),
        DeValue::Table(_) => "a table".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::settings::default_file;

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn the_printed_default_is_the_default() {
        for text in [Language::English, Language::Korean].map(default_file) {
            assert_eq!(parse(&text).unwrap(), Configuration::default());
            // Without the comment signs it says the same; colours have no single default.
            let entries = text.lines().filter_map(|line| line.strip_prefix('#')).filter(|line| !line.starts_with(' '));
            let entries: Vec<&str> = entries.filter(|line| !line.contains("#rrggbb")).collect();
            let read = parse(&entries.join("\n")).unwrap();
            assert_eq!(read.keys, KeyTable::default());
            assert_eq!((read.mouse, read.ascii, read.language), (Some(true), Some(false), Some(Language::English)));
        }
    }

    #[test]
    fn what_is_unknown_is_named_with_what_is_allowed() {
        assert_eq!(error("colour = 1"), format!("line 1: unknown entry \"colour\"; allowed are {ENTRIES}"));
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
    fn a_key_table_that_one_cannot_get_out_of_is_refused() {
        assert!(
            error("[keys.everywhere]\nback = ['b']").starts_with("line 2: keys.map: best and back of everywhere both")
        );
        assert!(error("[keys.map]\nbest = ['Esc']").starts_with("line 2: keys.map: best and back of everywhere both"));
        for (text, why) in [
            ("[keys.map]\nbest = ['C-z']", "line 2: keys.map.best: C-z always suspends; allowed"),
            ("[keys.map]\nleft = ['3']", "line 2: keys.map.left: 3 counts: allowed"),
            ("[keys.map]\nleft = ['g 3']", "line 2: keys.map.left: 3 counts: allowed"),
            ("[keys.map]\nbest = ['한']", "line 2: keys.map.best: 한 counts as the latin keys under it; allowed"),
            ("[keys.everywhere]\nquit = []", "line 2: keys.everywhere.quit: without a key one cannot get out; allowed"),
            (
                "\n[keys.everywhere]\nback = []",
                "line 3: keys.everywhere.back: without a key one cannot get out; allowed",
            ),
        ] {
            assert!(error(text).starts_with(why), "{}", error(text));
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        assert!(error("mouse = true\n\n[keys.map]\nbest = 'B'\nbestt = 'y'\n").starts_with("line 5: keys.map.bestt"));
        assert!(error("mouse = true\ncolour = 1").starts_with("line 2: unknown entry \"colour\""));
        let both = error("[keys.map]\nup = 'i'\nbest = 'j'\nswap = 'S'\n");
        let allowed = "allowed is a key that the other does not begin with";
        assert_eq!(both, format!("line 3: keys.map: down and best both have \"j\"; {allowed}"));
        assert!(error("theme = 'dark'\nascii = 'yes'").starts_with("line 2: ascii is \"yes\""));
    }
}
