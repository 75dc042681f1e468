use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    #[error("there is no database at {}; `ticket-admin init` creates one", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is no such file to restore.
    #[error("there is no backup at {}; `ticket-admin backup` makes one", path.display())]
    NoBackup {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file exists already.
    #[error("{} exists already; it was not touched", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The scheduled jobs are not configured as they must be.
    #[error(transparent)]
    Jobs(#[from] crate::jobs::JobError),
    /// The file is no SQLite database, or not one of ours.
    #[error("{} is not a ticket database: {problem}", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// How that shows.
        problem: String,
    },
    /// Its rows contradict each other, or it cannot be read in all its parts.
    #[error("{} is damaged: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first thing that is wrong.
        problem: String,
    },
    /// A newer version of the program has written it.
    #[error(
        "{} has schema version {found}, but this program knows only up to {known}; use a newer program",
        path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// An older version of the program has written it.
    #[error(
        "{} has schema version {found}, this program needs {needed}; back it up, then run `ticket-admin migrate`",
        path.display()
    )]
    Outdated {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// What is needed.
        needed: u32,
    },
    /// It cannot be written to.
    #[error("{} cannot be written to: the file, its folder or the file system is read-only", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Another program keeps it locked.
    #[error("{} is locked by another program; try again when that has ended", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The disk is full, or cannot be read or written just now.
    #[error("{}: {problem}", path.display())]
    Unavailable {
        /// The file.
        path: PathBuf,
        /// What the database said.
        problem: String,
    },
    /// Its holds live elsewhere.
    #[error(
        "{} keeps its holds in {}, but this process is set to keep them in {}; \
         both would sell the same seats (--redis or TICKET_REDIS_URL gives the address of Redis)",
        path.display(),
        place_of(recorded),
        place_of(configured)
    )]
    HoldsElsewhere {
        /// The file.
        path: PathBuf,
        /// What the database says.
        recorded: String,
        /// What this process is set to.
        configured: String,
    },
    /// The address of the lock store makes no sense.
    #[error("the address of Redis cannot be used: {problem}; it looks like redis://127.0.0.1/")]
    LockStore {
        /// What is wrong with it.
        problem: String,
    },
    /// The SQLite library is older than is safe.
    #[error("SQLite {found} is too old: versions before 3.51.3 can lose commits in WAL mode")]
    SqliteTooOld {
        /// Its version.
        found: String,
    },
    /// A setting is missing or means nothing.
    #[error("{}: setting {name} is {value:?}; allowed is {allowed}", path.display())]
    BadSetting {
        /// The file.
        path: PathBuf,
        /// The setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What would be understood.
        allowed: &'static str,
    },
    /// The secret that access tokens are signed with could be guessed.
    #[error("the token secret has {bytes} bytes; at least {bytes_min} are needed")]
    WeakSecret {
        /// Its length.
        bytes: usize,
        /// The least that is taken.
        bytes_min: usize,
    },
    /// Copying was stopped before it was done; nothing is left of it.
    #[error("{} is not there: copying it was stopped, and left nothing behind", path.display())]
    Stopped {
        /// The file that would have been made.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error("{}: {problem}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        problem: String,
        /// The same, for programs.
        kind: io::ErrorKind,
    },
}

/// Where holds of this name are, in words.
fn place_of(holds: &str) -> &str {
    match holds {
        "embedded" => "the database",
        "redis" => "Redis",
        other => other,
    }
}

impl OpenError {
    /// What the system said of a file, perhaps with something before it.
    pub(crate) fn io(path: &Path, problem: impl Display, error: &io::Error) -> Self {
        Self::Io { path: path.into(), problem: problem.to_string(), kind: error.kind() }
    }
}
