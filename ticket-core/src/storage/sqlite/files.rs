//! Files that are there whole or not at all: written under another name, and then given their own.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempPath};

use crate::storage::OpenError;

/// An empty file beside the one that it is to become, readable by its owner only, which is gone when it is dropped.
pub(super) fn private_draft_of(file: &Path) -> Result<TempPath, OpenError> {
    let no_name = || OpenError::io(file, "is not the name of a file", &io::ErrorKind::InvalidInput.into());
    let mut prefix = OsString::from(file.file_name().ok_or_else(no_name)?);
    prefix.push(".");
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(".part");
    let folder = folder_of(file);
    builder.tempfile_in(folder).map(NamedTempFile::into_temp_path).map_err(|error| {
        // The error itself names the draft, which nobody has asked for.
        let problem = match error.kind() {
            io::ErrorKind::NotFound => "there is no such folder".to_owned(),
            kind => kind.to_string(),
        };
        OpenError::io(file, format_args!("no file can be made in {}: {problem}", folder.display()), &error)
    })
}

/// Gives a draft its own name.
pub(super) fn put(draft: TempPath, file: &Path, overwrite: bool) -> Result<(), OpenError> {
    let put = if overwrite { draft.persist(file) } else { draft.persist_noclobber(file) };
    put.map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => OpenError::Exists { path: file.into() },
        _ => OpenError::io(file, &error.error, &error.error),
    })?;
    // The new name, too, is to outlive a power cut.
    #[cfg(unix)]
    File::open(folder_of(file))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| OpenError::io(file, &error, &error))?;
    Ok(())
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
