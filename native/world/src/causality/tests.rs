#![allow(clippy::unwrap_used)]

use super::*;
use crate::rows::tests::{Tape, set};
use crate::rows::{RowBuffer, RowHead, RowPlan, RowWalker};
use tickwright_engine::core::Batch;
use tickwright_engine::event::kind;

const BAR: i64 = 500_000_000;
/// The imbalance: it changes with almost every row.
const COLUMN: usize = 1;

/// Leaks as they come about in research code.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Leak {
    None,
    /// A column less its mean over all rows.
    WholeMean,
    /// The close of the bar that the row lies in, before its end.
    OwnClose,
    /// The largest value of the rows around each row.
    CentredMaximum,
}

/// A run that keeps its rows to the end and then spoils them.
struct Leaky {
    walker: RowWalker,
    leak: Leak,
    kept: Vec<(RowHead, Vec<f64>)>,
    /// Last trade price of each bar, by its number.
    closes: std::collections::BTreeMap<i64, f64>,
}

impl Leaky {
    fn keep(&mut self, made: &RowBuffer) {
        self.kept.extend(made.iter().map(|(head, values)| (head, values.to_vec())));
    }

    fn spoil(&mut self) {
        let clean: Vec<f64> = self.kept.iter().map(|(_, values)| values[COLUMN]).collect();
        let known = clean.iter().filter(|v| !v.is_nan());
        let mean = known.clone().sum::<f64>() / known.count() as f64;
        for (row, (head, values)) in self.kept.iter_mut().enumerate() {
            let to = &mut values[COLUMN];
            match self.leak {
                Leak::None => {}
                Leak::WholeMean => *to -= mean,
                Leak::OwnClose => {
                    *to = self.closes.get(&(head.time / BAR)).copied().unwrap_or(f64::NAN);
                }
                Leak::CentredMaximum => {
                    let around = row.saturating_sub(20)..(row + 21).min(clean.len());
                    *to = clean[around].iter().copied().fold(f64::MIN, f64::max);
                }
            }
        }
    }
}

impl RowMaker for Leaky {
    fn batch(&mut self, batch: Batch<'_>, _: &mut RowBuffer) {
        let mut entry = 0;
        for header in batch.headers {
            if header.kind == kind::TRADE {
                self.closes.insert(header.ts_recv / BAR, batch.entries[entry].price as f64);
            }
            entry += (header.bids + header.asks) as usize;
        }
        let mut made = RowBuffer::new(self.walker.names().len(), usize::MAX);
        RowMaker::batch(&mut self.walker, batch, &mut made);
        self.keep(&made);
    }

    fn finish(&mut self, end: i64, rows: &mut RowBuffer) {
        let mut made = RowBuffer::new(self.walker.names().len(), usize::MAX);
        RowMaker::finish(&mut self.walker, end, &mut made);
        self.keep(&made);
        self.spoil();
        for (head, values) in self.kept.drain(..) {
            rows.push(head).copy_from_slice(&values);
        }
    }
}

fn prove(tape: &Tape, plan: &RowPlan, leak: Leak, cuts: &[Cut]) -> (u64, Vec<Violation>) {
    let width = set().features.len();
    let directory = &tape.index.meta.directory;
    let walker = || plan.walker(set(), &tape.index);
    let leaky = || {
        walker().map(|walker| Leaky { walker, leak, kept: Vec::new(), closes: Default::default() })
    };
    let mut prover = Prover::new(cuts, directory, width, leaky).unwrap();
    tape.blocks(|batch| prover.batch(batch));
    prover.finish(tape.index.end_ns);
    (prover.compared(), prover.violations().to_vec())
}

fn plans() -> [RowPlan; 2] {
    [RowPlan::default(), RowPlan { every: Some("20ms".into()), ..Default::default() }]
}

#[test]
fn rows_of_kernels_do_not_know_the_future() {
    let tape = Tape::generated(5, 6);
    let cuts = draw_cuts(9, 1, tape.index.events);
    let directory = &tape.index.meta.directory;
    for plan in plans() {
        let walker = || plan.walker(set(), &tape.index);
        let mut prover = Prover::new(&cuts, directory, set().features.len(), walker).unwrap();
        let mut more = true;
        tape.blocks(|batch| {
            more = prover.batch(batch);
            more
        });
        prover.finish(tape.index.end_ns);
        assert_eq!(prover.violations(), []);
        assert!(prover.compared() > 300, "{} rows compared", prover.compared());
        // The same rows, held back to the end.
        assert_eq!(prove(&tape, &plan, Leak::None, &cuts), (prover.compared(), Vec::new()));
    }
}

#[test]
fn each_planted_leak_is_caught_by_each_future() {
    let tape = Tape::generated(5, 6);
    for leak in [Leak::WholeMean, Leak::OwnClose, Leak::CentredMaximum] {
        for plan in plans() {
            let cuts = draw_cuts(24, 2, tape.index.events);
            let (_, found) = prove(&tape, &plan, leak, &cuts);
            // A delay alone changes no values, only what a moment sees.
            let delayed = plan.every.as_ref().map(|_| Future::Delayed);
            for future in [Future::Cut, Future::Changed].into_iter().chain(delayed) {
                let of =
                    found.iter().filter(|v| v.cut.future == future && v.column == Some(COLUMN));
                assert!(of.count() > 0, "{leak:?} unseen with {future:?}, {:?}", plan.every);
            }
            assert!(found.iter().all(|v| v.column.is_none_or(|column| column == COLUMN)));
        }
    }
}

#[test]
fn a_violation_tells_the_first_row_and_both_values() {
    let tape = Tape::generated(5, 4);
    let cut = Cut { event: tape.index.events / 2, future: Future::Changed, seed: 3 };
    let (_, found) = prove(&tape, &RowPlan::default(), Leak::WholeMean, &[cut]);
    let [violation] = &found[..] else { panic!("{found:?}") };
    assert!(violation.head.events <= cut.event && violation.column == Some(COLUMN));
    assert_ne!(violation.values.0.to_bits(), violation.values.1.to_bits());
}

#[test]
fn points_are_seeded_and_lie_within_the_tape() {
    let cuts = draw_cuts(30, 7, 1000);
    assert_eq!(cuts, draw_cuts(30, 7, 1000));
    assert_ne!(cuts, draw_cuts(30, 8, 1000));
    assert!(cuts.iter().all(|cut| (1..1000).contains(&cut.event)));
    assert!(cuts.is_sorted_by_key(|cut| cut.event));
    for future in [Future::Cut, Future::Changed, Future::Delayed] {
        assert_eq!(cuts.iter().filter(|cut| cut.future == future).count(), 10);
    }
}
