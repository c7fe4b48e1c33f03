//! A search tree that knows how many values stand below each place: a treap whose priorities are a fixed
//! mixing of the slots' numbers, hence the same in every run.

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Slot {
    value: f64,
    left: u32,
    right: u32,
    /// Values in the subtree.
    size: u32,
}

/// Values with the order (value, slot); equal values may stand in it several times.
#[derive(Clone, Debug)]
pub struct RankedTree {
    slots: Vec<Slot>,
    free: Vec<u32>,
    root: u32,
}

/// Priority of a slot: the finaliser of SplitMix64 over its number.
fn priority(slot: u32) -> u64 {
    let mut z = (u64::from(slot) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl RankedTree {
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self { slots: Vec::with_capacity(room), free: Vec::with_capacity(room), root: NONE }
    }

    pub fn clear(&mut self) {
        self.slots.clear();
        self.free.clear();
        self.root = NONE;
    }

    fn size(&self, slot: u32) -> u32 {
        if slot == NONE { 0 } else { self.slots[slot as usize].size }
    }

    fn count(&mut self, slot: u32) {
        let Slot { left, right, .. } = self.slots[slot as usize];
        self.slots[slot as usize].size = 1 + self.size(left) + self.size(right);
    }

    /// Whether the value of a slot comes before that of another.
    fn is_before(&self, a: u32, b: u32) -> bool {
        let (x, y) = (self.slots[a as usize].value, self.slots[b as usize].value);
        x < y || (x == y && a < b)
    }

    /// Adds a finite value; the slot that it gets names it until it is removed.
    pub fn insert(&mut self, value: f64) -> u32 {
        let new = Slot { value, left: NONE, right: NONE, size: 1 };
        let slot = self.free.pop().unwrap_or(self.slots.len() as u32);
        if slot as usize == self.slots.len() {
            self.slots.push(new);
        } else {
            self.slots[slot as usize] = new;
        }
        self.root = self.insert_at(self.root, slot);
        slot
    }

    fn insert_at(&mut self, tree: u32, slot: u32) -> u32 {
        if tree == NONE {
            return slot;
        }
        if priority(slot) > priority(tree) {
            let (left, right) = self.split(tree, slot);
            self.slots[slot as usize].left = left;
            self.slots[slot as usize].right = right;
            self.count(slot);
            return slot;
        }
        if self.is_before(slot, tree) {
            self.slots[tree as usize].left = self.insert_at(self.slots[tree as usize].left, slot);
        } else {
            self.slots[tree as usize].right = self.insert_at(self.slots[tree as usize].right, slot);
        }
        self.slots[tree as usize].size += 1;
        tree
    }

    /// Those before a slot's value, and the others.
    fn split(&mut self, tree: u32, slot: u32) -> (u32, u32) {
        if tree == NONE {
            return (NONE, NONE);
        }
        if self.is_before(tree, slot) {
            let (left, right) = self.split(self.slots[tree as usize].right, slot);
            self.slots[tree as usize].right = left;
            self.count(tree);
            (tree, right)
        } else {
            let (left, right) = self.split(self.slots[tree as usize].left, slot);
            self.slots[tree as usize].left = right;
            self.count(tree);
            (left, tree)
        }
    }

    /// Both subtrees as one; all of `left` stands before all of `right`.
    fn join(&mut self, left: u32, right: u32) -> u32 {
        if left == NONE || right == NONE {
            return if left == NONE { right } else { left };
        }
        if priority(left) > priority(right) {
            self.slots[left as usize].right = self.join(self.slots[left as usize].right, right);
            self.count(left);
            left
        } else {
            self.slots[right as usize].left = self.join(left, self.slots[right as usize].left);
            self.count(right);
            right
        }
    }

    /// Removes what `insert` named so.
    pub fn remove(&mut self, slot: u32) {
        self.root = self.remove_at(self.root, slot);
        self.free.push(slot);
    }

    fn remove_at(&mut self, tree: u32, slot: u32) -> u32 {
        if tree == NONE {
            return NONE;
        }
        let Slot { left, right, .. } = self.slots[tree as usize];
        if tree == slot {
            return self.join(left, right);
        }
        if self.is_before(slot, tree) {
            self.slots[tree as usize].left = self.remove_at(left, slot);
        } else {
            self.slots[tree as usize].right = self.remove_at(right, slot);
        }
        self.slots[tree as usize].size -= 1;
        tree
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.size(self.root) as usize
    }

    /// The value of a slot.
    #[must_use]
    pub fn value(&self, slot: u32) -> f64 {
        self.slots[slot as usize].value
    }

    /// The value at a place in ascending order, from 0; NaN behind the end.
    #[must_use]
    pub fn nth(&self, mut place: usize) -> f64 {
        let mut tree = self.root;
        while tree != NONE {
            let Slot { value, left, right, .. } = self.slots[tree as usize];
            let before = self.size(left) as usize;
            if place == before {
                return value;
            }
            tree = if place < before { left } else { right };
            place = if place < before { place } else { place - before - 1 };
        }
        f64::NAN
    }

    /// How many values are below `x`, or not above it.
    #[must_use]
    pub fn below(&self, x: f64, or_equal: bool) -> usize {
        let (mut tree, mut count) = (self.root, 0);
        while tree != NONE {
            let Slot { value, left, right, .. } = self.slots[tree as usize];
            if value < x || (or_equal && value == x) {
                count += self.size(left) as usize + 1;
                tree = right;
            } else {
                tree = left;
            }
        }
        count
    }
}
