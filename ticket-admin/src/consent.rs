//! Asking before something is done that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use ticket_core::printable::printable_lines;

use crate::exit::Exit;
use crate::output;

/// Whether nobody is to be asked. Set once, from the command line, before anything is done.
static IS_SILENT: AtomicBool = AtomicBool::new(false);

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    Given,
    Refused,
    /// Nobody can be asked.
    Missing,
}

/// From now on nobody is asked.
pub(crate) fn never_ask() {
    IS_SILENT.store(true, Ordering::Relaxed);
}

/// Whether there is somebody who can be asked.
pub(crate) fn can_ask() -> bool {
    !IS_SILENT.load(Ordering::Relaxed) && io::stdin().is_terminal()
}

/// Asks the question on standard error, which does not wait for an answer that cannot come.
pub(crate) fn ask(question: &str) -> Consent {
    typed(&format!("{question} [y/N] "), |answer| matches!(answer, "y" | "Y" | "yes"))
}

/// Consent to something that cannot be undone: given on the command line, or by typing the name of what is lost.
pub(crate) fn by_name(is_given: bool, question: &str, name: &str) -> Consent {
    if is_given {
        return Consent::Given;
    }
    typed(&format!("{question}\nType {name:?} to go on: "), |answer| answer == name.trim())
}

fn typed(prompt: &str, is_consent: impl Fn(&str) -> bool) -> Consent {
    if !can_ask() {
        return Consent::Missing;
    }
    let mut terminal = io::stderr().lock();
    let mut put = || -> io::Result<String> {
        write!(terminal, "{}", printable_lines(prompt))?;
        terminal.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer)
    };
    match put() {
        Ok(answer) if is_consent(answer.trim()) => Consent::Given,
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
            output::note(format_args!("error: {nothing_done}: nobody can be asked; say --yes or --dry-run"));
            Some(Exit::Usage)
        }
    }
}
