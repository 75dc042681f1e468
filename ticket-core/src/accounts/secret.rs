//! The secret that access tokens are signed with, and tokens of holds are derived from.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::storage::OpenError;

/// As long as the hash that it keys (RFC 7518, 3.2).
const BYTES_MIN: usize = 32;

/// The configured secret, or the one beside the database, which is made when there is none yet.
pub(crate) fn load(configured: Option<&[u8]>, database: &Path) -> Result<Vec<u8>, OpenError> {
    let secret = match configured {
        Some(secret) => secret.to_owned(),
        None => {
            let path = path_beside(database);
            read_or_make(&path)
                .map_err(|error| OpenError::io(&path, format_args!("the token secret: {error}"), &error))?
        }
    };
    if secret.len() < BYTES_MIN {
        return Err(OpenError::WeakSecret { bytes: secret.len(), bytes_min: BYTES_MIN });
    }
    Ok(secret)
}

fn path_beside(database: &Path) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(".secret");
    path.into()
}

fn read_or_make(path: &Path) -> std::io::Result<Vec<u8>> {
    match make(path) {
        // Somebody was here before, perhaps a moment ago.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => std::fs::read(path),
        made => made,
    }
}

fn make(path: &Path) -> std::io::Result<Vec<u8>> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let secret = format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>()).into_bytes();
    // Written whole under another name first, so that nobody reads half of it.
    let mut draft = OsString::from(path);
    draft.push(format!(".{:016x}", rand::random::<u64>()));
    let draft = PathBuf::from(draft);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    // Unlike a rename, a link does not replace the secret of another process.
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked.map(|()| secret)
}
