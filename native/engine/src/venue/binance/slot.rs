//! One instrument of a feed: scales, sources and all that decides what its next message means.

use super::drift::{FirstShape, FirstShapes};
use crate::error::CoreError;
use crate::instrument::Directory;
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::counters::SyncCounters;
use crate::venue::wire::sync::{BookSync, Rule};
use crate::venue::wire::trades::TradeIds;

/// Source indices of an instrument, by channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sources {
    pub depth: u16,
    pub partial: u16,
    pub trade: u16,
    pub agg_trade: u16,
    pub quote: u16,
    pub mark: u16,
    pub liquidation: u16,
}

/// State of one instrument.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub instrument: u32,
    pub futures: bool,
    pub price_scale: u8,
    pub quantity_scale: u8,
    pub sources: Sources,
    pub first: FirstShapes,
    pub book: BookSync,
    pub trades: TradeIds,
    pub aggregates: TradeIds,
    pub counters: SyncCounters,
}

impl Slot {
    pub(super) fn new(instrument: u32, futures: bool, directory: &mut Directory) -> Self {
        let of = &directory.instruments[instrument as usize];
        let (price_scale, quantity_scale) = (of.price_scale, of.quantity_scale);
        let mut source = |channel| directory.source(instrument, channel);
        let mut sources = Sources {
            depth: source("depth"),
            partial: source("partial"),
            trade: source("trade"),
            agg_trade: source("aggTrade"),
            quote: source("quote"),
            ..Sources::default()
        };
        if futures {
            sources.mark = source("mark");
            sources.liquidation = source("liquidation");
        }
        Self::bare(instrument, futures, (price_scale, quantity_scale), sources)
    }

    pub(super) fn bare(
        instrument: u32,
        futures: bool,
        (price_scale, quantity_scale): (u8, u8),
        sources: Sources,
    ) -> Self {
        Self {
            instrument,
            futures,
            price_scale,
            quantity_scale,
            sources,
            first: FirstShapes::default(),
            book: BookSync::new(if futures { Rule::Futures } else { Rule::Spot }),
            trades: TradeIds::default(),
            aggregates: TradeIds::default(),
            counters: SyncCounters::default(),
        }
    }

    pub(super) fn save(&self, w: &mut StateWriter) {
        self.first.iter().for_each(|shape| shape.save(w));
        self.book.save(w);
        self.trades.save(w);
        self.aggregates.save(w);
        self.counters.save(w);
    }

    pub(super) fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        for shape in &mut self.first {
            *shape = FirstShape::restore(r)?;
        }
        self.book.restore(r)?;
        self.trades = TradeIds::restore(r)?;
        self.aggregates = TradeIds::restore(r)?;
        self.counters = SyncCounters::restore(r)?;
        Ok(())
    }
}
