//! What a session can tell of itself: cold, for reports and commands.

use super::market::MarketCounts;
use super::run::Core;
use crate::book::orders::{OrderBook, OrderCounts, Orders};
use crate::book::{Book, Side};
use crate::decimal;
use crate::instrument::{Instrument, InstrumentVersion};
use crate::proof::Proof;
use crate::schema::{proof_level, proof_reason};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionDescription {
    pub events: u64,
    pub rows: u64,
    pub triggers: u64,
    pub frames: u64,
    pub refused_frames: u64,
    pub ignored_frames: u64,
    /// Nanoseconds since 1970, as text.
    pub time: String,
    /// The `seq` that the next input gets.
    pub next_seq: u64,
    /// Nanoseconds since 1970 behind which the next input's stamp must lie, as text; before the first
    /// input there is none.
    pub last_stamp: Option<String>,
    pub state_hash: String,
    pub instruments: Vec<InstrumentDescription>,
    pub last_refusal: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstrumentDescription {
    pub name: String,
    pub venue: String,
    pub symbol: String,
    pub price_scale: u8,
    pub quantity_scale: u8,
    pub tick: i64,
    pub lot: i64,
    pub inferred: bool,
    pub joined: bool,
    pub sequence: u64,
    pub proof_level: &'static str,
    pub proof_reason: &'static str,
    pub counts: MarketCounts,
    /// Where the venue tells every order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<OrderCounts>,
    pub bbo: BboDescription,
    pub checksum: ChecksumDescription,
    pub bid_levels: usize,
    pub ask_levels: usize,
}

/// The best-quote cross-check so far.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BboDescription {
    pub compared: u64,
    pub mismatched: u64,
    pub not_comparable: u64,
    pub last_mismatch: Option<MismatchDescription>,
}

/// Books held against checksums of the venue so far.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ChecksumDescription {
    pub compared: u64,
    pub mismatched: u64,
}

/// A disagreement between book and quote; `[price, quantity]` of bid and ask as decimal strings.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MismatchDescription {
    pub depth_id: u64,
    pub quote_id: u64,
    pub book: [[String; 2]; 2],
    pub quote: [[String; 2]; 2],
}

/// A book at a moment: decimal strings, best first.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BookDescription {
    pub instrument: String,
    pub bids: Vec<[String; 2]>,
    pub asks: Vec<[String; 2]>,
    pub levels: LevelCounts,
    /// Where the venue tells every order: the queues of the levels above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<OrderQueues>,
    pub sequence: u64,
    pub state: &'static str,
    pub reason: &'static str,
    pub ts_event: String,
    pub ts_recv: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct LevelCounts {
    pub bids: usize,
    pub asks: usize,
}

/// Orders in their queues, level by level, best first.
#[derive(Clone, Debug, Serialize)]
pub struct OrderQueues {
    pub bids: Vec<QueueDescription>,
    pub asks: Vec<QueueDescription>,
}

/// The queue at a price: `[order id, quantity]` as strings, for an id has 64 bits; first in line first.
#[derive(Clone, Debug, Serialize)]
pub struct QueueDescription {
    pub price: String,
    pub queue: Vec<[String; 2]>,
}

impl Core {
    #[must_use]
    pub fn describe(&self) -> SessionDescription {
        SessionDescription {
            events: self.events,
            rows: self.rows,
            triggers: self.handovers,
            frames: self.frames,
            refused_frames: self.refused_frames,
            ignored_frames: self.ignored_frames,
            time: self.time.to_string(),
            next_seq: self.next_seq,
            last_stamp: (self.last_stamp > i64::MIN).then(|| self.last_stamp.to_string()),
            state_hash: crate::digest::hex(self.state_hash()),
            instruments: (0..self.markets.len()).map(|i| self.describe_instrument(i)).collect(),
            last_refusal: self.last_refusal.map(|(seq, e)| format!("seq {seq}: {e}")),
        }
    }

    fn describe_instrument(&self, index: usize) -> InstrumentDescription {
        let (of, market) = (&self.directory.instruments[index], &self.markets[index]);
        let InstrumentVersion { tick, lot, inferred, .. } = of.current();
        InstrumentDescription {
            name: of.name(),
            venue: of.venue.clone(),
            symbol: of.symbol.clone(),
            price_scale: of.price_scale,
            quantity_scale: of.quantity_scale,
            tick,
            lot,
            inferred,
            joined: market.joined,
            sequence: market.sequence,
            proof_level: proof_word(market.proof_level()),
            proof_reason: proof_reason::name(market.proof_reason()),
            counts: market.counts,
            orders: market.orders.get().map(Orders::counts),
            bbo: bbo(of, market.proof()),
            checksum: ChecksumDescription {
                compared: market.proof().counts().checksums,
                mismatched: market.proof().counts().checksums_mismatched,
            },
            bid_levels: market.book.levels(Side::Bid),
            ask_levels: market.book.levels(Side::Ask),
        }
    }

    /// The best `depth` levels of an instrument's book.
    #[must_use]
    pub fn describe_book(&self, instrument: usize, depth: usize) -> Option<BookDescription> {
        let (of, market) = (self.directory.instruments.get(instrument)?, &self.markets[instrument]);
        let side = |side: Side| {
            let mut top = vec![crate::Entry::default(); depth.min(market.book.levels(side))];
            let n = market.book.top(side, &mut top);
            top[..n].iter().map(|e| decimal_pair(of, e.price, e.quantity)).collect()
        };
        Some(BookDescription {
            instrument: of.name(),
            bids: side(Side::Bid),
            asks: side(Side::Ask),
            levels: LevelCounts {
                bids: market.book.levels(Side::Bid),
                asks: market.book.levels(Side::Ask),
            },
            orders: market.orders.get().map(|orders| OrderQueues {
                bids: queues(of, orders, Side::Bid, depth),
                asks: queues(of, orders, Side::Ask, depth),
            }),
            sequence: market.sequence,
            state: proof_word(market.proof_level()),
            reason: proof_reason::name(market.proof_reason()),
            ts_event: market.ts_event.to_string(),
            ts_recv: market.ts_recv.to_string(),
        })
    }
}

/// The queues of the best `depth` levels of a side.
fn queues(of: &Instrument, orders: &OrderBook, side: Side, depth: usize) -> Vec<QueueDescription> {
    let mut prices = Vec::new();
    orders.for_each_level(side, &mut |level| {
        if prices.len() < depth {
            prices.push(level.price);
        }
    });
    let describe = |price| {
        let mut queue = Vec::new();
        orders.for_each_at(side, price, &mut |order| {
            let quantity = decimal::format(order.quantity, of.quantity_scale);
            queue.push([order.id.to_string(), quantity]);
        });
        QueueDescription { price: decimal::format(price, of.price_scale), queue }
    };
    prices.into_iter().map(describe).collect()
}

fn decimal_pair(of: &Instrument, price: i64, quantity: i64) -> [String; 2] {
    [decimal::format(price, of.price_scale), decimal::format(quantity, of.quantity_scale)]
}

/// The word of configuration files and reports.
#[must_use]
pub const fn proof_word(level: u8) -> &'static str {
    match level {
        proof_level::UNPROVABLE => "unprovable",
        proof_level::SEQUENCE => "sequence",
        proof_level::SEQUENCE_BBO => "sequence+bbo",
        proof_level::CHECKSUM => "checksum",
        _ => "unproven",
    }
}

fn bbo(of: &Instrument, proof: &Proof) -> BboDescription {
    let counts = proof.counts();
    let sides = |touch: [crate::Entry; 2]| touch.map(|e| decimal_pair(of, e.price, e.quantity));
    BboDescription {
        compared: counts.compared,
        mismatched: counts.mismatched,
        not_comparable: counts.not_comparable,
        last_mismatch: proof.last_mismatch.map(|m| MismatchDescription {
            depth_id: m.depth_id,
            quote_id: m.quote_id,
            book: sides(m.book),
            quote: sides(m.quote),
        }),
    }
}
