//! Names of the files in a journal.

use crate::io::failed;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tickwright_engine::CoreError;

pub(super) fn segment(directory: &Path, index: u32) -> PathBuf {
    directory.join(format!("{index:06}.twj"))
}

pub(super) fn next(directory: &Path) -> PathBuf {
    directory.join("next.twj")
}

pub(super) fn reserve(directory: &Path) -> PathBuf {
    directory.join("reserve.twj")
}

pub(super) fn manifest(directory: &Path) -> PathBuf {
    directory.join("manifest.json")
}

/// All segments in order.
///
/// # Errors
/// `E_JOURNAL_CHAIN` where one is missing, `E_IO`.
pub(super) fn list(directory: &Path) -> Result<Vec<PathBuf>, CoreError> {
    let mut indices = Vec::new();
    let entries = fs::read_dir(directory).map_err(|e| failed("cannot list", directory, &e))?;
    for entry in entries {
        let name = entry.map_err(|e| failed("cannot list", directory, &e))?.file_name();
        indices.extend(name.to_str().and_then(index_of));
    }
    indices.sort_unstable();
    for (expected, &index) in (0..).zip(&indices) {
        if index != expected {
            let missing = segment(directory, expected);
            let error = CoreError::new("E_JOURNAL_CHAIN", format!("segment {expected} is missing"));
            let hint = "Segments are missing; restore the directory.";
            return Err(error.at(missing.display().to_string()).hint(hint));
        }
    }
    Ok(indices.iter().map(|&index| segment(directory, index)).collect())
}

fn index_of(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".twj")?;
    let valid = digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit());
    // Only the canonical name is ours: `0000001.twj` would be a second name of segment 1.
    digits.parse().ok().filter(|index| valid && format!("{index:06}") == digits)
}

/// Removes a file that may be absent.
pub(super) fn remove(path: &Path) -> Result<(), CoreError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(failed("cannot remove", path, &e)),
        _ => Ok(()),
    }
}

/// Adds the file to where an error was seen.
pub(super) fn in_file(path: &Path) -> impl Fn(CoreError) -> CoreError + '_ {
    move |error| {
        let at = format!("{}: {}", path.display(), error.at);
        error.at(at)
    }
}
