//! Bars from trades: open, high, low, close, volume and count of each span of time.

use crate::event::EventRef;
use crate::schema::kind;

/// One bar, in price and quantity units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TradeBar {
    /// First moment and the one after the last, ns since 1970.
    pub start: i64,
    pub end: i64,
    pub open: i64,
    pub high: i64,
    pub low: i64,
    pub close: i64,
    pub volume: i64,
    pub count: u64,
}

/// Builds bars of one length, aligned to its multiples since 1970, by receive time. Every trade counts,
/// whatever its side; spans without a trade have no bar.
#[derive(Clone, Copy, Debug)]
pub struct BarBuilder {
    length: i64,
    bar: Option<TradeBar>,
}

impl BarBuilder {
    /// Bars of so many nanoseconds, at least 1.
    #[must_use]
    pub fn new(length: i64) -> Self {
        Self { length: length.max(1), bar: None }
    }

    /// Takes an event; gives the bar that is over, if this trade is the first one after it.
    pub fn event(&mut self, event: EventRef<'_>) -> Option<TradeBar> {
        let header = event.header;
        let trade =
            event.bids.first().or(event.asks.first()).filter(|_| header.kind == kind::TRADE)?;
        let start = header.ts_recv - header.ts_recv.rem_euclid(self.length);
        let over = self.bar.take_if(|bar| bar.start != start);
        let bar = self.bar.get_or_insert(TradeBar {
            start,
            end: start.saturating_add(self.length),
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            volume: 0,
            count: 0,
        });
        bar.high = bar.high.max(trade.price);
        bar.low = bar.low.min(trade.price);
        bar.close = trade.price;
        bar.volume = bar.volume.saturating_add(trade.quantity);
        bar.count += 1;
        over
    }

    /// The bar in hand, when no trade follows.
    pub fn finish(&mut self) -> Option<TradeBar> {
        self.bar.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Entry, EventHeader};

    #[test]
    fn a_bar_ends_where_the_next_span_begins() {
        let mut builder = BarBuilder::new(100);
        let mut trade = |ts_recv, price, quantity, sold| {
            let header = EventHeader { kind: kind::TRADE, ts_recv, ..Default::default() };
            let entry = [Entry { price, quantity }];
            let (bids, asks): (&[Entry], &[Entry]) =
                if sold { (&[], &entry) } else { (&entry, &[]) };
            builder.event(EventRef { header: &header, bids, asks })
        };
        assert_eq!(trade(105, 7, 1, false), None);
        assert_eq!(trade(150, 9, 2, true), None);
        assert_eq!(trade(199, 5, 3, false), None);
        let first = TradeBar {
            start: 100,
            end: 200,
            open: 7,
            high: 9,
            low: 5,
            close: 5,
            volume: 6,
            count: 3,
        };
        assert_eq!(trade(420, 6, 1, false), Some(first));
        let quote = EventHeader { kind: kind::QUOTE, ts_recv: 900, ..Default::default() };
        let level = [Entry { price: 1, quantity: 1 }];
        assert_eq!(builder.event(EventRef { header: &quote, bids: &level, asks: &level }), None);
        assert_eq!(builder.finish().map(|bar| (bar.start, bar.open)), Some((400, 6)));
        assert_eq!(builder.finish(), None);
    }
}
