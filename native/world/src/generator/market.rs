//! One instrument's market: market orders eat the touch, quotes refill it, frames tell of both.

use tickwright_engine::book::Side;
use tickwright_engine::event::{event_flag, kind};
use tickwright_engine::{Entry, EventHeader};

use super::activity::{Activity, Second};
use super::book::MarketBook;
use super::config::{GeneratorConfig, InstrumentSpec};
use super::ids::UpdateIds;
use super::ladder::BAND;
use super::lanes::{Lanes, Large, Small};
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

    fn flow(&mut self) {
        let (quotes, orders) = (self.quotes_left.max(0.0), self.orders_left());
        if self.rng.unit() * (quotes + orders) < orders {
            self.market_order();
        } else {
            self.touch_change();
        }
    }

    /// A limit order joins the touch or one there is cancelled; the queue keeps to its usual size.
    fn touch_change(&mut self) {
        let side = if self.rng.chance(0.5) { Side::Bid } else { Side::Ask };
        let step = self.draw(Draw::TouchStep);
        let usual = self.config.profile.touch_quantity;
        let ladder = self.book.ladder(side);
        let place = ladder.best();
        let now = ladder.quantity(place);
        let joins = self.rng.chance(usual / (usual + now as f64));
        let then = if joins || now == 1 { now + step } else { (now - step).max(1) };
        ladder.set(place, then);
        self.changed();
        self.quote();
    }

    fn draw(&mut self, what: Draw) -> i64 {
        let table = match what {
            Draw::TouchStep => &self.tables.touch_step,
            Draw::Trade => &self.tables.trade_quantity,
        };
        (table.value(self.rng.unit()) as i64).max(1)
    }

    /// One market order: a trade for each fill, then one best quote.
    fn market_order(&mut self) {
        self.choose_side();
        let fills = self.draw_fills();
        let side = if self.buying { Side::Ask } else { Side::Bid };
        let start = self.book.ladder(side).best();
        for _ in 0..fills {
            let wanted = self.draw(Draw::Trade);
            if !self.fill(side, start, wanted) {
                break;
            }
        }
        self.changed();
        self.quote();
        if self.book.spread() > 1 && self.refill_due == i64::MAX {
            self.refill_side = side;
            self.refill_due = self.clock + self.refill_wait();
        }
    }

    /// Signs persist, except where the price nears the end of its band.
    fn choose_side(&mut self) {
        if !self.rng.chance(self.config.profile.sign_memory) {
            self.buying = self.rng.chance(0.5);
        }
        let bid = self.book.bid.best();
        if bid > BAND / 8 * 7 {
            self.buying = false;
        } else if bid < BAND / 8 {
            self.buying = true;
        }
    }

    fn draw_fills(&mut self) -> u32 {
        let most = self.trades_left.clamp(1.0, FILLS_MAX);
        if self.rng.chance(SINGLE_FILL) {
            return 1;
        }
        let mean = (self.trades_per_order - 1.0) / (1.0 - SINGLE_FILL);
        let scale = match self.rng.unit() {
            u if u < 0.80 => 0.4,
            u if u < 0.97 => 2.0,
            _ => 12.0,
        };
        (1.5 + self.rng.exponential(mean * scale)).min(most) as u32
    }

    /// One fill at the touch. False where the book behind it is too thin to go on.
    fn fill(&mut self, side: Side, start: usize, wanted: i64) -> bool {
        let sweep = self.config.profile.sweep_ticks as usize;
        let hidden = self.rng.chance(self.hidden).then(|| self.draw(Draw::TouchStep));
        let ladder = self.book.ladder(side);
        let place = ladder.best();
        let there = ladder.quantity(place);
        let taken = wanted.min(there);
        let next = ladder.next_behind(place).filter(|next| next.abs_diff(start) <= sweep);
        let then = match (there - taken, hidden, next) {
            (0, Some(hidden), _) => hidden,
            (0, None, None) => 1,
            (rest, ..) => rest,
        };
        ladder.set(place, then);
        let traded = self.book.units.entry(place, taken);
        self.trade(traded);
        taken < there || hidden.is_some() || next.is_some()
    }

    fn refill_wait(&mut self) -> i64 {
        if self.rng.chance(0.45) {
            1_000 + self.rng.below(2_000) as i64
        } else {
            1_000 + self.rng.exponential(4e6) as i64
        }
    }

    /// A new level in the open spread: the other side follows, or the eaten one comes back.
    fn refill(&mut self) {
        self.refill_due = i64::MAX;
        let open = self.book.spread() - 1;
        if open == 0 {
            return;
        }
        let follows = self.rng.chance(self.config.profile.follow);
        let at_once = self.rng.chance(self.config.profile.close_at_once);
        let ticks = if at_once { open } else { 1 + self.rng.below(open as u64) as usize };
        let side = match (self.refill_side, follows) {
            (Side::Bid, true) | (Side::Ask, false) => Side::Ask,
            (Side::Bid, false) | (Side::Ask, true) => Side::Bid,
        };
        let place = match side {
            Side::Bid => self.book.bid.best() + ticks,
            Side::Ask => self.book.ask.best() - ticks,
        };
        let steps = self.draw(Draw::TouchStep);
        self.book.improve(side, place, steps);
        self.changed();
        self.quote();
        if ticks < open {
            self.refill_due = self.clock + self.refill_wait();
        }
    }

    fn changed(&mut self) {
        self.ids.change(&mut self.rng);
        self.last_change = self.clock;
    }

    fn arrival(&mut self) -> i64 {
        let mean = if self.rng.chance(0.97) { 0.3e6 } else { 6e6 };
        self.clock + self.config.latency_ns + self.rng.exponential(mean) as i64
    }

    fn header(&self, kind: u8, source: u16, changed: i64) -> EventHeader {
        let ts_event = changed / NS_PER_MS * NS_PER_MS;
        EventHeader { ts_event, instrument: self.instrument, source, kind, ..Default::default() }
    }

    fn quote(&mut self) {
        self.quotes_left -= 1.0;
        let mut header = self.header(kind::QUOTE, self.sources.quote, self.clock);
        header.w1 = self.ids.last();
        (header.bids, header.asks) = (1, 1);
        if !self.config.venue.is_futures() {
            header.ts_event = 0;
            header.flags = event_flag::NO_EVENT_TIME;
        }
        let entries = self.book.touch();
        self.send(header, entries);
    }

    fn trade(&mut self, traded: Entry) {
        self.trades_left -= 1.0;
        self.trade_id += 1;
        let mut header = self.header(kind::TRADE, self.sources.trade, self.clock);
        (header.w0, header.w1, header.aux) = (self.trade_id, self.trade_id, self.trade_id);
        (header.bids, header.asks) = (u32::from(self.buying), u32::from(!self.buying));
        self.send(header, [traded, Entry::default()]);
    }

    fn send(&mut self, header: EventHeader, entries: [Entry; 2]) {
        let sent_ms = self.clock / NS_PER_MS + i64::from(self.rng.chance(0.2));
        let arrival = self.arrival();
        self.lanes.push_small(Small { arrival, sent_ms, header, entries });
    }

    fn depth_frame(&mut self) {
        let gap = self.tables.gap_ms.value(self.rng.unit());
        self.depth_due = self.clock + (gap * NS_PER_MS as f64) as i64;
        self.change_behind();
        let [first, last, previous] = self.ids.end_frame(&mut self.rng);
        let mut header = self.header(kind::DEPTH, self.sources.depth, self.last_change);
        (header.w0, header.w1, header.w2) = (first, last, previous);
        let sent_ms = self.clock / NS_PER_MS;
        if !self.config.venue.is_futures() {
            header.ts_event = sent_ms * NS_PER_MS;
        }
        let mut frame = self.lanes.fresh();
        let best_first = !self.config.venue.is_futures();
        [header.bids, header.asks] = self.book.take_changes(best_first, &mut frame.entries);
        let arrival = self.arrival() + self.rng.exponential(0.5e6) as i64;
        frame = Large { arrival, sent_ms, header, ..frame };
        self.lanes.push_depth(frame, &self.config.faults, &mut self.rng);
    }

    /// What changed behind the touch since the last frame, up to the number of levels that a frame
    /// of this activity holds. Nobody can see these changes earlier.
    fn change_behind(&mut self) {
        let percentile = if self.rng.chance(self.config.profile.level_memory) {
            let shaken = self.percentile + 0.1 * (self.rng.unit() - 0.5);
            // Mirrored at the ends, so that percentiles stay evenly spread.
            if shaken < 0.0 { -shaken } else { shaken.min(2.0 - shaken) }
        } else {
            self.rng.unit()
        };
        let levels = (self.tables.levels.value(percentile.min(0.999_999)) + 0.5) as usize;
        let mut tries = 3 * levels + 8;
        while self.book.changes() < levels && tries > 0 {
            self.book.change_behind(&mut self.rng);
            tries -= 1;
        }
    }

    /// The book as it is now, on its way by REST: several depth frames arrive before it does.
    fn snapshot(&mut self) {
        self.snapshot_due = i64::MAX;
        let mut header = self.header(kind::SNAPSHOT, self.sources.depth, self.last_change);
        header.w1 = self.ids.last();
        if !self.config.venue.is_futures() {
            header.ts_event = 0;
            header.flags = event_flag::NO_EVENT_TIME;
        }
        let mut body = self.lanes.fresh();
        [header.bids, header.asks] = self.book.snapshot(&mut body.entries);
        let travel = (80 + self.rng.below(120) as i64) * NS_PER_MS;
        let arrival = self.clock + self.config.latency_ns + travel;
        let sent_ms = self.clock / NS_PER_MS;
        self.lanes.snapshot.push_back(Large { arrival, sent_ms, header, ..body });
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Draw {
    TouchStep,
    Trade,
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
