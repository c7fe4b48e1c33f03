//! Makes the next segment ahead and disposes of old ones, on a thread of its own: preallocating,
//! bringing pages into memory and unmapping each take milliseconds.

use super::names;
use crate::file::MappedFile;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tickwright_engine::CoreError;

enum Task {
    Prepare,
    /// Unmap, and cut to the length that is kept.
    Retire(MappedFile, usize),
}

enum Done {
    Prepared(Result<MappedFile, CoreError>),
    Retired(Result<(), CoreError>),
}

/// Makes segments, on any thread.
pub(super) struct SegmentMaker {
    pub(super) directory: PathBuf,
    pub(super) segment_bytes: usize,
    /// Preallocations that still succeed; see `JournalOptions::allocations`.
    pub(super) allocations: u32,
}

impl SegmentMaker {
    /// Makes `next.twj`.
    pub(super) fn next(&mut self) -> Result<MappedFile, CoreError> {
        self.make(names::next(&self.directory), self.segment_bytes, true)
    }

    /// Makes `reserve.twj`.
    pub(super) fn reserve(&mut self) -> Result<MappedFile, CoreError> {
        const RESERVE: usize = 8 << 20;
        self.make(names::reserve(&self.directory), self.segment_bytes.min(RESERVE), false)
    }

    fn make(
        &mut self,
        path: PathBuf,
        length: usize,
        prefault: bool,
    ) -> Result<MappedFile, CoreError> {
        names::remove(&path)?;
        let Some(left) = self.allocations.checked_sub(1) else {
            let error = std::io::Error::from(std::io::ErrorKind::StorageFull);
            return Err(crate::io::failed("cannot preallocate", &path, &error));
        };
        self.allocations = left;
        MappedFile::create(&path, length, prefault)
    }
}

/// The thread, and what it has ready.
pub(super) struct Preparer {
    tasks: Option<Sender<Task>>,
    done: Receiver<Done>,
    thread: Option<JoinHandle<()>>,
    /// A segment was asked for and is not here yet.
    pending: bool,
    ready: Option<Result<MappedFile, CoreError>>,
    retire_error: Option<CoreError>,
}

impl Preparer {
    pub(super) fn start(mut maker: SegmentMaker) -> Result<Self, CoreError> {
        let (tasks, inbox) = channel();
        let (outbox, done) = channel();
        let directory = maker.directory.clone();
        let work = move || {
            while let Ok(task) = inbox.recv() {
                let result = match task {
                    Task::Prepare => Done::Prepared(maker.next()),
                    Task::Retire(file, keep) => Done::Retired(file.truncate(keep)),
                };
                if outbox.send(result).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("tickwright-journal".to_owned()).spawn(work);
        let thread =
            thread.map_err(|e| crate::io::failed("cannot start a thread for", &directory, &e))?;
        let (tasks, thread) = (Some(tasks), Some(thread));
        Ok(Self { tasks, done, thread, pending: false, ready: None, retire_error: None })
    }

    /// Asks for the next segment, unless it was asked for already.
    pub(super) fn request(&mut self) {
        if !self.pending && self.ready.is_none() {
            self.pending = self.send(Task::Prepare);
        }
    }

    pub(super) fn retire(&mut self, file: MappedFile, keep: usize) {
        self.send(Task::Retire(file, keep));
    }

    fn send(&self, task: Task) -> bool {
        self.tasks.as_ref().is_some_and(|tasks| tasks.send(task).is_ok())
    }

    /// The error of the segment that is being made, as soon as it is known.
    pub(super) fn check(&mut self) -> Result<(), CoreError> {
        while let Ok(done) = self.done.try_recv() {
            self.note(done);
        }
        match &self.ready {
            Some(Err(error)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// The next segment; waits where it is still being made. After an error, the next call tries
    /// anew.
    pub(super) fn take(&mut self) -> Result<MappedFile, CoreError> {
        loop {
            if let Some(ready) = self.ready.take() {
                return ready;
            }
            self.request();
            match self.done.recv() {
                Ok(done) => self.note(done),
                Err(_) => {
                    let error = CoreError::new("E_INTERNAL", "the journal's thread has ended");
                    return Err(error.hint("Please report this."));
                }
            }
        }
    }

    fn note(&mut self, done: Done) {
        match done {
            Done::Prepared(result) => {
                self.pending = false;
                self.ready = Some(result);
            }
            Done::Retired(Err(error)) => {
                self.retire_error = self.retire_error.take().or(Some(error))
            }
            Done::Retired(Ok(())) => {}
        }
    }

    /// Lets the thread finish what it was asked for, and ends it.
    pub(super) fn finish(mut self) -> Result<(), CoreError> {
        self.join();
        self.retire_error.take().map_or(Ok(()), Err)
    }

    fn join(&mut self) {
        self.tasks = None;
        while let Ok(done) = self.done.recv() {
            self.note(done);
        }
        if let Some(thread) = self.thread.take() {
            // It cannot have panicked without the channel telling; there is nothing more to say
            // here.
            let _ = thread.join();
        }
    }
}

impl Drop for Preparer {
    fn drop(&mut self) {
        self.join();
    }
}
