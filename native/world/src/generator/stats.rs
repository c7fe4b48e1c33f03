//! Statistics that tell a market from noise, counted the same way over a recording and over what
//! the generator makes. Streaming: memory grows with the number of distinct values, not of events.

use std::collections::BTreeMap;

use serde::Serialize;
use tickwright_engine::event::kind;
use tickwright_engine::{EventHeader, EventRef};

const SECOND_NS: i64 = 1_000_000_000;
/// Grid on which returns are taken: fine enough that five minutes give thousands of them, for the
/// autocorrelation over 343 one-second returns is mostly sampling error.
const RETURN_NS: i64 = 100_000_000;
const GRIDS: usize = 10;

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

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

/// Exact counts of integer values.
#[derive(Clone, Debug, Default)]
struct Histogram {
    counts: BTreeMap<i64, u64>,
    total: u64,
    sum: i64,
}

impl Histogram {
    fn add(&mut self, value: i64) {
        *self.counts.entry(value).or_insert(0) += 1;
        self.total += 1;
        self.sum += value;
    }

    fn mean(&self) -> f64 {
        ratio(self.sum as f64, self.total as f64)
    }

    /// Nearest rank: the least value with at least `percent` of all at or below it.
    fn percentile(&self, percent: u64) -> i64 {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (&value, &count) in &self.counts {
            seen += count;
            if seen >= rank {
                return value;
            }
        }
        0
    }
}

/// Frames in each whole second. Seconds count from the first frame, so only the last one is open.
#[derive(Clone, Debug, Default)]
struct PerSecond {
    done: Histogram,
    second: i64,
    count: i64,
}

impl PerSecond {
    fn add(&mut self, second: i64) {
        while self.second < second {
            self.done.add(self.count);
            self.count = 0;
            self.second += 1;
        }
        self.count += 1;
    }

    fn whole_seconds(&self) -> &Histogram {
        &self.done
    }
}

/// Autocorrelation at lag 1 of a stream, from running sums.
#[derive(Clone, Debug, Default)]
struct Autocorrelation {
    n: f64,
    sum: f64,
    squares: f64,
    products: f64,
    first: f64,
    last: f64,
}

impl Autocorrelation {
    fn push(&mut self, x: f64) {
        if self.n == 0.0 {
            self.first = x;
        } else {
            self.products += x * self.last;
        }
        self.n += 1.0;
        self.sum += x;
        self.squares += x * x;
        self.last = x;
    }

    /// Σ (xᵢ − m)(xᵢ₊₁ − m) / Σ (xᵢ − m)²; 0 where nothing varies.
    fn lag1(&self) -> f64 {
        let mean = ratio(self.sum, self.n);
        let ends = self.first + self.last;
        let covariance =
            self.products - mean * (2.0 * self.sum - ends) + (self.n - 1.0) * mean * mean;
        ratio(covariance, self.squares - self.n * mean * mean)
    }
}

/// Mid returns on fixed grids: at each grid point the last mid before it. Ten grids, each a tenth of
/// the step later, for one alone depends on where the few large moves fall in it.
#[derive(Clone, Debug)]
struct Returns {
    due: Option<i64>,
    mid: f64,
    grid: usize,
    at_grid: [Option<f64>; GRIDS],
    sizes: [Autocorrelation; GRIDS],
    squares: f64,
    moves: u64,
}

impl Returns {
    fn new() -> Self {
        let sizes = std::array::from_fn(|_| Autocorrelation::default());
        let at_grid = [None; GRIDS];
        Self { due: None, mid: 0.0, grid: 0, at_grid, sizes, squares: 0.0, moves: 0 }
    }

    /// `twice_mid` is bid + ask, price units.
    fn push(&mut self, ts: i64, twice_mid: f64) {
        let step = RETURN_NS / GRIDS as i64;
        let mut due = *self.due.get_or_insert(ts + step);
        while due <= ts {
            self.grid_point();
            due += step;
        }
        self.due = Some(due);
        self.mid = twice_mid;
    }

    fn grid_point(&mut self) {
        if let Some(before) = self.at_grid[self.grid].replace(self.mid) {
            let change = self.mid - before;
            self.sizes[self.grid].push((change / before).abs());
            self.squares += change * change / 4.0;
            self.moves += 1;
        }
        self.grid = (self.grid + 1) % GRIDS;
    }

    /// Mean over the grids.
    fn lag1(&self) -> f64 {
        self.sizes.iter().fold(0.0, |sum, grid| sum + grid.lag1()) / GRIDS as f64
    }

    fn root_mean_square(&self) -> f64 {
        ratio(self.squares, self.moves as f64).sqrt()
    }
}
