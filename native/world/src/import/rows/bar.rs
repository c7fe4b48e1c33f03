//! Bars as events: layout in docs/architecture.md.

use super::csv::Field;
use super::lookup::Of;
use tickwright_engine::schema::kind;
use tickwright_engine::{Entry, EventBuf, EventHeader, FrameError, decimal};

/// `aux` of a bar whose prices contradict each other.
const BROKEN: u64 = 1;
/// Most decimals of a volume: its power of ten fits 64 bits.
const DECIMALS: u8 = 18;
const AMOUNTS: usize = 5;

/// Amounts of a bar, in the order of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Volume,
    QuoteVolume,
    Count,
    TakerVolume,
    TakerQuoteVolume,
}

/// One bar. It may be seen when it is over, not before: both of its times are its end.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    of: Of,
    start: i64,
    end: i64,
    /// Open, high, low, close.
    pub prices: [i64; 4],
    amounts: [Entry; AMOUNTS],
}

impl Bar {
    #[must_use]
    pub fn new(of: Of, start: i64, end: i64) -> Self {
        Self { of, start, end, prices: [0; 4], amounts: [Entry::default(); AMOUNTS] }
    }

    /// An amount as printed: mantissa and power of ten, for sums over floats have digits of their own
    /// that no scale of the instrument foresees. An empty field is one that is not told.
    ///
    /// # Errors
    /// `E_NUMBER`, `E_SCALE`.
    pub fn amount(&mut self, which: Amount, field: Field<'_>) -> Result<(), FrameError> {
        if field.is_empty() {
            return Ok(());
        }
        let placed = |e: FrameError| FrameError { offset: e.offset + field.at as u32, ..e };
        let decimals = decimal::decimals(field.text).map_err(placed)?.min(DECIMALS);
        let price = decimal::parse(field.text, decimals).map_err(placed)?;
        self.amounts[which as usize] = Entry { price, quantity: 10_i64.pow(u32::from(decimals)) };
        Ok(())
    }

    /// low ≤ open, close ≤ high.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let [open, high, low, close] = self.prices;
        low <= open.min(close) && open.max(close) <= high
    }

    /// Appends the event; amounts at the end that nobody told are left out.
    pub fn push(&self, out: &mut EventBuf) {
        let told = self.amounts.iter().rposition(|a| a.quantity != 0).map_or(0, |last| last + 1);
        let header = EventHeader {
            ts_recv: self.end,
            ts_event: self.end,
            w0: self.start as u64,
            w1: self.end.abs_diff(self.start),
            aux: if self.is_sound() { 0 } else { BROKEN },
            bids: (self.prices.len() + told) as u32,
            instrument: self.of.instrument,
            source: self.of.source,
            kind: kind::BAR,
            ..EventHeader::default()
        };
        let entries = out.entries_mut();
        entries.extend(self.prices.map(|price| Entry { price, quantity: 1 }));
        entries.extend_from_slice(&self.amounts[..told]);
        out.commit(header);
    }
}
