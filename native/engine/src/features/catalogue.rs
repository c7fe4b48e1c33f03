//! All features by name, with what users have to know of each.

use super::kernel::Feature;
use super::params::Params;
use super::{bars, book, derivative, regime, series, trade};
use crate::error::CoreError;
use crate::instrument::Instrument;

/// A parameter, for `features describe`.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    pub name: &'static str,
    /// "whole", "real", "word", "duration", "decimal" (exact, at the instrument's scale), "whole or duration",
    /// "list of reals", "lists of reals".
    pub kind: &'static str,
    /// Bounds or words.
    pub values: &'static str,
    /// As text; empty where it must be given.
    pub default: &'static str,
    pub what: &'static str,
}

/// Which clocks a feature takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockUse {
    /// None: it follows events, or is computed when it is asked for.
    None,
    /// `every` or `on`.
    Ticks,
    /// `bars`.
    Bars,
    /// Any of them.
    Any,
}

/// A feature.
pub struct Entry {
    pub name: &'static str,
    /// "book", "trade", "bar", "series", "derivative", "regime".
    pub group: &'static str,
    pub what: &'static str,
    pub formula: &'static str,
    pub parameters: &'static [Parameter],
    /// Names of its outputs; the first is what a column takes by default.
    pub outputs: &'static [&'static str],
    /// When its first value comes.
    pub warmup: &'static str,
    /// "right": the sample or event at hand counts; "left": it does not.
    pub closed: &'static str,
    pub clock: ClockUse,
    /// Columns that it reads: least and most.
    pub inputs: (usize, usize),
    /// It gets the events of its instrument.
    pub reads_events: bool,
    /// A reset of the book resets it.
    pub of_book: bool,
    /// Paper, book or document that defines it.
    pub source: &'static str,
    pub new: fn(&mut Params, &Setup<'_>) -> Result<Built, CoreError>,
}

/// What a kernel is made for.
pub struct Setup<'a> {
    pub instrument: &'a Instrument,
    /// Columns that it reads.
    pub inputs: usize,
}

/// A kernel, and how many levels of the book it looks at.
pub struct Built {
    pub kernel: Box<dyn Feature>,
    pub depth: usize,
}

impl Built {
    /// A kernel that looks no deeper than the touch.
    pub fn shallow(kernel: impl Feature + 'static) -> Self {
        Self { kernel: Box::new(kernel), depth: 0 }
    }
}

/// Every feature, by group.
pub static CATALOGUE: &[&[Entry]] = &[
    book::ENTRIES,
    trade::ENTRIES,
    bars::ENTRIES,
    series::ENTRIES,
    derivative::ENTRIES,
    regime::ENTRIES,
];

/// The entry of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().copied().flatten().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_everything_is_told() {
        let all: Vec<&Entry> = CATALOGUE.iter().copied().flatten().collect();
        for (i, entry) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|e| e.name != entry.name), "{} twice", entry.name);
            assert!(!entry.outputs.is_empty(), "{}", entry.name);
            assert!(matches!(entry.closed, "left" | "right"), "{}", entry.name);
            for text in [entry.what, entry.formula, entry.warmup, entry.source] {
                assert!(!text.is_empty(), "{}: a text is missing", entry.name);
            }
        }
    }
}
