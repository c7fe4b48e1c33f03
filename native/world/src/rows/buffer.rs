//! Rows in memory, one after another.

/// What a row is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowHead {
    /// Engine time, ns.
    pub time: i64,
    pub instrument: u32,
    /// Events that were applied before the row was taken: what it may know.
    pub events: u64,
}

/// Rows of equal width; NaN is null.
#[derive(Clone, Debug)]
pub struct RowBuffer {
    width: usize,
    most: usize,
    heads: Vec<RowHead>,
    values: Vec<f64>,
}

impl RowBuffer {
    /// `most`: rows from which on it is full.
    #[must_use]
    pub fn new(width: usize, most: usize) -> Self {
        Self { width, most, heads: Vec::new(), values: Vec::new() }
    }

    /// Appends a row of nulls; its values are the caller's to write.
    pub fn push(&mut self, head: RowHead) -> &mut [f64] {
        self.heads.push(head);
        let start = self.values.len();
        self.values.resize(start + self.width, f64::NAN);
        &mut self.values[start..]
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// It takes more, but the caller should come back first.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() >= self.most
    }

    #[must_use]
    pub fn get(&self, row: usize) -> Option<(RowHead, &[f64])> {
        let head = self.heads.get(row)?;
        Some((*head, &self.values[row * self.width..(row + 1) * self.width]))
    }

    pub fn iter(&self) -> impl Iterator<Item = (RowHead, &[f64])> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// Drops the first `rows`.
    pub fn drop_front(&mut self, rows: usize) {
        self.heads.drain(..rows);
        self.values.drain(..rows * self.width);
    }

    pub fn clear(&mut self) {
        self.heads.clear();
        self.values.clear();
    }
}
