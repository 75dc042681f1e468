//! Asking before something is done that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

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
