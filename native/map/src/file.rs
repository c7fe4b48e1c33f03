//! A file mapped for writing.

use crate::io::{failed, open_read_write, preallocate};
use memmap2::{MmapMut, MmapOptions};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tickwright_engine::CoreError;

/// A file mapped for reading and writing, as long as this lives. A file that is only read is a
/// [`Window`](crate::Window).
///
/// What is stored is in the file at once for every other process, and survives the death of this
/// one; a power failure survives only what [`flush`](Self::flush) has confirmed.
#[derive(Debug)]
pub struct MappedFile {
    map: MmapMut,
    file: Arc<File>,
    path: PathBuf,
}

impl MappedFile {
    /// Creates a file of `length` zero bytes for which the disk has room. `prefault` brings all
    /// pages into memory now, which takes about 0.2 µs a page; else the first store into each page
    /// does.
    ///
    /// # Errors
    /// `E_DISK_FULL` where the disk has no room (and no file is left behind), `E_IO`; a file that
    /// exists is an error.
    pub fn create(path: &Path, length: usize, prefault: bool) -> Result<Self, CoreError> {
        let file = open_read_write(path, true)?;
        let mapped = preallocate(&file, path, length).and_then(|()| Self::map(file, path));
        match mapped {
            Ok(mut mapped) => {
                if prefault {
                    mapped.prefault();
                }
                Ok(mapped)
            }
            Err(error) => {
                // The first error is the one to report; a leftover would only take room.
                let _ = std::fs::remove_file(path);
                Err(error)
            }
        }
    }

    /// Maps a file that exists.
    ///
    /// # Errors
    /// `E_IO`.
    pub fn open_write(path: &Path) -> Result<Self, CoreError> {
        Self::map(open_read_write(path, false)?, path)
    }

    /// Maps a file that exists, after it was given `length` bytes for which the disk has room.
    ///
    /// # Errors
    /// `E_DISK_FULL`, `E_IO`.
    pub fn open_extended(path: &Path, length: usize) -> Result<Self, CoreError> {
        let file = open_read_write(path, false)?;
        preallocate(&file, path, length)?;
        Self::map(file, path)
    }

    fn map(file: File, path: &Path) -> Result<Self, CoreError> {
        // SAFETY: the mapping may be changed through the file by another process; nothing here
        // relies on bytes staying the same between two reads, all content is checked when it is
        // parsed. The file is not shortened while it is mapped: journal code unmaps before it
        // truncates.
        let map = unsafe { MmapOptions::new().map_mut(&file) };
        let map = map.map_err(|e| failed("cannot map", path, &e))?;
        Ok(Self { map, file: Arc::new(file), path: path.to_owned() })
    }

    /// Brings all pages into memory, writable.
    fn prefault(&mut self) {
        #[cfg(target_os = "linux")]
        if self.map.advise(memmap2::Advice::PopulateWrite).is_ok() {
            return;
        }
        for page in self.map.chunks_mut(4_096) {
            page[0] = std::hint::black_box(page[0]);
        }
    }

    #[inline]
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.map
    }

    #[inline]
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.map
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file, for a data sync by another thread.
    #[must_use]
    pub fn file(&self) -> Arc<File> {
        Arc::clone(&self.file)
    }

    /// Returns when all that was stored is on disk.
    ///
    /// # Errors
    /// `E_IO`, `E_DISK_FULL`.
    pub fn flush(&self) -> Result<(), CoreError> {
        // On Linux `fdatasync` writes pages that were dirtied through a mapping; POSIX wants
        // `msync`.
        if !cfg!(target_os = "linux") {
            self.map.flush().map_err(|e| failed("cannot sync", &self.path, &e))?;
        }
        self.file.sync_data().map_err(|e| failed("cannot sync", &self.path, &e))
    }

    /// Renames the file; the mapping stays.
    ///
    /// # Errors
    /// `E_IO`.
    pub fn rename(&mut self, path: &Path) -> Result<(), CoreError> {
        std::fs::rename(&self.path, path).map_err(|e| failed("cannot rename", &self.path, &e))?;
        self.path = path.to_owned();
        Ok(())
    }

    /// Unmaps, then cuts the file.
    ///
    /// # Errors
    /// `E_IO`.
    pub fn truncate(self, length: usize) -> Result<(), CoreError> {
        let Self { map, file, path } = self;
        drop(map);
        file.set_len(length as u64).map_err(|e| failed("cannot shorten", &path, &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;

    #[test]
    fn stores_are_in_the_file_and_survive_renaming() {
        let dir = TempDir::new("mapped-file");
        let (first, second) = (dir.path().join("a"), dir.path().join("b"));
        for prefault in [false, true] {
            let mut mapped = MappedFile::create(&first, 10_000, prefault).unwrap();
            assert!(mapped.as_slice().iter().all(|&b| b == 0));
            mapped.as_mut_slice()[9_999] = 5;
            mapped.rename(&second).unwrap();
            mapped.flush().unwrap();
            assert_eq!(std::fs::read(&second).unwrap()[9_999], 5);
            mapped.truncate(100).unwrap();
            assert_eq!(MappedFile::open_write(&second).unwrap().as_slice().len(), 100);
            let extended = MappedFile::open_extended(&second, 8_192).unwrap();
            assert_eq!(extended.as_slice().len(), 8_192);
            std::fs::remove_file(&second).unwrap();
        }
    }

    #[test]
    fn a_file_that_exists_or_is_missing_is_an_error_with_its_path() {
        let dir = TempDir::new("mapped-exists");
        let path = dir.path().join("a");
        std::fs::write(&path, b"x").unwrap();
        let error = MappedFile::create(&path, 10, false).unwrap_err();
        assert_eq!((error.code, error.at), ("E_IO", path.display().to_string()));
        assert_eq!(std::fs::read(&path).unwrap(), b"x");
        assert_eq!(MappedFile::open_write(&dir.path().join("none")).unwrap_err().code, "E_IO");
    }
}
