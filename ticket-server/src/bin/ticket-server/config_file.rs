//! Options from a file.
//!
//! The file has no description of its own: its keys are the long names of the options, and its values become their defaults.
//! So flags win over the environment, this over the file, and an option is declared in one place.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

use clap::builder::OsStr;
use clap::{Arg, ArgAction, Command, Parser};
use toml::{Spanned, Value};

use crate::environment::without_empty_variables;

/// Cannot stand in the file: they are about it, or end the program at once.
const NOT_IN_FILE: [&str; 4] = ["config", "print-config", "help", "version"];
/// Of a comment in the printed file.
const WIDTH: usize = 100;

/// Why there are no options.
#[derive(Debug)]
pub(crate) enum NoOptions {
    /// The command line, or the environment; or all that was asked for is help.
    CommandLine(clap::Error),
    /// The file, and what is wrong with it.
    File(String),
}

impl From<clap::Error> for NoOptions {
    fn from(error: clap::Error) -> Self {
        Self::CommandLine(error)
    }
}

/// The options of a command line (with the program's name), the environment, and the file that the option `config` names.
pub(crate) fn read<O: Parser>(arguments: impl IntoIterator<Item = OsString>) -> Result<O, NoOptions> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let command = || without_empty_variables(O::command());
    let mut matches = command().try_get_matches_from(&arguments)?;
    if let Some(path) = matches.get_one::<std::path::PathBuf>("config") {
        let text = std::fs::read_to_string(path)
            .map_err(|error| NoOptions::File(format!("cannot read the configuration {}: {error}", path.display())))?;
        let command = with_defaults(command(), path, &text).map_err(NoOptions::File)?;
        matches = command.try_get_matches_from(&arguments)?;
    }
    Ok(O::from_arg_matches(&matches)?)
}

/// The command with what the file says as defaults.
fn with_defaults(mut command: Command, path: &Path, text: &str) -> Result<Command, String> {
    let values: BTreeMap<Spanned<String>, Spanned<Value>> =
        toml::from_str(text).map_err(|error| format!("{}: {}", path.display(), error.to_string().trim_end()))?;
    for (key, value) in values {
        let line = 1 + text[..key.span().start].matches('\n').count();
        let name = key.get_ref();
        let defaults = known(&command, name)
            .and_then(|arg| read_value(arg, value.get_ref()).map(|values| (arg.get_id().clone(), values)));
        let (id, values) = defaults.map_err(|problem| format!("{}:{line}: {problem}", path.display()))?;
        command = command.mut_arg(id, |arg| arg.default_values(values));
    }
    Ok(command)
}

fn known<'a>(command: &'a Command, name: &str) -> Result<&'a Arg, String> {
    options(command).find(|arg| arg.get_long() == Some(name)).ok_or_else(|| {
        let names: Vec<&str> = options(command).filter_map(Arg::get_long).collect();
        format!("there is no option {name:?}; there are {}", names.join(", "))
    })
}

/// Those that may stand in the file.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| arg.get_long().is_some_and(|name| !NOT_IN_FILE.contains(&name)))
}

/// The texts that stand for a value on a command line, which the option has to take.
fn read_value(arg: &Arg, value: &Value) -> Result<Vec<OsStr>, String> {
    let name = arg.get_long().unwrap_or_default();
    let is_list = matches!(arg.get_action(), ArgAction::Append);
    let texts = match (arg.get_action(), value) {
        (_, Value::Boolean(value)) if is_flag(arg) => return Ok(vec![value.to_string().into()]),
        (_, other) if is_flag(arg) => return Err(format!("{name} is {other}; it must be true or false")),
        (_, Value::Array(values)) if is_list => values.iter().map(text_of).collect::<Option<Vec<_>>>(),
        (_, value) => text_of(value).map(|text| vec![text]),
    };
    let kind = if is_list { "a list of texts" } else { "one text or number" };
    let texts = texts.ok_or_else(|| format!("{name} is {value}; it must be {kind}"))?;
    for text in &texts {
        let alone = Command::new("").no_binary_name(true).arg(arg.clone());
        alone.try_get_matches_from([format!("--{name}={text}")]).map_err(|error| summary(&error))?;
    }
    Ok(texts.into_iter().map(OsStr::from).collect())
}

/// Whether it is set without a value as well.
fn is_flag(arg: &Arg) -> bool {
    arg.get_num_args().is_some_and(|count| count.min_values() == 0)
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What is wrong, without the advice about the command line.
fn summary(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    lines.join(" ").trim_start_matches("error: ").to_owned()
}

/// A file with every option, what it is for, and its default, which holds as long as the line is a comment.
pub(crate) fn print<O: Parser>() -> String {
    let command = O::command();
    let mut text = format!("# Configuration of {}: `--config FILE`, or TICKET_CONFIG.\n", command.get_name());
    text += "# Flags win over the environment, and the environment over this file. Lines that are comments show the defaults;\n";
    text += "# relative paths are relative to where the program is started.\n";
    for arg in options(&command) {
        text.push('\n');
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        wrap(&mut text, &help);
        if let Some(allowed) = allowed(arg) {
            wrap(&mut text, &format!("One of: {allowed}."));
        }
        if let Some(variable) = arg.get_env() {
            wrap(&mut text, &format!("Environment: {}", variable.to_string_lossy()));
        }
        // Writing into a text does not fail.
        let _ = writeln!(text, "#{} = {}", arg.get_long().unwrap_or_default(), example(arg));
    }
    text
}

fn allowed(arg: &Arg) -> Option<String> {
    let names: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let is_choice = !names.is_empty() && !is_flag(arg);
    is_choice.then(|| names.join(", "))
}

/// The default as TOML, or what kind of value there may be.
fn example(arg: &Arg) -> String {
    if is_flag(arg) {
        return "false".into();
    }
    let defaults: Vec<String> = arg.get_default_values().iter().map(|value| quoted(&value.to_string_lossy())).collect();
    match (arg.get_action(), defaults.first()) {
        (ArgAction::Append, _) => format!("[{}]", defaults.join(", ")),
        (_, Some(default)) => default.clone(),
        (_, None) => {
            let name = arg.get_value_names().and_then(|names| names.first()).map_or("VALUE", |name| name.as_str());
            quoted(name)
        }
    }
}

fn quoted(text: &str) -> String {
    match text.parse::<i64>() {
        Ok(number) => number.to_string(),
        Err(_) => Value::from(text).to_string(),
    }
}

fn wrap(text: &mut String, paragraph: &str) {
    let mut line = String::from("#");
    for word in paragraph.split_whitespace() {
        if line.len() + word.len() >= WIDTH {
            *text += &line;
            text.push('\n');
            line = "#".into();
        }
        line.push(' ');
        line += word;
    }
    *text += &line;
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::builder::BoolishValueParser;

    use super::*;

    #[derive(Debug, PartialEq, Parser)]
    struct Options {
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// How many there may be
        #[arg(long, default_value_t = 7)]
        count: u16,
        /// Who may come
        #[arg(long, value_delimiter = ',')]
        guest: Vec<String>,
        #[arg(long, action = ArgAction::Set, value_parser = BoolishValueParser::new(), default_value = "false")]
        #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
        quiet: bool,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_parser = ["red", "blue"], default_value = "red")]
        colour: String,
    }

    fn options(file: &str, arguments: &[&str]) -> Result<Options, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ticket.toml");
        std::fs::write(&path, file).unwrap();
        let mut all = vec!["ticket", "--config", path.to_str().unwrap()];
        all.extend(arguments);
        match read::<Options>(all.into_iter().map(OsString::from)) {
            Ok(options) => Ok(Options { config: None, ..options }),
            Err(NoOptions::File(problem)) => Err(problem.replace(path.to_str().unwrap(), "ticket.toml")),
            Err(NoOptions::CommandLine(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn what_the_file_says_holds_unless_the_command_line_says_otherwise() {
        let file = "count = 3\nguest = [\"mina\", \"joon\"]\nquiet = true\nname = \"N\"\ncolour = \"blue\"\n";
        let said = Options {
            config: None,
            count: 3,
            guest: vec!["mina".into(), "joon".into()],
            quiet: true,
            name: Some("N".into()),
            colour: "blue".into(),
        };
        assert_eq!(options(file, &[]).as_ref(), Ok(&said));
        let told = options(file, &["--count", "4", "--guest", "hana"]).unwrap();
        assert_eq!(told, Options { count: 4, guest: vec!["hana".into()], ..said });
        assert!(!options(file, &["--quiet=false"]).unwrap().quiet);
        assert!(options("quiet = false\n", &["--quiet"]).unwrap().quiet);
    }

    #[test]
    fn an_empty_file_changes_nothing() {
        let defaults = Options::parse_from(["ticket"]);
        assert_eq!(options("", &[]).as_ref(), Ok(&defaults));
        assert_eq!(options("guest = []\nquiet = false\n", &[]).as_ref(), Ok(&defaults));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let allowed = "there are count, guest, quiet, name, colour";
        for (file, problem) in [
            ("\n# no\ncuont = 3\n", format!("ticket.toml:3: there is no option \"cuont\"; {allowed}")),
            ("config = \"other.toml\"\n", format!("ticket.toml:1: there is no option \"config\"; {allowed}")),
            ("help = true\n", format!("ticket.toml:1: there is no option \"help\"; {allowed}")),
            ("name = \"N\"\ncount = 70000\n", "ticket.toml:2: invalid value '70000' for '--count <COUNT>'".into()),
            ("count = true\n", "ticket.toml:1: count is true; it must be one text or number".into()),
            ("name = [\"N\"]\n", "it must be one text or number".into()),
            ("quiet = \"yes\"\n", "ticket.toml:1: quiet is \"yes\"; it must be true or false".into()),
            ("guest = [true]\n", "it must be a list of texts".into()),
            ("colour = \"green\"\n", "ticket.toml:1: invalid value 'green'".into()),
            ("[count]\n", "ticket.toml:1: count is {}; it must be".into()),
            ("count = 3\ncount = 4\n", "duplicate key".into()),
            ("count = \n", "ticket.toml: TOML parse error at line 1".into()),
        ] {
            let found = options(file, &[]).unwrap_err();
            assert!(found.contains(&problem), "{file:?}: {found}");
        }
    }

    #[test]
    fn the_printed_file_shows_what_holds_anyway() {
        let printed = print::<Options>();
        for line in ["# How many there may be", "#count = 7", "#guest = []", "#quiet = false", "# One of: red, blue."] {
            assert!(printed.lines().any(|found| found == line), "{line}: {printed}");
        }
        let defaults = Options::parse_from(["ticket"]);
        assert_eq!(options(&printed, &[]).as_ref(), Ok(&defaults));
        let active: String = printed
            .lines()
            .map(|line| line.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or_default().to_owned() + "\n")
            .collect();
        assert_eq!(options(&active, &[]), Ok(Options { name: Some("NAME".into()), ..defaults }));
    }
}
