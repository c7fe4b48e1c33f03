//! Ticker messages that say only what changed: what an instrument's ticker is known to say.

use super::desk::Desk;
use super::json::{Field, Json};
use super::slot::Channel;
use crate::error::{CoreError, FrameError};
use crate::event::{Entry, EventHeader, kind};
use crate::state::{StateReader, StateWriter};
use crate::venue::Outcome;
use crate::venue::binance::VALUE_SCALE;

/// What a message says, or what is known; `None` of what it does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ticker {
    /// Mark, index and settle price, at the scale of values.
    pub prices: [Option<i64>; 3],
    /// Funding rate, at the scale of values.
    pub rate: Option<i64>,
    /// Next funding time, ns since 1970; 0 where there is none.
    pub next_funding: Option<i64>,
    /// At the instrument's quantity scale.
    pub open_interest: Option<i64>,
    /// Price and quantity of the best bid and of the best ask; quantity 0 of an empty side.
    pub bid: [Option<i64>; 2],
    pub ask: [Option<i64>; 2],
}

impl Ticker {
    const FIELDS: usize = 10;

    fn fields(&mut self) -> [&mut Option<i64>; Self::FIELDS] {
        let Self { prices: [mark, index, settle], rate, next_funding, open_interest, bid, ask } =
            self;
        let ([bid_price, bid_size], [ask_price, ask_size]) = (bid, ask);
        [
            mark,
            index,
            settle,
            rate,
            next_funding,
            open_interest,
            bid_price,
            bid_size,
            ask_price,
            ask_size,
        ]
    }

    /// Takes over what `told` says.
    fn learn(&mut self, mut told: Self) {
        for (known, told) in self.fields().into_iter().zip(told.fields()) {
            *known = told.or(*known);
        }
    }
}

/// Tickers of all instruments of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tickers {
    list: Vec<Ticker>,
}

impl Tickers {
    /// Says what a message told, each event with what is known beside it; `id` becomes the quote's `w1`.
    pub fn say(
        &mut self,
        slot: usize,
        told: Ticker,
        (ts_event, id): (Option<i64>, u64),
        on: &mut Desk<'_>,
    ) -> Outcome {
        if self.list.len() <= slot {
            self.list.resize(slot + 1, Ticker::default());
        }
        self.list[slot].learn(told);
        let known = self.list[slot];
        let mut outcome = Outcome::Ignored("ticker without news");
        let next = known.next_funding.unwrap_or(0) as u64;
        if told.prices.iter().any(Option::is_some) {
            let header = on.header(slot, Channel::Mark, kind::MARK, ts_event);
            outcome = on.values(EventHeader { aux: next, ..header }, &known.prices.map(value));
        }
        if told.rate.or(told.next_funding).is_some()
            && let Some(rate) = known.rate
        {
            let header = on.header(slot, Channel::Funding, kind::FUNDING, ts_event);
            outcome = on.values(EventHeader { aux: next, ..header }, &[value(Some(rate))]);
        }
        if let Some(quantity) = told.open_interest {
            let header = on.header(slot, Channel::OpenInterest, kind::OPEN_INTEREST, ts_event);
            outcome = on.values(header, &[Entry { price: 0, quantity }]);
        }
        let quoted = told.bid.iter().chain(&told.ask).any(Option::is_some);
        if let (true, Some(bid), Some(ask)) = (quoted, level(known.bid), level(known.ask)) {
            let header = on.header(slot, Channel::Quote, kind::QUOTE, ts_event);
            outcome = on.quote(EventHeader { w1: id, ..header }, bid, ask);
        }
        outcome
    }

    /// A message about the instrument was refused: what it changed is not known.
    pub fn forget(&mut self, slot: usize) {
        if let Some(of) = self.list.get_mut(slot) {
            *of = Ticker::default();
        }
    }

    /// Nothing is known any more: the connections were lost.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.list.len() as u32);
        for mut ticker in self.list.iter().copied() {
            for field in ticker.fields() {
                w.u8(u8::from(field.is_some()));
                w.i64(field.unwrap_or(0));
            }
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are too short.
    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            let mut ticker = Ticker::default();
            for field in ticker.fields() {
                let has = r.u8()? != 0;
                let value = r.i64()?;
                *field = has.then_some(value);
            }
            out.list.push(ticker);
        }
        Ok(out)
    }
}

impl Desk<'_> {
    /// A value of a ticker at the scale of values; none where the field is missing, null or empty text.
    ///
    /// # Errors
    /// As [`Desk::value`].
    pub fn told(&mut self, slot: usize, field: Field<'_>) -> Result<Option<i64>, FrameError> {
        printed(field).map(|json| self.value(slot, json, VALUE_SCALE)).transpose()
    }

    /// An open interest at the instrument's quantity scale, likewise.
    ///
    /// # Errors
    /// As [`Desk::cut_quantity`].
    pub fn told_total(&mut self, slot: usize, field: Field<'_>) -> Result<Option<i64>, FrameError> {
        printed(field).map(|json| self.cut_quantity(slot, json)).transpose()
    }

    /// Price and quantity of a best level. Empty text (and null, where the message is `whole`) means that the
    /// side is empty; a field that is missing from a message of changes says nothing.
    ///
    /// # Errors
    /// As [`Desk::price`] and [`Desk::quantity`].
    pub fn told_level(
        &mut self,
        slot: usize,
        [price, quantity]: [Field<'_>; 2],
        whole: bool,
    ) -> Result<[Option<i64>; 2], FrameError> {
        let empty = |field: Field<'_>| (whole || field.get().is_some()).then_some(0);
        let price = match printed(price) {
            Some(json) => Some(self.price(slot, json)?),
            None => empty(price),
        };
        let quantity = match printed(quantity) {
            Some(json) => Some(self.quantity(slot, json)?),
            None => empty(quantity),
        };
        Ok([price, quantity])
    }
}

/// The value of a field that is there and no empty text.
fn printed(field: Field<'_>) -> Option<Json<'_>> {
    field.get().filter(|json| !json.is_text(""))
}

/// Quantity 1 beside a price that is known, 0 and price 0 where it is not.
fn value(price: Option<i64>) -> Entry {
    Entry { price: price.unwrap_or(0), quantity: i64::from(price.is_some()) }
}

fn level([price, quantity]: [Option<i64>; 2]) -> Option<Entry> {
    Some(Entry { price: price?, quantity: quantity? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_stays_until_it_is_told_anew() {
        let mut known = Ticker { rate: Some(5), bid: [Some(1), Some(2)], ..Ticker::default() };
        known.learn(Ticker { bid: [Some(3), None], open_interest: Some(0), ..Ticker::default() });
        assert_eq!((known.rate, known.bid), (Some(5), [Some(3), Some(2)]));
        assert_eq!(known.open_interest, Some(0));
        let mut tickers = Tickers { list: vec![Ticker::default(), known] };
        let mut w = StateWriter::new();
        tickers.save(&mut w);
        assert_eq!(Tickers::restore(&mut StateReader::new(w.as_bytes())).unwrap(), tickers);
        tickers.forget(1);
        tickers.forget(7);
        assert_eq!(tickers.list, [Ticker::default(); 2]);
    }
}
