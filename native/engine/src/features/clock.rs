//! Clocks: when kernels take samples.

use super::bars::BarSize;
use super::params::parse_duration;
use super::spec::ColumnSpec;
use crate::error::CoreError;
use crate::instrument::Instrument;
use crate::schema::kind;

/// Ticks that a clock makes up for at most after a silence; beyond it its kernels start anew.
pub const MAX_TICKS: i64 = 1_000_000;

/// What makes a clock tick.
#[derive(Clone, Debug, PartialEq)]
pub enum ClockKind {
    /// A fixed pace, ns, aligned to multiples since 1970. A tick sees all events at or before its due time.
    Every(i64),
    /// The end of each event of a kind of the clock's instrument.
    On(EventClock),
    /// The completion of each bar of the clock's instrument. A bar `[start, end)` is complete at its end:
    /// before an event of that very moment, which belongs to the next one.
    Bars(BarSize),
}

/// Events that tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventClock {
    Depth,
    Trade,
    Quote,
    /// The best price or quantity of a side changed.
    Touch,
}

impl EventClock {
    /// Whether an event ticks.
    #[must_use]
    pub fn ticks(self, event_kind: u8, touch_changed: bool) -> bool {
        match self {
            Self::Depth => matches!(event_kind, kind::DEPTH | kind::SNAPSHOT),
            Self::Trade => event_kind == kind::TRADE,
            Self::Quote => event_kind == kind::QUOTE,
            Self::Touch => touch_changed,
        }
    }
}

/// The clock that a column asks for.
///
/// # Errors
/// `E_FEATURE_SET` for several clocks, an unknown word, a pace or size that is none.
pub fn clock_of(
    column: &ColumnSpec,
    instrument: &Instrument,
) -> Result<Option<ClockKind>, CoreError> {
    let bad = |what: String| {
        Err(CoreError::new("E_FEATURE_SET", what).at(format!("column {}", column.name)))
    };
    match (&column.every, &column.on, &column.bars) {
        (None, None, None) => Ok(None),
        (Some(pace), None, None) => match parse_duration(pace) {
            Some(ns) => Ok(Some(ClockKind::Every(ns))),
            None => bad(format!("every: must be a time like 100ms, 5s, 1m, was {pace:?}")),
        },
        (None, Some(word), None) => Ok(Some(ClockKind::On(match word.as_str() {
            "depth" => EventClock::Depth,
            "trade" => EventClock::Trade,
            "quote" => EventClock::Quote,
            "touch" => EventClock::Touch,
            _ => return bad(format!("on: must be depth, trade, quote or touch, was {word:?}")),
        }))),
        (None, None, Some(size)) => {
            let size = BarSize::parse(size, instrument);
            size.map(|s| Some(ClockKind::Bars(s)))
                .map_err(|e| e.at(format!("column {}", column.name)))
        }
        _ => bad("has several clocks; give one of `every`, `on`, `bars`".into()),
    }
}
