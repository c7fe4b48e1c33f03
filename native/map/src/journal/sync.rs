//! Data syncs, callable from another thread than the writer's.

use crate::io::{failed, sync_directory};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tickwright_engine::CoreError;

/// A moment of the journal. When a sync that began after it has returned, all in front of it is on
/// disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncPoint {
    pub segment: u32,
    /// Byte of the segment behind the last entry.
    pub position: usize,
    /// The next input's `seq`: all inputs below it are covered.
    pub next_seq: u64,
}

/// Syncs a journal from any thread, while its writer goes on.
#[derive(Clone, Debug)]
pub struct Syncer {
    files: Arc<Mutex<Files>>,
}

#[derive(Debug)]
struct Files {
    directory: PathBuf,
    /// A file was renamed since the directory was synced.
    renamed: bool,
    /// Segments that were left since the last sync.
    left: Vec<Arc<File>>,
    current: Arc<File>,
    /// A sync that failed may have dropped the very pages it could not write: no later one can
    /// tell.
    failed: Option<CoreError>,
}

impl Syncer {
    pub(super) fn new(directory: PathBuf, current: Arc<File>) -> Self {
        let files = Files { directory, renamed: true, left: Vec::new(), current, failed: None };
        Self { files: Arc::new(Mutex::new(files)) }
    }

    fn lock(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the journal is written to another segment.
    pub(super) fn switch(&self, current: Arc<File>, keep_left: bool) {
        let mut files = self.lock();
        let left = std::mem::replace(&mut files.current, current);
        files.renamed = true;
        if keep_left {
            files.left.push(left);
        }
    }

    /// Returns when all that was appended before the call is on disk. Syncs run outside the lock,
    /// so that a rotation never waits for one.
    ///
    /// # Errors
    /// `E_IO`, `E_DISK_FULL`; after one, every later call gives it again.
    pub fn sync(&self) -> Result<(), CoreError> {
        let (renamed, left, current, directory) = {
            let mut files = self.lock();
            if let Some(error) = &files.failed {
                return Err(error.clone());
            }
            let renamed = std::mem::take(&mut files.renamed);
            let left = std::mem::take(&mut files.left);
            (renamed, left, Arc::clone(&files.current), files.directory.clone())
        };
        let run = || {
            if renamed {
                sync_directory(&directory)?;
            }
            for file in left.iter().chain([&current]) {
                file.sync_data().map_err(|e| failed("cannot sync", &directory, &e))?;
            }
            Ok(())
        };
        let result: Result<(), CoreError> = run();
        if let Err(error) = &result {
            self.lock().failed = Some(error.clone());
        }
        result
    }
}
