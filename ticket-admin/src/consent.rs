//! Asking before something is done that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::exit::Exit;
use crate::output;

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    Given,
    Refused,
    /// Nobody can be asked.
    Missing,
}

/// Asks the question on standard error, which does not wait for an answer that cannot come.
pub(crate) fn ask(question: &str) -> Consent {
    if !io::stdin().is_terminal() {
        return Consent::Missing;
    }
    let mut terminal = io::stderr().lock();
    let mut put = || -> io::Result<String> {
        write!(terminal, "{question} [y/N] ")?;
        terminal.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer)
    };
    match put().as_deref().map(str::trim) {
        Ok("y" | "Y" | "yes") => Consent::Given,
        _ => Consent::Refused,
    }
}

/// Consent to something that cannot be undone: given on the command line, or by typing the name of what is lost.
pub(crate) fn by_name(is_given: bool, question: &str, name: &str) -> Consent {
    if is_given {
        return Consent::Given;
    }
    if !io::stdin().is_terminal() {
        return Consent::Missing;
    }
    let mut terminal = io::stderr().lock();
    let mut put = || -> io::Result<String> {
        write!(terminal, "{question}\nType {name:?} to go on: ")?;
        terminal.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer)
    };
    match put() {
        Ok(answer) if answer.trim() == name => Consent::Given,
        _ => Consent::Refused,
    }
}

/// How the command ends without consent, with a word that it has done nothing; none when consent is given.
pub(crate) fn end_without(consent: Consent, nothing_done: &str) -> Option<Exit> {
    match consent {
        Consent::Given => None,
        Consent::Refused => {
            output::note(nothing_done);
            Some(Exit::Failed)
        }
        Consent::Missing => {
            output::note(format_args!("error: {nothing_done}: there is no terminal to ask at; say --yes or --dry-run"));
            Some(Exit::Usage)
        }
    }
}
