//! The writer's side of a journal directory.

use super::cursor::JournalFiles;
use super::names;
use super::options::{Durability, JournalOptions};
use super::preparer::{Preparer, SegmentMaker};
use super::recover::{self, RecoveryReport};
use super::sync::{SyncPoint, Syncer};
use crate::file::MappedFile;
use crate::io::{failed, lock_directory, sync_directory};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tickwright_engine::CoreError;
use tickwright_engine::journal::{
    JournalWriter, SEGMENT_HEADER, SegmentStart, kept_length, manifest_hash,
};

/// A journal that is being written. One at a time: the directory is locked.
///
/// Entries are appended through [`parts`](Self::parts). When an input no longer fits, call
/// [`rotate`](Self::rotate); when that says `E_DISK_FULL`, [`use_reserve`](Self::use_reserve) and
/// stop. The memory of the segment before stays mapped until the next rotation, so that a view of
/// it held elsewhere can be replaced at leisure.
pub struct JournalDir {
    path: PathBuf,
    epoch: i64,
    durability: Durability,
    writer: JournalWriter,
    current: MappedFile,
    /// The segment before, and how much of it is kept.
    before: Option<(MappedFile, usize)>,
    preparer: Preparer,
    syncer: Syncer,
    /// Held for its lock.
    _lock: File,
}

/// What a journal directory is assembled from, new or recovered.
pub(super) struct Parts {
    pub(super) path: PathBuf,
    pub(super) epoch: i64,
    pub(super) durability: Durability,
    pub(super) writer: JournalWriter,
    pub(super) current: MappedFile,
    pub(super) maker: SegmentMaker,
    pub(super) lock: File,
}

impl JournalDir {
    /// Starts a journal in a directory that holds none.
    ///
    /// # Errors
    /// `E_JOURNAL_EXISTS`, `E_JOURNAL_LOCKED`, `E_JOURNAL_SIZE`, `E_DISK_FULL`, `E_IO`.
    pub fn create(path: &Path, options: &JournalOptions) -> Result<Self, CoreError> {
        options.check()?;
        fs::create_dir_all(path).map_err(|e| failed("cannot create", path, &e))?;
        let lock = lock_directory(path)?;
        if !names::list(path)?.is_empty() {
            let error = CoreError::new("E_JOURNAL_EXISTS", "the directory holds a journal");
            let hint = "Choose another directory, or recover this one.";
            return Err(error.at(path.display().to_string()).hint(hint));
        }
        write_manifest(path, &options.manifest)?;
        let mut maker = SegmentMaker {
            directory: path.to_owned(),
            segment_bytes: options.segment_bytes,
            allocations: options.allocations,
        };
        maker.reserve()?;
        let mut current = maker.next()?;
        let start = SegmentStart {
            index: 0,
            epoch: options.epoch,
            first_seq: options.first_seq,
            previous_hash: manifest_hash(options.manifest.as_bytes()),
        };
        let writer = begin(&mut current, &start, options.durability)?;
        current.rename(&names::segment(path, 0))?;
        Self::assemble(Parts {
            path: path.to_owned(),
            epoch: options.epoch,
            durability: options.durability,
            writer,
            current,
            maker,
            lock,
        })
    }

    pub(super) fn assemble(parts: Parts) -> Result<Self, CoreError> {
        let Parts { path, epoch, durability, writer, current, maker, lock } = parts;
        let syncer = Syncer::new(path.clone(), current.file());
        if durability == Durability::Power {
            syncer.sync()?;
        }
        let mut preparer = Preparer::start(maker)?;
        preparer.request();
        let before = None;
        Ok(Self { path, epoch, durability, writer, current, before, preparer, syncer, _lock: lock })
    }

    /// A journal for reading, once its writer has ended; while it is written, follow it with
    /// [`SegmentTail`](super::SegmentTail).
    ///
    /// # Errors
    /// `E_JOURNAL_CHAIN` where a segment is missing, `E_JOURNAL_EMPTY`, `E_IO`.
    pub fn open(path: &Path) -> Result<JournalFiles, CoreError> {
        JournalFiles::open(path)
    }

    /// Goes on with a journal whose writer died: the torn end is cut, and reported.
    ///
    /// # Errors
    /// `E_JOURNAL_CLOSED` for one that was closed in good order, `E_JOURNAL_LOCKED`, `E_DISK_FULL`,
    /// and all that reading can find. A journal that is refused is not changed.
    pub fn recover(
        path: &Path,
        durability: Durability,
    ) -> Result<(Self, RecoveryReport), CoreError> {
        recover::recover(path, durability)
    }

    /// Writer and memory of the current segment, for appending.
    #[inline]
    pub fn parts(&mut self) -> (&mut JournalWriter, &mut [u8]) {
        (&mut self.writer, self.current.as_mut_slice())
    }

    #[must_use]
    pub fn writer(&self) -> &JournalWriter {
        &self.writer
    }

    /// Memory of the current segment.
    #[must_use]
    pub fn segment(&self) -> &[u8] {
        self.current.as_slice()
    }

    /// The largest payload of an input that fits before a rotation.
    #[inline]
    #[must_use]
    pub fn free(&self) -> usize {
        self.writer.free(self.current.as_slice().len())
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Says early that the next segment could not be made: the session can begin to stop while the
    /// current one has room. Does not wait.
    ///
    /// # Errors
    /// `E_DISK_FULL`, `E_IO`.
    pub fn check(&mut self) -> Result<(), CoreError> {
        self.preparer.check()
    }

    /// Goes on in the next segment, which was made ahead; waits where it is not ready.
    ///
    /// # Errors
    /// `E_DISK_FULL`, `E_IO`: the current segment stays current, and the next call tries anew.
    pub fn rotate(&mut self) -> Result<(), CoreError> {
        let next = self.preparer.take()?;
        self.switch(next)?;
        self.preparer.request();
        Ok(())
    }

    /// Goes on in the segment that was kept for a full disk: room to cancel, note and stop.
    ///
    /// # Errors
    /// `E_JOURNAL_RESERVE` where it was used before, `E_IO`.
    pub fn use_reserve(&mut self) -> Result<(), CoreError> {
        let path = names::reserve(&self.path);
        if !path.exists() {
            let error = CoreError::new("E_JOURNAL_RESERVE", "the reserve segment was used before");
            let hint = "Nothing more can be recorded: stop the session.";
            return Err(error.at(path.display().to_string()).hint(hint));
        }
        self.switch(MappedFile::open_write(&path)?)
    }

    /// The successor's header is written, and its name given, before the predecessor is closed: a
    /// segment that says "closed, more follows" always has a successor.
    fn switch(&mut self, mut next: MappedFile) -> Result<(), CoreError> {
        let start = SegmentStart {
            index: self.writer.index() + 1,
            epoch: self.epoch,
            first_seq: self.writer.next_seq(),
            previous_hash: self.writer.hash(),
        };
        let writer = begin(&mut next, &start, self.durability)?;
        next.rename(&names::segment(&self.path, start.index))?;
        self.writer.close(self.current.as_mut_slice(), false);
        let kept = kept_length(self.writer.position(), self.current.as_slice().len());
        self.writer = writer;
        self.syncer.switch(next.file(), self.durability == Durability::Power);
        let left = std::mem::replace(&mut self.current, next);
        if let Some((file, kept)) = self.before.replace((left, kept)) {
            self.preparer.retire(file, kept);
        }
        Ok(())
    }

    /// Syncs from another thread.
    #[must_use]
    pub fn syncer(&self) -> Syncer {
        self.syncer.clone()
    }

    /// This moment, for the acknowledgement of a sync that starts now.
    #[must_use]
    pub fn sync_point(&self) -> SyncPoint {
        let (segment, position) = (self.writer.index(), self.writer.position());
        SyncPoint { segment, position, next_seq: self.writer.next_seq() }
    }

    /// Takes note that a sync has confirmed all in front of `point`: from now on, damage there is
    /// told from a torn end.
    pub fn note_synced(&mut self, point: &SyncPoint) {
        if point.segment == self.writer.index() {
            self.writer.note_synced(self.current.as_mut_slice(), point.position);
        }
    }

    /// Syncs on this thread; returns through where.
    ///
    /// # Errors
    /// `E_IO`, `E_DISK_FULL`.
    pub fn sync(&mut self) -> Result<SyncPoint, CoreError> {
        let point = self.sync_point();
        self.syncer.sync()?;
        self.note_synced(&point);
        Ok(point)
    }

    /// Closes the journal: cuts the last segment to what was used, removes what was made ahead,
    /// ends the thread. Returns the hash over the journal.
    ///
    /// # Errors
    /// `E_IO`, `E_DISK_FULL`.
    pub fn close(self) -> Result<u128, CoreError> {
        let Self {
            path, durability, mut writer, mut current, before, mut preparer, syncer, ..
        } = self;
        let hash = writer.close(current.as_mut_slice(), true);
        if durability == Durability::Power {
            syncer.sync()?;
        }
        let kept = kept_length(writer.position(), current.as_slice().len());
        current.truncate(kept)?;
        if let Some((file, kept)) = before {
            preparer.retire(file, kept);
        }
        preparer.finish()?;
        names::remove(&names::next(&path))?;
        names::remove(&names::reserve(&path))?;
        if durability == Durability::Power {
            sync_directory(&path)?;
        }
        Ok(hash)
    }
}

/// Writes a segment's header. With `power`, its sync mark says from the start that syncs are asked
/// for.
fn begin(
    segment: &mut MappedFile,
    start: &SegmentStart,
    durability: Durability,
) -> Result<JournalWriter, CoreError> {
    let writer = JournalWriter::create(segment.as_mut_slice(), start)?;
    if durability == Durability::Power {
        writer.note_synced(segment.as_mut_slice(), SEGMENT_HEADER);
    }
    Ok(writer)
}

/// Written under another name first, so that it is never there by half.
fn write_manifest(directory: &Path, text: &str) -> Result<(), CoreError> {
    let (path, draft) = (names::manifest(directory), directory.join("manifest.json.tmp"));
    fs::write(&draft, text).map_err(|e| failed("cannot write", &draft, &e))?;
    fs::rename(&draft, &path).map_err(|e| failed("cannot rename", &draft, &e))
}
