//! Best quotes that a venue sends beside its books, held against the books.

use crate::capture::{Input, run_with};
use std::collections::BTreeMap;
use tickwright_engine::Entry;
use tickwright_engine::event::kind;
use tickwright_engine::venue::Venue;

/// Quotes of joined books, the last of each frame, by what they agreed with: those before it in one frame
/// speak of moments that have passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    pub quotes: u64,
    /// With the book on arrival.
    pub at_once: u64,
    /// With the book after a later change, and before the next quote.
    pub later: u64,
}

/// Holds the quotes of a capture against its books, price and quantity of both sides.
pub fn agreement(venue: Venue, inputs: &[(i64, Input)]) -> Agreement {
    let mut out = Agreement::default();
    let mut waiting: BTreeMap<u32, [Entry; 2]> = BTreeMap::new();
    let mut last: BTreeMap<u32, (i64, bool)> = BTreeMap::new();
    run_with(venue, inputs, |event, market| {
        let touch = [market.bid.unwrap_or_default(), market.ask.unwrap_or_default()];
        let of = event.header.instrument;
        match event.header.kind {
            kind::QUOTE if market.joined => {
                let quote = [event.bids[0], event.asks[0]];
                let agrees = quote == touch;
                let before = last.insert(of, (event.header.ts_recv, agrees));
                let replaced = before.filter(|(stamp, _)| *stamp == event.header.ts_recv);
                out.quotes += u64::from(replaced.is_none());
                out.at_once += u64::from(agrees);
                out.at_once -= u64::from(replaced.is_some_and(|(_, agreed)| agreed));
                waiting.remove(&of);
                if !agrees {
                    waiting.insert(of, quote);
                }
            }
            kind::DEPTH if waiting.get(&of) == Some(&touch) => {
                waiting.remove(&of);
                out.later += 1;
            }
            _ => {}
        }
    });
    out
}
