//! A part of a file, mapped for reading: a reader that moves it keeps memory flat on any file
//! length.

use crate::io::failed;
use memmap2::{Mmap, MmapOptions};
use std::fs::File;
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering, fence};
use tickwright_engine::CoreError;

/// Windows up to this are read in at once: a block of a tape, not a journal's segment.
const POPULATE_MOST: usize = 16 << 20;

/// `length` bytes of a file from `offset`, mapped for reading; dropped, they are unmapped.
#[derive(Debug)]
pub struct Window {
    map: Mmap,
    offset: u64,
}

impl Window {
    /// Maps a part of a file. Any offset will do; what lies behind the file's end is left out.
    ///
    /// # Errors
    /// `E_IO`.
    pub fn map(file: &File, path: &Path, offset: u64, length: usize) -> Result<Self, CoreError> {
        let size = file.metadata().map_err(|e| failed("cannot read the size of", path, &e))?.len();
        let length = size.saturating_sub(offset).min(length as u64) as usize;
        let mut options = MmapOptions::new();
        if length <= POPULATE_MOST {
            // All pages in one call: a fault for each costs several times as much.
            options.populate();
        }
        // SAFETY: the part lies within the file as it is now. Another process may change bytes
        // under the mapping (a journal's writer appends): all content is checked when it is parsed,
        // and a file that is read must not be shortened meanwhile (as for every reader of mapped
        // files).
        let map = unsafe { options.offset(offset).len(length).map(file) };
        let map = map.map_err(|e| failed("cannot map", path, &e))?;
        Ok(Self { map, offset })
    }

    /// Maps a whole file.
    ///
    /// # Errors
    /// `E_IO`.
    pub fn open(path: &Path) -> Result<Self, CoreError> {
        let file = File::open(path).map_err(|e| failed("cannot open", path, &e))?;
        Self::map(&file, path, 0, usize::MAX)
    }

    /// Tells the system that the bytes will be read once, in order: read ahead, and drop soon.
    pub fn advise_sequential(&self) {
        // Advice only: where it is not known, reading is merely slower.
        #[cfg(unix)]
        let _ = self.map.advise(memmap2::Advice::Sequential);
    }

    /// Loads an aligned word that another thread or process stores last; what was stored before it
    /// is seen after this. `None` behind the end.
    #[inline]
    pub(crate) fn load_u32(&self, at: usize) -> Option<u32> {
        let inside = at.checked_add(4).is_some_and(|end| end <= self.map.len());
        if !inside || !at.is_multiple_of(4) {
            return None;
        }
        // SAFETY: within the mapping, which starts at a page, so aligned; a relaxed load of 4 bytes
        // is allowed on read-only memory. The fence orders what is read afterwards.
        let word = unsafe { AtomicU32::from_ptr(self.map.as_ptr().add(at).cast_mut().cast()) };
        let value = word.load(Ordering::Relaxed);
        fence(Ordering::Acquire);
        Some(u32::from_le(value))
    }

    /// Where in the file the window starts.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }
}

impl Deref for Window {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.map
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;

    #[test]
    fn shows_any_part_of_a_file() {
        let dir = TempDir::new("window");
        let path = dir.path().join("file");
        let bytes: Vec<u8> = (0..100_000_u32).map(|i| (i * 7 % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let file = File::open(&path).unwrap();
        for (offset, length) in [(0, 10), (1, 4_096), (4_095, 8_193), (70_001, 29_999), (99_999, 1)]
        {
            let window = Window::map(&file, &path, offset as u64, length).unwrap();
            window.advise_sequential();
            assert_eq!(&window[..], &bytes[offset..offset + length]);
            assert_eq!(window.offset(), offset as u64);
        }
        assert_eq!(&Window::map(&file, &path, 99_000, 5_000).unwrap()[..], &bytes[99_000..]);
        assert!(Window::map(&file, &path, 200_000, 5).unwrap().is_empty());
        assert_eq!(&Window::open(&path).unwrap()[..], &bytes[..]);
        std::fs::write(&path, b"").unwrap();
        assert!(Window::open(&path).unwrap().is_empty());
    }
}
