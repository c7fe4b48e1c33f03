//! Bars out of trades.

use super::bar::Bar;
use super::size::BarSize;
use crate::error::CoreError;
use crate::event::{EventRef, event_flag, kind};
use crate::features::book::unit;
use crate::instrument::Instrument;
use crate::state::{StateReader, StateWriter};

/// Builds the bars of one instrument. Prints off the book are left out; a trade whose aggressor is not told
/// counts in the volume alone. A stretch of time without trades is a bar of the last close and no volume,
/// so that series stay regular; before the first trade there is none, and a bar that had begun before anybody
/// watched is not told.
#[derive(Clone, Debug)]
pub struct BarBuilder {
    size: BarSize,
    open: Bar,
    /// Exact sums of the bar in hand, in quantity units and price units × quantity units.
    volume: i128,
    buy_volume: i128,
    notional: i128,
    quantity_unit: f64,
    /// A trade has come: there is a price.
    has_price: bool,
    /// When watching began, ns.
    epoch: i64,
    /// The bar in hand, one of time, had begun before that.
    is_partial: bool,
}

impl BarBuilder {
    #[must_use]
    pub fn new(size: BarSize, instrument: &Instrument) -> Self {
        Self {
            size,
            open: Bar { price_unit: unit(instrument.price_scale), ..Bar::default() },
            volume: 0,
            buy_volume: 0,
            notional: 0,
            quantity_unit: unit(instrument.quantity_scale),
            has_price: false,
            epoch: i64::MIN,
            is_partial: false,
        }
    }

    /// Watching begins: without it every bar counts as seen from its start.
    pub fn watch_from(&mut self, epoch: i64) {
        self.epoch = epoch;
    }

    /// Passes over a silence that is too long to be told bar by bar.
    pub fn skip_to(&mut self, now: i64) {
        if let BarSize::Time(period) = self.size {
            let start = now.div_euclid(period).saturating_mul(period);
            self.start_at(start, start.saturating_add(period));
        }
    }

    /// The period of bars of time.
    #[must_use]
    pub fn period(&self) -> Option<i64> {
        match self.size {
            BarSize::Time(period) => Some(period),
            _ => None,
        }
    }

    /// When the bar in hand is complete by time alone; none where there is no such moment.
    #[must_use]
    pub fn due(&self) -> Option<i64> {
        (matches!(self.size, BarSize::Time(_)) && self.has_price).then_some(self.open.end)
    }

    /// Completes the bar that ends at or before `now`, if any; asked again until there is none.
    pub fn complete(&mut self, now: i64) -> Option<Bar> {
        if self.due()? > now {
            return None;
        }
        let BarSize::Time(period) = self.size else { return None };
        let (done, was_partial) = (self.done(), self.is_partial);
        self.start_at(done.end, done.end.saturating_add(period));
        if was_partial { self.complete(now) } else { Some(done) }
    }

    /// Takes an event at its time; bars that end before it were completed. Returns the bar that it completes.
    pub fn event(&mut self, event: EventRef<'_>, time: i64) -> Option<Bar> {
        match (event.header.kind, self.size) {
            (kind::BAR, BarSize::Recorded) => self.recorded(event),
            (kind::TRADE, BarSize::Recorded) => None,
            (kind::TRADE, _) if event.header.flags & event_flag::OFF_BOOK == 0 => {
                self.trade(event, time)
            }
            _ => None,
        }
    }

    fn trade(&mut self, event: EventRef<'_>, time: i64) -> Option<Bar> {
        let (entry, buys) = match (event.bids, event.asks) {
            ([buy], _) => (buy, event.header.flags & event_flag::NO_SIDE == 0),
            (_, [sell]) => (sell, false),
            _ => return None,
        };
        if !self.has_price {
            self.has_price = true;
            self.open.close = entry.price;
            match self.size {
                BarSize::Time(period) => {
                    let start = time.div_euclid(period).saturating_mul(period);
                    self.start_at(start, start.saturating_add(period));
                    self.is_partial = start < self.epoch && self.epoch <= time;
                }
                _ => self.start_at(time, time),
            }
        }
        let bar = &mut self.open;
        if bar.trades == 0 {
            (bar.open, bar.high, bar.low) = (entry.price, entry.price, entry.price);
            if !matches!(self.size, BarSize::Time(_)) {
                bar.start = time;
            }
        }
        bar.high = bar.high.max(entry.price);
        bar.low = bar.low.min(entry.price);
        bar.close = entry.price;
        bar.trades += 1;
        self.volume += i128::from(entry.quantity);
        self.buy_volume += i128::from(if buys { entry.quantity } else { 0 });
        let notional = i128::from(entry.price) * i128::from(entry.quantity);
        // Two products of the largest numbers there are would fit, three would not.
        self.notional = self.notional.saturating_add(notional);
        let is_full = match self.size {
            BarSize::Time(_) | BarSize::Recorded => false,
            BarSize::Ticks(count) => self.open.trades >= count,
            BarSize::Volume(quantity) => self.volume >= i128::from(quantity),
            BarSize::Notional(amount) => self.notional >= amount,
        };
        if !is_full {
            return None;
        }
        let done = Bar { end: time, ..self.done() };
        self.start_at(time, time);
        Some(done)
    }

    /// The bar in hand with its sums, each divided once.
    fn done(&self) -> Bar {
        Bar {
            volume: self.volume as f64 / self.quantity_unit,
            buy_volume: self.buy_volume as f64 / self.quantity_unit,
            notional: self.notional as f64 / (self.open.price_unit * self.quantity_unit),
            ..self.open
        }
    }

    /// An empty bar of the last close.
    fn start_at(&mut self, start: i64, end: i64) {
        let (close, price_unit) = (self.open.close, self.open.price_unit);
        self.open = Bar {
            start,
            end,
            open: close,
            high: close,
            low: close,
            close,
            price_unit,
            ..Bar::default()
        };
        (self.volume, self.buy_volume, self.notional) = (0, 0, 0);
        self.is_partial = false;
    }

    /// A bar of the recording: four prices, then amounts as mantissa and power of ten; see
    /// docs/architecture.md.
    fn recorded(&mut self, event: EventRef<'_>) -> Option<Bar> {
        let [open, high, low, close, amounts @ ..] = event.bids else { return None };
        let amount = |place: usize| match amounts.get(place) {
            Some(a) if a.quantity != 0 => a.price as f64 / a.quantity as f64,
            _ => 0.0,
        };
        let header = event.header;
        Some(Bar {
            start: header.w0 as i64,
            end: header.ts_event,
            open: open.price,
            high: high.price,
            low: low.price,
            close: close.price,
            volume: amount(0),
            notional: amount(1),
            trades: amount(2) as u64,
            buy_volume: amount(3),
            price_unit: self.open.price_unit,
        })
    }

    pub fn save(&self, w: &mut StateWriter) {
        let bar = &self.open;
        w.u8(u8::from(self.has_price) + u8::from(self.is_partial));
        for n in [bar.start, bar.end, bar.open, bar.high, bar.low, bar.close] {
            w.i64(n);
        }
        for n in [self.volume, self.buy_volume, self.notional] {
            w.i128(n);
        }
        w.u64(bar.trades);
    }

    /// # Errors
    /// `E_STATE` where the bytes are not such a state.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let first = r.u8()?;
        if first > 2 {
            return Err(CoreError::new("E_STATE", format!("a bar's first byte: {first}")));
        }
        (self.has_price, self.is_partial) = (first > 0, first > 1);
        let bar = &mut self.open;
        for n in [
            &mut bar.start,
            &mut bar.end,
            &mut bar.open,
            &mut bar.high,
            &mut bar.low,
            &mut bar.close,
        ] {
            *n = r.i64()?;
        }
        for n in [&mut self.volume, &mut self.buy_volume, &mut self.notional] {
            *n = r.i128()?;
        }
        self.open.trades = r.u64()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
