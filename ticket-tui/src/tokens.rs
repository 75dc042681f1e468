//! The logins of this user, one per server, kept between runs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use etcetera::BaseStrategy;
use ticket_core::api::TokenPair;

/// Where the login of one server is kept: a file that only its owner reads.
#[derive(Debug)]
pub struct TokenStore {
    /// `None` keeps nothing.
    file: Option<PathBuf>,
    server: String,
    kept: Mutex<Option<TokenPair>>,
}

impl TokenStore {
    /// The store in the state directory (`$XDG_STATE_HOME/ticket/tokens.json`) for a server.
    #[must_use]
    pub fn of_user(server: &str) -> Self {
        let state = etcetera::choose_base_strategy().ok().and_then(|dirs| dirs.state_dir());
        Self::in_file(state.map(|dir| dir.join("ticket").join("tokens.json")), server)
    }

    /// A store in this file; without one, nothing is kept. What cannot be read counts as nothing.
    #[must_use]
    pub fn in_file(file: Option<PathBuf>, server: &str) -> Self {
        let kept = file.as_deref().map(read).unwrap_or_default().remove(server);
        Self { file, server: server.to_owned(), kept: Mutex::new(kept) }
    }

    /// The login of an earlier run.
    #[must_use]
    pub fn kept(&self) -> Option<TokenPair> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps a login, or forgets it; does nothing when it is the one that is kept.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn keep(&self, tokens: Option<TokenPair>) -> io::Result<()> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if *kept == tokens {
            return Ok(());
        }
        kept.clone_from(&tokens);
        let Some(file) = &self.file else { return Ok(()) };
        // Another picker may have written the logins of other servers since.
        let mut all = read(file);
        match tokens {
            Some(tokens) => all.insert(self.server.clone(), tokens),
            None => all.remove(&self.server),
        };
        write(file, &all)
    }
}

fn read(file: &Path) -> BTreeMap<String, TokenPair> {
    std::fs::read(file).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
}

/// All or nothing: a temporary file (mode 0600) takes the place of the old one.
fn write(file: &Path, all: &BTreeMap<String, TokenPair>) -> io::Result<()> {
    let dir = file.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(dir)?;
    let mut fresh = tempfile::NamedTempFile::new_in(dir)?;
    fresh.write_all(&serde_json::to_vec_pretty(all)?)?;
    fresh.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(name: &str) -> Option<TokenPair> {
        Some(TokenPair { access_token: format!("{name}-access"), refresh_token: format!("{name}-refresh") })
    }

    #[test]
    fn keeps_one_login_per_server() {
        let dir = tempfile::tempdir().unwrap();
        let file = Some(dir.path().join("deep").join("tokens.json"));
        let (one, two) =
            (TokenStore::in_file(file.clone(), "http://one"), TokenStore::in_file(file.clone(), "http://two"));
        one.keep(tokens("a")).unwrap();
        two.keep(tokens("b")).unwrap();
        assert_eq!(TokenStore::in_file(file.clone(), "http://one").kept(), tokens("a"));
        one.keep(None).unwrap();
        assert_eq!(TokenStore::in_file(file.clone(), "http://one").kept(), None);
        assert_eq!(TokenStore::in_file(file, "http://two").kept(), tokens("b"));
    }

    #[test]
    #[cfg(unix)]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("tokens.json");
        TokenStore::in_file(Some(file.clone()), "s").keep(tokens("a")).unwrap();
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_broken_file_is_no_login() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("tokens.json");
        for broken in ["", "{", "[]", "{\"s\": 1}", "\u{0}"] {
            std::fs::write(&file, broken).unwrap();
            let store = TokenStore::in_file(Some(file.clone()), "s");
            assert_eq!(store.kept(), None, "{broken:?}");
            store.keep(tokens("a")).unwrap();
            assert_eq!(TokenStore::in_file(Some(file.clone()), "s").kept(), tokens("a"));
        }
    }
}
