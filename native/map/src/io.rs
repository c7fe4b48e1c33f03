//! File work with errors that name the path, and preallocation that a full disk cannot fool.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use tickwright_engine::CoreError;

/// Turns an I/O error into one with a stable code: `E_DISK_FULL` or `E_IO`.
pub(crate) fn failed(what: &str, path: &Path, error: &std::io::Error) -> CoreError {
    let full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let (code, hint) = if full {
        ("E_DISK_FULL", "Free space on this disk; what was written is intact.")
    } else {
        ("E_IO", "Check that the path exists and may be written.")
    };
    CoreError::new(code, format!("{what}: {error}")).at(path.display().to_string()).hint(hint)
}

/// Opens a file for reading and writing; `fresh` refuses one that exists.
pub(crate) fn open_read_write(path: &Path, fresh: bool) -> Result<File, CoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(fresh);
    options.open(path).map_err(|e| failed("cannot open", path, &e))
}

/// Gives the file `length` bytes for which the disk has room: a store into a sparse file on a full
/// disk would end the process (SIGBUS), so the room is taken here, where it is an error.
pub(crate) fn preallocate(file: &File, path: &Path, length: usize) -> Result<(), CoreError> {
    let current = file.metadata().map_err(|e| failed("cannot read the size of", path, &e))?.len();
    allocate(file, current, length as u64).map_err(|e| failed("cannot preallocate", path, &e))
}

#[cfg(target_os = "linux")]
fn allocate(file: &File, current: u64, length: u64) -> std::io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;
    match fallocate(file, FallocateFlags::empty(), 0, length) {
        Ok(()) => Ok(()),
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => write_zeros(file, current, length),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(file: &File, current: u64, length: u64) -> std::io::Result<()> {
    write_zeros(file, current, length)
}

/// For file systems that cannot reserve room: write it.
fn write_zeros(mut file: &File, current: u64, length: u64) -> std::io::Result<()> {
    use std::io::{Seek, SeekFrom};
    static BLOCK: [u8; 65_536] = [0; 65_536];
    file.seek(SeekFrom::Start(current))?;
    let mut left = length.saturating_sub(current);
    while left > 0 {
        let n = left.min(BLOCK.len() as u64);
        file.write_all(&BLOCK[..n as usize])?;
        left -= n;
    }
    Ok(())
}

/// Makes names in a directory durable (creation, renaming).
pub(crate) fn sync_directory(path: &Path) -> Result<(), CoreError> {
    if cfg!(unix) {
        let directory = File::open(path).map_err(|e| failed("cannot open", path, &e))?;
        directory.sync_all().map_err(|e| failed("cannot sync", path, &e))?;
    }
    Ok(())
}

/// Takes the writer's lock of a directory; it is released when the handle is dropped or its process
/// dies.
pub(crate) fn lock_directory(path: &Path) -> Result<File, CoreError> {
    let directory = File::open(path).map_err(|e| failed("cannot open", path, &e))?;
    #[cfg(unix)]
    if let Err(error) =
        rustix::fs::flock(&directory, rustix::fs::FlockOperation::NonBlockingLockExclusive)
    {
        let error = CoreError::new("E_JOURNAL_LOCKED", format!("another writer has it: {error}"));
        return Err(error.at(path.display().to_string()).hint("Stop the other session first."));
    }
    Ok(directory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;

    #[test]
    fn zeros_are_written_from_the_present_end() {
        let dir = TempDir::new("write-zeros");
        let path = dir.path().join("file");
        std::fs::write(&path, b"abc").unwrap();
        let file = open_read_write(&path, false).unwrap();
        write_zeros(&file, 3, 100_000).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes.len(), 100_000);
        assert_eq!(&bytes[..4], b"abc\0");
        assert!(bytes[3..].iter().all(|&b| b == 0));
    }

    #[test]
    fn preallocation_keeps_what_is_there_and_never_shrinks() {
        let dir = TempDir::new("preallocate");
        let path = dir.path().join("file");
        std::fs::write(&path, vec![7; 10_000]).unwrap();
        let file = open_read_write(&path, false).unwrap();
        preallocate(&file, &path, 4_096).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), vec![7; 10_000]);
        preallocate(&file, &path, 20_000).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!((bytes.len(), bytes[9_999], bytes[10_000]), (20_000, 7, 0));
    }
}
