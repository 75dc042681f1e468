//! Files that commands read and write, `-` being standard input or output.

use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::exit::usage;
use crate::output;

/// Largest file that is read. A hall of 50,000 seats has 10 MB.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The text of a file.
pub(crate) fn read(file: &Path) -> Result<String> {
    let bytes = bytes(file).with_context(|| format!("cannot read {}", name(file)))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(usage(format!("{}: is larger than {} MiB", name(file), BYTES_MAX / 1024 / 1024)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
        usage(format!("{}: line {line}: is not UTF-8 text", name(file)))
    })
}

/// One more than is allowed at most, so that a file without an end has one.
fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if is_standard(file) {
        io::stdin().lock().take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(file)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// A file that is named in this one: its own place counts, not where the command is run.
pub(crate) fn beside(file: &Path, named: &str) -> PathBuf {
    match file.parent() {
        Some(folder) if !is_standard(file) => folder.join(named),
        _ => PathBuf::from(named),
    }
}

/// Writes a text, and says where, unless that is standard output. A file is there whole or as it was before.
pub(crate) fn write(file: &Path, text: &str) -> Result<()> {
    if is_standard(file) {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        return Ok(out.flush()?);
    }
    replace(file, text).with_context(|| format!("cannot write {}", name(file)))?;
    output::note(format_args!("wrote {}", name(file)));
    Ok(())
}

/// Gives a file these contents: written beside it and on the disk before it takes the name.
pub(crate) fn replace(file: &Path, text: &str) -> io::Result<()> {
    // Behind a link, it is the file that changes.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let there = fs::metadata(&file).ok();
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        // A pipe or a device has no other name.
        return fs::write(&file, text);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::metadata(folder)?;
    let mut draft = tempfile::Builder::new();
    draft.prefix(file.file_name().unwrap_or_default()).suffix(".part");
    #[cfg(unix)]
    draft.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut draft = draft.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))?;
    draft.write_all(text.as_bytes())?;
    if let Some(there) = there {
        draft.as_file().set_permissions(there.permissions())?;
    }
    draft.as_file().sync_all()?;
    draft.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

/// What it is called in messages.
pub(crate) fn name(file: &Path) -> String {
    if is_standard(file) { "standard input".to_owned() } else { file.display().to_string() }
}

/// The extension, in lower case.
pub(crate) fn extension(file: &Path) -> Option<String> {
    file.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase)
}

pub(crate) fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}
