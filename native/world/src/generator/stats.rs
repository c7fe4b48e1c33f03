//! Statistics that tell a market from noise, counted the same way over a recording and over what
//! the generator makes. Streaming: memory grows with the number of distinct values, not of events.

use serde::Serialize;
use tickwright_engine::event::kind;
use tickwright_engine::{EventHeader, EventRef};

use super::accumulate::{Autocorrelation, Histogram, PerSecond, Returns, ratio};

const SECOND_NS: i64 = 1_000_000_000;
/// What [`MarketStats`] measures of one instrument. Autocorrelations are at lag 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketFigures {
    pub seconds: f64,
    /// Depth, best-quote and trade frames.
    pub frames: u64,
    /// Over all best quotes, each counted once.
    pub median_spread_ticks: f64,
    pub levels_per_frame: f64,
    pub levels_per_frame_p50: f64,
    /// Frames in a whole second of `ts_recv`, nearest rank.
    pub frames_per_s_p50: f64,
    pub frames_per_s_p99: f64,
    /// Buy +1, sell -1, trade after trade.
    pub trade_sign_ac1: f64,
    /// |mid return| over 100 ms of `ts_recv`, mean of ten grids 10 ms apart.
    pub abs_return_ac1: f64,
    /// Changes of best price or quantity, a depth frame.
    pub quote_changes_per_frame: f64,
    /// Changes of a best price alone, a depth frame.
    pub price_changes_per_frame: f64,
    pub quotes_per_s: f64,
    pub trades_per_s: f64,
    pub depth_per_s: f64,
    /// Root mean square of the 100 ms change of the mid.
    pub mid_move_ticks: f64,
}

/// The promise: each of these lies within this share of the recording's.
pub const TOLERANCE: f64 = 0.2;

impl MarketFigures {
    /// Name, value and whether the 20 % promise covers it.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, f64, bool); 13] {
        [
            ("medianSpreadTicks", self.median_spread_ticks, true),
            ("levelsPerFrame", self.levels_per_frame, true),
            ("levelsPerFrameP50", self.levels_per_frame_p50, true),
            ("framesPerSP50", self.frames_per_s_p50, true),
            ("framesPerSP99", self.frames_per_s_p99, true),
            ("tradeSignAc1", self.trade_sign_ac1, true),
            ("absReturnAc1", self.abs_return_ac1, true),
            ("quoteChangesPerFrame", self.quote_changes_per_frame, true),
            ("priceChangesPerFrame", self.price_changes_per_frame, true),
            ("quotesPerS", self.quotes_per_s, false),
            ("tradesPerS", self.trades_per_s, false),
            ("depthPerS", self.depth_per_s, false),
            ("midMoveTicks", self.mid_move_ticks, false),
        ]
    }

    /// This market beside the real one, row by row.
    #[must_use]
    pub fn compare(&self, recorded: &Self) -> Vec<Comparison> {
        let pairs = self.rows().into_iter().zip(recorded.rows());
        pairs
            .map(|((name, generated, promised), (_, recorded, _))| Comparison {
                name,
                generated,
                recorded,
                ratio: if recorded == 0.0 { 0.0 } else { generated / recorded },
                promised,
            })
            .collect()
    }
}

/// One figure of a generated market beside the recording's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Comparison {
    pub name: &'static str,
    pub generated: f64,
    pub recorded: f64,
    pub ratio: f64,
    /// Held to [`TOLERANCE`]; the others are shown only.
    pub promised: bool,
}

impl Comparison {
    #[must_use]
    pub fn within(&self) -> bool {
        (self.ratio - 1.0).abs() <= TOLERANCE
    }
}

/// Comparisons as a table for people.
#[must_use]
pub fn table(comparisons: &[Comparison]) -> String {
    let mut text = format!("{:<22}{:>12}{:>12}{:>8}\n", "figure", "generated", "recorded", "ratio");
    for c in comparisons {
        let mark = match (c.promised, c.within()) {
            (true, true) => "within 20 %",
            (true, false) => "BEYOND 20 %",
            (false, _) => "",
        };
        text += &format!(
            "{:<22}{:>12.4}{:>12.4}{:>8.3}  {mark}\n",
            c.name, c.generated, c.recorded, c.ratio
        );
    }
    text
}

/// Counts the market events of one instrument in order of `ts_recv`.
#[derive(Clone, Debug)]
pub struct MarketStats {
    tick: i64,
    first_ts: Option<i64>,
    last_ts: i64,
    frames: u64,
    depth: u64,
    quotes: u64,
    trades: u64,
    levels: Histogram,
    spreads: Histogram,
    per_second: PerSecond,
    signs: Autocorrelation,
    returns: Returns,
    last_quote: Option<[i64; 4]>,
    quote_changes: u64,
    price_changes: u64,
}

impl MarketStats {
    /// `tick` is the instrument's, price units.
    #[must_use]
    pub fn new(tick: i64) -> Self {
        Self {
            tick: tick.max(1),
            first_ts: None,
            last_ts: 0,
            frames: 0,
            depth: 0,
            quotes: 0,
            trades: 0,
            levels: Histogram::default(),
            spreads: Histogram::default(),
            per_second: PerSecond::default(),
            signs: Autocorrelation::default(),
            returns: Returns::new(),
            last_quote: None,
            quote_changes: 0,
            price_changes: 0,
        }
    }

    /// Depth, best quote and trade are counted; other kinds are passed over.
    pub fn push(&mut self, event: EventRef<'_>) {
        let header = event.header;
        match header.kind {
            kind::DEPTH => {
                self.depth += 1;
                self.levels.add(i64::from(header.bids + header.asks));
            }
            kind::QUOTE => self.quote(event),
            kind::TRADE => {
                self.trades += 1;
                self.signs.push(if header.bids > 0 { 1.0 } else { -1.0 });
            }
            _ => return,
        }
        self.frame(header);
    }

    fn frame(&mut self, header: &EventHeader) {
        let first = *self.first_ts.get_or_insert(header.ts_recv);
        self.frames += 1;
        self.last_ts = header.ts_recv;
        self.per_second.add((header.ts_recv - first) / SECOND_NS);
    }

    fn quote(&mut self, event: EventRef<'_>) {
        let (Some(bid), Some(ask)) = (event.bids.first(), event.asks.first()) else { return };
        self.quotes += 1;
        self.spreads.add((ask.price - bid.price) / self.tick);
        let now = [bid.price, ask.price, bid.quantity, ask.quantity];
        if let Some(last) = self.last_quote.replace(now) {
            self.quote_changes += u64::from(last != now);
            self.price_changes += u64::from(last[..2] != now[..2]);
        }
        self.returns.push(event.header.ts_recv, (bid.price + ask.price) as f64);
    }

    #[must_use]
    pub fn finish(&self) -> MarketFigures {
        let span = self.first_ts.map_or(0, |first| self.last_ts - first);
        let seconds = span as f64 / SECOND_NS as f64;
        let per_s = |n: u64| ratio(n as f64, seconds);
        let counts = self.per_second.whole_seconds();
        MarketFigures {
            seconds,
            frames: self.frames,
            median_spread_ticks: self.spreads.percentile(50) as f64,
            levels_per_frame: self.levels.mean(),
            levels_per_frame_p50: self.levels.percentile(50) as f64,
            frames_per_s_p50: counts.percentile(50) as f64,
            frames_per_s_p99: counts.percentile(99) as f64,
            trade_sign_ac1: self.signs.lag1(),
            abs_return_ac1: self.returns.lag1(),
            quote_changes_per_frame: ratio(self.quote_changes as f64, self.depth as f64),
            price_changes_per_frame: ratio(self.price_changes as f64, self.depth as f64),
            quotes_per_s: per_s(self.quotes),
            trades_per_s: per_s(self.trades),
            depth_per_s: per_s(self.depth),
            mid_move_ticks: self.returns.root_mean_square() / self.tick as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use tickwright_engine::{Entry, EventBuf};

    use super::*;

    fn push(stats: &mut MarketStats, kind: u8, ts_recv: i64, bids: &[i64], asks: &[i64]) {
        let entry = |&price: &i64| Entry { price, quantity: 1 };
        let bids: Vec<Entry> = bids.iter().map(entry).collect();
        let asks: Vec<Entry> = asks.iter().map(entry).collect();
        let mut events = EventBuf::new();
        events.push(EventHeader { kind, ts_recv, ..Default::default() }, &bids, &asks);
        stats.push(events.get(0));
    }

    #[test]
    fn figures_of_a_market_that_can_be_counted_by_hand() {
        let mut stats = MarketStats::new(10);
        for second in 0..4 {
            let ts = second * SECOND_NS;
            push(&mut stats, kind::DEPTH, ts, &[1; 3], &[2; 1]);
            push(&mut stats, kind::QUOTE, ts + 1, &[100 + 10 * (second / 2)], &[130]);
            push(&mut stats, kind::QUOTE, ts + 2, &[100 + 10 * (second / 2)], &[130]);
            let [bids, asks]: [&[i64]; 2] = if second < 2 { [&[130], &[]] } else { [&[], &[100]] };
            push(&mut stats, kind::TRADE, ts + 3, bids, asks);
            push(&mut stats, kind::SNAPSHOT, ts + 4, &[1], &[2]);
        }
        let figures = stats.finish();
        assert_eq!((figures.frames, figures.median_spread_ticks), (16, 2.0));
        assert_eq!((figures.levels_per_frame, figures.levels_per_frame_p50), (4.0, 4.0));
        assert_eq!((figures.frames_per_s_p50, figures.frames_per_s_p99), (4.0, 4.0));
        assert_eq!(figures.price_changes_per_frame, 0.25);
        assert_eq!(figures.quote_changes_per_frame, 0.25);
        // Signs + + − −: deviations are the signs, Σ x x' = 1 − 1 + 1 over Σ x² = 4.
        assert_eq!(figures.trade_sign_ac1, 0.25);
    }

    #[test]
    fn nothing_at_all_gives_zeros() {
        let figures = MarketStats::new(1).finish();
        assert_eq!((figures.frames, figures.trade_sign_ac1, figures.quotes_per_s), (0, 0.0, 0.0));
    }

    #[test]
    fn the_table_names_what_lies_beyond_the_promise() {
        let real = crate::generator::Profile::usdm_btcusdt().recorded;
        let off = MarketFigures { levels_per_frame: real.levels_per_frame * 1.3, ..real };
        let text = table(&off.compare(&real));
        assert_eq!(text.matches("BEYOND").count(), 1, "{text}");
        assert_eq!(text.lines().count(), 14);
    }
}
