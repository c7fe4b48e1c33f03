//! Goes on with a journal whose writer died.

use super::dir::{JournalDir, Parts};
use super::names::{self, in_file};
use super::options::Durability;
use super::preparer::SegmentMaker;
use crate::file::MappedFile;
use crate::io::{failed, lock_directory};
use crate::window::Window;
use std::path::{Path, PathBuf};
use tickwright_engine::CoreError;
use tickwright_engine::journal::{Chain, JournalWriter, Recovery, SegmentHeader, SegmentScan};

/// What a recovery has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryReport {
    /// Segments of the journal; the last one is gone on with.
    pub segments: u32,
    /// What the last segment held.
    pub last: Recovery,
    /// The writer died between two segments; the first of them was closed now.
    pub closed_predecessor: bool,
}

/// The last segment, checked and not yet touched.
struct Last {
    path: PathBuf,
    header: SegmentHeader,
    writer: JournalWriter,
    recovery: Recovery,
}

/// See [`JournalDir::recover`]. First all is read, then files are changed.
pub(super) fn recover(
    path: &Path,
    durability: Durability,
) -> Result<(JournalDir, RecoveryReport), CoreError> {
    let lock = lock_directory(path)?;
    let mut segments = names::list(path)?;
    let unborn = take_unborn(&mut segments)?;
    let (last, first_capacity, unclosed) = check(path, &segments)?;

    if let Some(unborn) = unborn {
        names::remove(&unborn)?;
    }
    names::remove(&names::next(path))?;
    if let Some(unclosed) = &unclosed {
        close_predecessor(unclosed)?;
    }
    let mut current = MappedFile::open_extended(&last.path, last.header.capacity as usize)?;
    last.writer.cut(current.as_mut_slice());
    let mut maker = SegmentMaker {
        directory: path.to_owned(),
        segment_bytes: first_capacity,
        allocations: u32::MAX,
    };
    if !names::reserve(path).exists() {
        maker.reserve()?;
    }
    let report = RecoveryReport {
        segments: segments.len() as u32,
        last: last.recovery,
        closed_predecessor: unclosed.is_some(),
    };
    let (epoch, writer) = (last.header.epoch, last.writer);
    let path = path.to_owned();
    let parts = Parts { path, epoch, durability, writer, current, maker, lock };
    Ok((JournalDir::assemble(parts)?, report))
}

/// A power failure can keep a segment's name and lose its header; wholly zero, it was never begun.
fn take_unborn(segments: &mut Vec<PathBuf>) -> Result<Option<PathBuf>, CoreError> {
    let Some(last) = segments.last() else { return Ok(None) };
    let unborn = Window::open(last)?.iter().all(|&b| b == 0);
    Ok(if unborn { segments.pop() } else { None })
}

/// Checks all headers and their chain, and reads what was left open. Gives the last segment, the
/// size of the first one, and the last but one where it must be closed.
fn check(path: &Path, segments: &[PathBuf]) -> Result<(Last, usize, Option<PathBuf>), CoreError> {
    let manifest = names::manifest(path);
    let text = std::fs::read(&manifest).map_err(|e| failed("cannot read", &manifest, &e))?;
    let mut chain = Chain::new(&text);
    let Some((last, earlier)) = segments.split_last() else {
        return Err(match chain.finish() {
            Err(error) => error.at(path.display().to_string()),
            Ok(_) => CoreError::new("E_INTERNAL", "a journal of no segments"),
        });
    };
    let mut first_capacity = None;
    let mut unclosed = None;
    for file in earlier {
        let window = Window::open(file)?;
        let scan = SegmentScan::new(&window).map_err(in_file(file))?;
        chain.begin(scan.header()).map_err(in_file(file))?;
        first_capacity = first_capacity.or(Some(scan.header().capacity as usize));
        match scan.closed() {
            Some(closed) => chain.skip(&closed),
            None => {
                chain.end(&scan.into_end(&window).map_err(in_file(file))?);
                unclosed = Some(file.clone());
            }
        }
    }
    let window = Window::open(last)?;
    let scan = SegmentScan::new(&window).map_err(in_file(last))?;
    let header = *scan.header();
    chain.begin(&header).map_err(in_file(last))?;
    if let Some(closed) = scan.closed().filter(|closed| !closed.last) {
        chain.skip(&closed);
        chain.finish().map_err(in_file(last))?;
    }
    let (writer, recovery) = JournalWriter::open(&window).map_err(in_file(last))?;
    let last = Last { path: last.clone(), header, writer, recovery };
    Ok((last, first_capacity.unwrap_or(header.capacity as usize), unclosed))
}

/// Does what the writer would have done next.
fn close_predecessor(path: &Path) -> Result<(), CoreError> {
    let (mut writer, capacity) = {
        let window = Window::open(path)?;
        let capacity = SegmentScan::new(&window)?.header().capacity as usize;
        (JournalWriter::open(&window).map_err(in_file(path))?.0, capacity)
    };
    let mut file = MappedFile::open_extended(path, capacity)?;
    writer.cut(file.as_mut_slice());
    writer.close(file.as_mut_slice(), false);
    Ok(())
}
