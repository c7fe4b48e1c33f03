//! Records in one block of memory, named by number: what is given back is taken again first.

/// The number that names no record.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct Slab<T> {
    all: Vec<T>,
    free: Vec<u32>,
}

impl<T: Copy> Slab<T> {
    pub const fn new() -> Self {
        Self { all: Vec::new(), free: Vec::new() }
    }

    /// Records for which there is memory.
    pub fn allocated(&self) -> usize {
        self.all.len()
    }

    pub fn used(&self) -> usize {
        self.all.len() - self.free.len()
    }

    #[inline]
    pub fn take(&mut self, record: T) -> u32 {
        if let Some(number) = self.free.pop() {
            self.all[number as usize] = record;
            return number;
        }
        self.all.push(record);
        // Numbers of 32 bits: as many records would fill 128 GB.
        (self.all.len() - 1) as u32
    }

    #[inline]
    pub fn give_back(&mut self, number: u32) {
        self.free.push(number);
    }

    /// Forgets all records; keeps memory.
    pub fn clear(&mut self) {
        self.all.clear();
        self.free.clear();
    }

    #[inline]
    pub fn get(&self, number: u32) -> &T {
        &self.all[number as usize]
    }

    #[inline]
    pub fn get_mut(&mut self, number: u32) -> &mut T {
        &mut self.all[number as usize]
    }
}
