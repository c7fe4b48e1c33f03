//! Memory that Rust owns and JavaScript sees.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// Bound blocks start at pages, so that typed arrays of any width can be laid over them.
const PAGE: usize = 4_096;

/// A zeroed, page-aligned block whose address never changes. Its pointer is handed to JavaScript
/// once, as an external `ArrayBuffer`; Rust takes a slice for the length of one call.
///
/// The contract: one thread; JavaScript reads and writes between calls only; the block outlives
/// every view of it (whoever binds it keeps it until the view was detached or the environment
/// ended).
#[derive(Debug)]
pub struct BoundBuffer {
    /// The allocation, which begins at most a page before the block.
    allocation: NonNull<u8>,
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the block is owned; moving the owner to another thread moves no shared state. It is not
// `Sync`.
unsafe impl Send for BoundBuffer {}

impl BoundBuffer {
    /// Allocates `length` zero bytes. An allocation that fails ends the process, as for `Vec`.
    ///
    /// The allocator is asked for ordinary alignment and a page more: memory of a wider one it would
    /// zero by writing it all, where the system's fresh pages are zero and cost nothing until used.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let layout = Self::layout(length);
        // SAFETY: `layout` has a size above 0.
        let allocation = unsafe { alloc_zeroed(layout) };
        let Some(allocation) = NonNull::new(allocation) else { handle_alloc_error(layout) };
        let skip = allocation.align_offset(PAGE);
        // SAFETY: less than a page, by which the allocation is longer than the block.
        let start = unsafe { allocation.add(skip) };
        Self { allocation, start, length }
    }

    fn layout(length: usize) -> Layout {
        let size = length.max(1).saturating_add(PAGE);
        match Layout::from_size_align(size, align_of::<u128>()) {
            Ok(layout) => layout,
            Err(_) => handle_alloc_error(Layout::new::<u8>()),
        }
    }

    /// For the binding alone: the address to bind.
    #[must_use]
    pub fn as_ptr(&self) -> *mut u8 {
        self.start.as_ptr()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    #[inline]
    #[must_use]
    pub fn slice(&self) -> &[u8] {
        // SAFETY: the block has `length` bytes, all initialised; JavaScript does not run while the
        // slice lives, for it runs on the same thread and the slice ends with the call.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    #[inline]
    #[must_use]
    pub fn slice_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `slice`; `&mut self` makes it the only slice.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }
}

impl Drop for BoundBuffer {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with the same layout, and freed once.
        unsafe { dealloc(self.allocation.as_ptr(), Self::layout(self.length)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_zeroed_aligned_and_stays_in_place() {
        for length in [0, 1, 224, 4_096, 1 << 20, 1 << 25] {
            let mut buffer = BoundBuffer::new(length);
            let address = buffer.as_ptr();
            assert_eq!(address as usize % PAGE, 0);
            assert_eq!((buffer.len(), buffer.is_empty()), (length, length == 0));
            assert!(buffer.slice().iter().all(|&b| b == 0));
            buffer.slice_mut().fill(3);
            let moved = buffer;
            assert_eq!(moved.as_ptr(), address);
            assert!(moved.slice().iter().all(|&b| b == 3));
        }
    }

    #[test]
    fn sees_what_was_written_through_the_pointer() {
        let buffer = BoundBuffer::new(16);
        // SAFETY: within the block, no slice of it is alive: what JavaScript does between calls.
        unsafe { buffer.as_ptr().add(5).write(9) };
        assert_eq!(buffer.slice()[5], 9);
    }
}
