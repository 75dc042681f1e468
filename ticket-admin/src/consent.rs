//! Asking before something is done that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

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
    if !can_ask() {
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
