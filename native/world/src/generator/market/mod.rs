//! One instrument's market: a clock that goes from step to step, each second as busy as a recorded
//! one. What happens at the touch is in `flow`, what the venue sends of it in `emit`.

mod emit;
mod flow;

use tickwright_engine::book::Side;

use super::activity::{Activity, Second};
use super::book::MarketBook;
use super::config::{GeneratorConfig, InstrumentSpec};
use super::ids::UpdateIds;
use super::ladder::BAND;
use super::lanes::Lanes;
use super::profile::Profile;
use super::quantile::{Inverse, interpolate};
use super::rng::Rng;

const NS_PER_MS: i64 = 1_000_000;
const SECOND_NS: i64 = 1_000_000_000;
/// Share of market orders that fill in one trade.
const SINGLE_FILL: f64 = 0.65;
/// Fills of one order: more make no sense of a book with 1,000 levels.
const FILLS_MAX: f64 = 400.0;

/// Source indices in the directory.
#[derive(Clone, Copy, Debug)]
pub struct Sources {
    pub depth: u16,
    pub trade: u16,
    pub quote: u16,
}

#[derive(Clone, Debug)]
struct Tables {
    quotes: Inverse,
    trades: Inverse,
    levels: Inverse,
    gap_ms: Inverse,
    touch_step: Inverse,
    trade_quantity: Inverse,
}

/// What may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Segment,
    Depth,
    Snapshot,
    Refill,
    Flow,
}

#[derive(Clone, Debug)]
pub struct Market {
    pub lanes: Lanes,
    config: GeneratorConfig,
    instrument: u32,
    sources: Sources,
    tables: Tables,
    rng: Rng,
    book: MarketBook,
    ids: UpdateIds,
    /// Venue time, ns.
    clock: i64,
    end: i64,
    activity: Activity,
    second: Second,
    second_start: i64,
    /// Percentile of this second's activity.
    percentile: f64,
    quotes_left: f64,
    trades_left: f64,
    trades_per_order: f64,
    /// Chance that an eaten touch has hidden quantity: busier, likelier.
    hidden: f64,
    buying: bool,
    trade_id: u64,
    last_change: i64,
    depth_due: i64,
    refill_due: i64,
    refill_side: Side,
    snapshot_due: i64,
}

impl Market {
    #[must_use]
    pub fn new(
        config: &GeneratorConfig,
        spec: &InstrumentSpec,
        instrument: u32,
        sources: Sources,
    ) -> Self {
        let profile = &config.profile;
        let mut rng = Rng::for_name(config.seed, &spec.symbol);
        let book = MarketBook::new(spec, profile, &mut rng);
        let second = Second::new(profile, &mut rng);
        let start = config.start_ns;
        let mut market = Self {
            lanes: Lanes::default(),
            instrument,
            sources,
            tables: Tables::new(profile),
            book,
            ids: UpdateIds::new(profile, config.venue.is_futures(), &mut rng),
            clock: start,
            end: start + i64::from(config.seconds) * SECOND_NS,
            activity: Activity::new(),
            second,
            second_start: start,
            percentile: 0.5,
            quotes_left: 0.0,
            trades_left: 0.0,
            trades_per_order: 1.0,
            hidden: 0.0,
            buying: true,
            trade_id: 1_000_000_000 + rng.below(1_000_000_000),
            last_change: start,
            depth_due: start + 20 * NS_PER_MS,
            refill_due: i64::MAX,
            refill_side: Side::Bid,
            snapshot_due: start + (150 + rng.below(100) as i64) * NS_PER_MS,
            config: config.clone(),
            rng,
        };
        market.begin_second();
        market
    }

    /// Runs until the next message is certain, or the market is over. Its arrival.
    pub fn prepare(&mut self) -> Option<i64> {
        loop {
            let next = self.lanes.next().map(|(arrival, _)| arrival);
            let over = self.clock >= self.end;
            match next {
                Some(arrival) if over || arrival <= self.clock + self.config.latency_ns => {
                    return Some(arrival);
                }
                None if over => return None,
                _ => self.step(),
            }
        }
    }

    /// Asks for a snapshot, as a consumer does that found a gap.
    pub fn request_snapshot(&mut self) {
        let wait = (50 + self.rng.below(150) as i64) * NS_PER_MS;
        self.snapshot_due = self.snapshot_due.min(self.clock + wait);
    }

    fn step(&mut self) {
        let (due, step) = self.next_step();
        let passed = due - self.clock;
        self.second.pass(passed as f64);
        self.clock = due;
        if self.clock >= self.end {
            return;
        }
        match step {
            Step::Segment if self.second.next_segment() => {}
            Step::Segment => {
                self.second_start += SECOND_NS;
                self.begin_second();
            }
            Step::Depth => self.depth_frame(),
            Step::Snapshot => self.snapshot(),
            Step::Refill => self.refill(),
            Step::Flow => self.flow(),
        }
    }

    /// Whichever is due first; the flow is a Poisson process, so it is drawn anew each time.
    fn next_step(&mut self) -> (i64, Step) {
        let segment_end = self.second_start + self.second.segment_end() as i64;
        let mut next = (segment_end.max(self.clock), Step::Segment);
        let others = [
            (self.depth_due, Step::Depth),
            (self.refill_due, Step::Refill),
            (self.snapshot_due, Step::Snapshot),
        ];
        for other in others {
            if other.0 < next.0 {
                next = other;
            }
        }
        let waiting = self.quotes_left.max(0.0) + self.orders_left();
        let per_s = waiting / self.second.left() * self.second.speed();
        if per_s > 0.0 {
            let due = self.clock + self.rng.exponential(1e9 / per_s) as i64;
            if due < next.0 {
                next = (due, Step::Flow);
            }
        }
        next
    }

    fn orders_left(&self) -> f64 {
        self.trades_left.max(0.0) / self.trades_per_order
    }

    fn begin_second(&mut self) {
        let percentile = self.activity.next(&mut self.rng);
        self.percentile = percentile;
        self.second = Second::new(&self.config.profile, &mut self.rng);
        self.quotes_left = self.tables.quotes.value(percentile);
        self.trades_left = self.tables.trades.value(percentile);
        self.hidden = self.trades_left / (self.trades_left + self.config.profile.hidden_trades);
        self.trades_per_order =
            interpolate(self.config.profile.trades_per_order, self.trades_left).max(1.0);
    }
}

impl Tables {
    fn new(profile: &Profile) -> Self {
        Self {
            quotes: Inverse::new(&profile.quotes_per_s),
            trades: Inverse::new(&profile.trades_per_s),
            levels: Inverse::new(&profile.levels_per_frame),
            gap_ms: Inverse::new(&profile.depth_gap_ms),
            touch_step: Inverse::new(&profile.touch_step),
            trade_quantity: Inverse::new(&profile.trade_quantity),
        }
    }
}
