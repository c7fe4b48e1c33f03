//! A tape and its other futures, run side by side.

use super::future::{Cut, Rewriter};
use crate::rows::{RowBuffer, RowHead, RowWalker};
use tickwright_engine::Directory;
use tickwright_engine::core::{Batch, Cursor};

/// What makes rows of events, in the order of the events that each row knows.
pub trait RowMaker {
    fn batch(&mut self, batch: Batch<'_>, rows: &mut RowBuffer);

    /// The tape ends at `end`, ns.
    fn finish(&mut self, end: i64, rows: &mut RowBuffer);
}

impl RowMaker for RowWalker {
    fn batch(&mut self, batch: Batch<'_>, rows: &mut RowBuffer) {
        let mut cursor = Cursor::default();
        self.run(batch, &mut cursor, rows);
    }

    fn finish(&mut self, end: i64, rows: &mut RowBuffer) {
        Self::finish(self, end, rows);
    }
}

/// A row that another future has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    pub cut: Cut,
    /// Rows of the tape before it.
    pub row: u64,
    /// As the tape has it.
    pub head: RowHead,
    /// None where the row itself is missing, or of another time or instrument.
    pub column: Option<usize>,
    /// With the tape's future, and with the other one; NaN is null.
    pub values: (f64, f64),
}

/// Rows as they were made, until they are compared.
struct Run<M> {
    maker: M,
    rows: RowBuffer,
}

struct Trial<M> {
    cut: Cut,
    rewriter: Rewriter,
    run: Run<M>,
    /// Rows of the tape that were compared.
    compared: u64,
    is_over: bool,
    /// Columns in which a row differed: the first one each is told.
    told: Vec<Option<usize>>,
}

/// The proof for several points at once.
pub struct Prover<M> {
    base: Run<M>,
    /// Rows of the tape that were dropped, for all trials have compared them.
    dropped: u64,
    events: u64,
    trials: Vec<Trial<M>>,
    violations: Vec<Violation>,
}

impl<M: RowMaker> Prover<M> {
    /// `maker` makes a run from the beginning of the tape, with rows of so many values.
    ///
    /// # Errors
    /// Those of `maker`.
    pub fn new<E>(
        cuts: &[Cut],
        directory: &Directory,
        width: usize,
        mut maker: impl FnMut() -> Result<M, E>,
    ) -> Result<Self, E> {
        let mut run = || Ok(Run { maker: maker()?, rows: RowBuffer::new(width, usize::MAX) });
        let mut trials = Vec::new();
        for &cut in cuts {
            trials.push(Trial {
                cut,
                rewriter: Rewriter::new(cut, directory),
                run: run()?,
                compared: 0,
                is_over: false,
                told: Vec::new(),
            });
        }
        Ok(Self { base: run()?, dropped: 0, events: 0, trials, violations: Vec::new() })
    }

    /// The next events of the tape; false where all that lies before the points has been compared.
    pub fn batch(&mut self, batch: Batch<'_>) -> bool {
        self.base.maker.batch(batch, &mut self.base.rows);
        for trial in self.trials.iter_mut().filter(|t| !t.is_over) {
            let other = trial.rewriter.batch(self.events, batch);
            trial.run.maker.batch(other, &mut trial.run.rows);
            trial.compare(&self.base.rows, self.dropped, &mut self.violations);
        }
        self.events += batch.headers.len() as u64;
        self.drop_compared();
        self.is_open()
    }

    /// Rows that lie before a point may still come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.trials.iter().any(|t| !t.is_over)
    }

    /// The tape ends: rows that were held back come now.
    pub fn finish(&mut self, end: i64) {
        if !self.is_open() {
            return;
        }
        self.base.maker.finish(end, &mut self.base.rows);
        for trial in self.trials.iter_mut().filter(|t| !t.is_over) {
            trial.run.maker.finish(trial.rewriter.end(end), &mut trial.run.rows);
            trial.compare(&self.base.rows, self.dropped, &mut self.violations);
            trial.miss(&self.base.rows, self.dropped, &mut self.violations);
        }
    }

    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Rows that were compared, of all trials.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.trials.iter().map(|t| t.compared).sum()
    }

    fn drop_compared(&mut self) {
        let open = self.trials.iter().filter(|t| !t.is_over).map(|t| t.compared);
        let all = self.dropped + self.base.rows.len() as u64;
        let until = open.min().unwrap_or(all);
        self.base.rows.drop_front((until - self.dropped) as usize);
        self.dropped = until;
    }
}

impl<M> Trial<M> {
    /// Compares the rows that both runs have made, up to the first one that may know the point's event.
    fn compare(&mut self, base: &RowBuffer, dropped: u64, found: &mut Vec<Violation>) {
        let mut taken = 0;
        while let Some((head, values)) = base.get((self.compared - dropped) as usize) {
            if head.events > self.cut.event {
                self.is_over = true;
                self.run.rows.clear();
                return;
            }
            let Some((other, others)) = self.run.rows.get(taken) else { break };
            let mut tell = |column: Option<usize>, values: (f64, f64)| {
                if !self.told.contains(&column) {
                    self.told.push(column);
                    let (cut, row) = (self.cut, self.compared);
                    found.push(Violation { cut, row, head, column, values });
                }
            };
            if (head.time, head.instrument) != (other.time, other.instrument) {
                tell(None, (f64::NAN, f64::NAN));
            }
            for (column, (&value, &other)) in values.iter().zip(others).enumerate() {
                if value.to_bits() != other.to_bits() {
                    tell(Some(column), (value, other));
                }
            }
            taken += 1;
            self.compared += 1;
        }
        self.run.rows.drop_front(taken);
    }

    /// At the end, a row of the tape that the other future lacks.
    fn miss(&self, base: &RowBuffer, dropped: u64, found: &mut Vec<Violation>) {
        let (cut, row) = (self.cut, self.compared);
        if let Some((head, _)) = base.get((row - dropped) as usize)
            && !self.is_over
        {
            found.push(Violation { cut, row, head, column: None, values: (f64::NAN, f64::NAN) });
        }
    }
}
