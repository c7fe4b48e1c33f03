//! Memory of the ladder: pages of 64 levels, taken and given back.

/// Levels of a page, one bit each in its bitmap.
pub(super) const LEVELS: usize = 64;

/// Place in the directory of a page that holds nothing.
pub(super) const UNMAPPED: u32 = 0;

/// 64 neighbouring levels. Where a bit is not set the quantity is 0.
#[derive(Clone, Debug)]
pub(super) struct Page {
    bits: u64,
    quantities: [i64; LEVELS],
}

impl Page {
    const EMPTY: Self = Self { bits: 0, quantities: [0; LEVELS] };

    /// Sets the level at `index` modulo 64; returns whether there was one. 0 or less removes.
    #[inline]
    pub fn set(&mut self, index: u64, quantity: i64) -> bool {
        let slot = index & 63;
        let had = (self.bits >> slot) & 1;
        let has = u64::from(quantity > 0);
        self.bits ^= (had ^ has) << slot;
        self.quantities[slot as usize] = quantity.max(0);
        had != 0
    }

    #[inline]
    pub const fn quantity(&self, index: u64) -> i64 {
        self.quantities[(index & 63) as usize]
    }

    #[inline]
    pub const fn bits(&self) -> u64 {
        self.bits
    }

    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.bits == 0
    }

    /// Removes all levels, touching only those that are set.
    pub fn wipe(&mut self) {
        while self.bits != 0 {
            self.quantities[self.bits.trailing_zeros() as usize] = 0;
            self.bits &= self.bits - 1;
        }
    }
}

/// All pages of a side. Free ones are empty, and are taken again before new memory is.
#[derive(Clone, Debug)]
pub(super) struct Pages {
    /// The first one stands for [`UNMAPPED`] and is never taken.
    all: Vec<Page>,
    free: Vec<u32>,
    limit: usize,
}

impl Pages {
    /// `limit` pages may hold memory at a time.
    pub fn new(limit: usize) -> Self {
        Self { all: vec![Page::EMPTY], free: Vec::new(), limit }
    }

    /// Pages for which there is memory.
    pub fn allocated(&self) -> usize {
        self.all.len() - 1
    }

    #[inline]
    pub fn get(&self, id: u32) -> &Page {
        &self.all[id as usize]
    }

    #[inline]
    pub fn get_mut(&mut self, id: u32) -> &mut Page {
        &mut self.all[id as usize]
    }

    /// An empty page, `None` where as many as the limit are in use.
    pub fn take(&mut self) -> Option<u32> {
        if let Some(id) = self.free.pop() {
            return Some(id);
        }
        if self.allocated() == self.limit {
            return None;
        }
        self.all.push(Page::EMPTY);
        // Room for all of them: giving back never allocates.
        self.free.reserve(self.all.capacity());
        Some((self.all.len() - 1) as u32)
    }

    /// The page is empty.
    pub fn give_back(&mut self, id: u32) {
        debug_assert!(self.get(id).is_empty());
        self.free.push(id);
    }
}
