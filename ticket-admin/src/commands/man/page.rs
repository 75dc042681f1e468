//! One manual page.

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

/// The name of the file of a command's page, and its text.
pub(super) fn of(program: &Command, command: &Command) -> std::io::Result<(String, String)> {
    // The usage of `--help`: it has the values of options.
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    let page = Man::new(command.clone().override_usage(usage)).source(version(program)).manual("Ticket reservation");
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if command.has_subcommands() {
        page.render_subcommands_section(&mut text)?;
    }
    let mut more = Roff::new();
    examples(&mut more, command);
    if program.get_name() == command.get_name() {
        environment(&mut more, program);
    }
    more.to_writer(&mut text)?;
    Ok((page.get_filename(), String::from_utf8_lossy(&text).into_owned()))
}

fn version(program: &Command) -> String {
    format!("{} {}", program.get_name(), program.get_version().unwrap_or_default())
}

/// Commands are lines to be copied: nothing breaks them.
fn examples(page: &mut Roff, command: &Command) {
    let Some(help) = command.get_after_help() else { return };
    let help = help.to_string();
    page.control("SH", ["EXAMPLES"]);
    page.control("nf", []);
    for line in help.lines().filter(|line| *line != "Examples:") {
        page.text([roman(line)]);
    }
    page.control("fi", []);
}

/// The variables that stand for options of any command, and those that are nobody's option.
fn environment(page: &mut Roff, program: &Command) {
    page.control("SH", ["ENVIRONMENT"]);
    let mut variables: Vec<(String, String)> = Vec::new();
    collect(program, &mut variables);
    variables.sort();
    variables.push(("RUST_LOG".into(), "What is told on standard error, in the place of -v".into()));
    variables.push(("NO_COLOR".into(), "Without colours on standard error, if it is set and not empty".into()));
    for (name, help) in variables {
        page.control("TP", []);
        page.text([bold(name)]);
        page.text([roman(help)]);
    }
}

fn collect(command: &Command, variables: &mut Vec<(String, String)>) {
    for arg in command.get_arguments() {
        let Some((name, option)) = variable(arg) else { continue };
        if !variables.iter().any(|(known, _)| *known == name) {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            variables.push((name, format!("{help} ({option})")));
        }
    }
    command.get_subcommands().for_each(|inner| collect(inner, variables));
}

/// The variable that stands for an option, and the option.
fn variable(arg: &Arg) -> Option<(String, String)> {
    Some((arg.get_env()?.to_string_lossy().into_owned(), format!("--{}", arg.get_long()?)))
}
