//! What a feature costs: `cargo run --release -p tickwright-engine --example feature_speed -- [NAME [WINDOW]]`.
//!
//! Every feature of the catalogue in turn, with the parameters it has by default (and `window` where it must be
//! given, 100), over one seeded market through `FeatureEngine`. A line tells ns an update, the least of all
//! passes: a tick of the clock, or an event where a feature follows events, and reading the value after every
//! event; what the engine does without the feature is taken off. Beside it what is allocated in the last
//! pass, which must be nothing.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use serde_json::{Map, Value, json};
use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tickwright_engine::core::Market;
use tickwright_engine::event::{Entry, EventHeader, EventRef, kind};
use tickwright_engine::features::catalogue::ClockUse;
use tickwright_engine::features::{CATALOGUE, CatalogueEntry, FeatureEngine, FeatureSet};
use tickwright_engine::{Directory, Instrument, InstrumentVersion};

/// Few, so that most passes are over before anything else gets the processor.
const EVENTS: usize = 4_000;
const PASSES: usize = 120;
/// Levels of each side of the made market.
const LEVELS: i64 = 20;
const MILLISECOND: i64 = 1_000_000;

/// Counts what the system's allocator is asked for.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Event {
    header: EventHeader,
    bids: Vec<Entry>,
    asks: Vec<Entry>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted = arguments.first().map(String::as_str);
    let window: u64 = arguments.get(1).map_or(Ok(100), |text| text.parse())?;
    let events = market();
    println!("{EVENTS} events, window {window}\n");
    println!("| group | feature | update | ns | allocations |\n| --- | --- | --- | ---: | ---: |");
    let mut leaks = 0;
    for entry in CATALOGUE.iter().copied().flatten() {
        if wanted.is_some_and(|name| name != entry.name) {
            continue;
        }
        let clock = clock_of(entry);
        let columns = match with_feature(entry, &clock, window) {
            Ok(columns) => columns,
            Err(reason) => {
                println!("| {} | `{}` | skipped: {reason} | | |", entry.group, entry.name);
                continue;
            }
        };
        let (mut without, mut with) =
            (Run::new(&sources(&clock), None)?, Run::new(&columns, Some(columns.len() - 1))?);
        // In turn: what slows the machine down slows both.
        for _ in 0..PASSES {
            without.pass(&events);
            with.pass(&events);
        }
        let allocations = with.allocations;
        let updates = events.iter().filter(|e| clock.counts(e.header.kind)).count();
        let ns = (with.seconds - without.seconds) * 1e9 / updates as f64;
        leaks += allocations;
        let (group, name) = (entry.group, entry.name);
        println!("| {group} | `{name}` | {} | {ns:.1} | {allocations} |", clock.word);
    }
    if leaks > 0 {
        return Err(format!("{leaks} allocations in steady state").into());
    }
    Ok(())
}

/// The clock that a feature is measured on.
struct Clock {
    word: &'static str,
    member: Option<(&'static str, Value)>,
}

impl Clock {
    /// Whether an event of a kind is an update.
    fn counts(&self, of: u8) -> bool {
        match self.word {
            "bar" => of == kind::TRADE,
            "tick" => matches!(of, kind::DEPTH | kind::SNAPSHOT),
            _ => true,
        }
    }
}

fn clock_of(entry: &CatalogueEntry) -> Clock {
    match entry.clock {
        ClockUse::None => Clock { word: "event", member: None },
        ClockUse::Bars => Clock { word: "bar", member: Some(("bars", json!({"ticks": 1}))) },
        ClockUse::Ticks | ClockUse::Any => {
            Clock { word: "tick", member: Some(("on", json!("depth"))) }
        }
    }
}

/// Columns to read, and a light kernel on the clock, so that ticking is not the feature's to pay.
fn sources(clock: &Clock) -> Vec<Value> {
    let mut columns = vec![json!({"name": "0", "feature": "mid"})];
    let depths = [1, 5, 10].iter().enumerate();
    columns.extend(
        depths.map(|(i, d)| json!({"name": format!("{}", i + 1), "feature": "obi", "depth": d})),
    );
    if let Some((member, value)) = &clock.member {
        columns
            .push(json!({"name": "t", "feature": "ewma", "of": ["0"], "span": 2, *member: value}));
    }
    columns
}

/// The sources and the feature as the last column. Parameters that it says are missing are given.
fn with_feature(
    entry: &CatalogueEntry,
    clock: &Clock,
    window: u64,
) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut column = Map::new();
    column.insert("name".into(), json!("x"));
    column.insert("feature".into(), json!(entry.name));
    let inputs: Vec<String> = (0..entry.inputs.0).map(|i| (i % 4).to_string()).collect();
    if !inputs.is_empty() {
        column.insert("of".into(), json!(inputs));
    }
    if let Some((member, value)) = &clock.member {
        column.insert((*member).into(), value.clone());
    }
    loop {
        let mut columns = sources(clock);
        columns.push(Value::Object(column.clone()));
        let Err(error) = engine(&columns) else { return Ok(columns) };
        let missing = entry.parameters.iter().find(|p| {
            !column.contains_key(p.name)
                && error.to_string().contains(&format!("{}: is missing", p.name))
        });
        let Some(parameter) = missing else { return Err(error) };
        let value = match (parameter.name, parameter.kind) {
            (_, "duration") => json!("1s"),
            (_, "decimal") => json!("10"),
            ("window", _) => json!(window),
            ("span", _) | (_, "whole") => json!(20),
            (_, "real") => json!(0.5),
            (_, kind) if kind.starts_with("list of") => json!(vec![1; inputs.len()]),
            _ => return Err(error),
        };
        column.insert(parameter.name.into(), value);
    }
}

fn engine(columns: &[Value]) -> Result<FeatureEngine, Box<dyn Error>> {
    let set = FeatureSet::parse(json!({ "features": columns }).to_string().as_bytes())?;
    Ok(FeatureEngine::new(set, &directory(), 0)?)
}

fn directory() -> Directory {
    let instrument = Instrument {
        venue: "venue".into(),
        symbol: "A".into(),
        price_scale: 2,
        quantity_scale: 1,
        versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
    };
    Directory { instruments: vec![instrument], sources: Vec::new() }
}

/// A set at work on the market, again and again.
struct Run {
    features: FeatureEngine,
    markets: Vec<Market>,
    /// The column that is read after each event.
    read: Option<usize>,
    passes: i64,
    /// Of the fastest pass.
    seconds: f64,
    /// In the last pass.
    allocations: u64,
}

impl Run {
    fn new(columns: &[Value], read: Option<usize>) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            features: engine(columns)?,
            markets: vec![Market::new(&directory().instruments[0])?],
            read,
            passes: 0,
            seconds: f64::MAX,
            allocations: 0,
        })
    }

    fn pass(&mut self, events: &[Event]) {
        let shift = self.passes * (EVENTS as i64 + 1) * MILLISECOND;
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        let start = Instant::now();
        for event in events {
            let time = event.header.ts_recv + shift;
            let header = EventHeader { ts_recv: time, ts_event: time, ..event.header };
            let event = EventRef { header: &header, bids: &event.bids, asks: &event.asks };
            self.features.before(time, &self.markets);
            self.markets[0].apply(event);
            self.features.event(event, time, &self.markets);
            if let Some(column) = self.read {
                black_box(self.features.column(0, column, time, &self.markets));
            }
        }
        self.seconds = self.seconds.min(start.elapsed().as_secs_f64());
        self.allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
        self.passes += 1;
    }
}

/// SplitMix64.
struct Seed(u64);

impl Seed {
    fn below(&mut self, n: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n) as i64
    }
}

/// A walk of the price, one event a millisecond: a whole book, then changes, trades, and a few of all else.
fn market() -> Vec<Event> {
    let mut seed = Seed(1);
    let mut bid = 10_000_000;
    (0..EVENTS as i64)
        .map(|i| {
            let (of, bids, asks) = match (i, seed.below(20)) {
                (0, _) => book(&mut seed, bid),
                (_, 0..=5) => trade(&mut seed, bid),
                (_, 6) => sundry(&mut seed, bid),
                _ => depth(&mut seed, &mut bid),
            };
            let header = EventHeader {
                ts_recv: i * MILLISECOND + 1,
                kind: of,
                bids: bids.len() as u32,
                asks: asks.len() as u32,
                ..EventHeader::default()
            };
            Event { header, bids, asks }
        })
        .collect()
}

type Sides = (u8, Vec<Entry>, Vec<Entry>);

fn level(seed: &mut Seed, price: i64) -> Entry {
    Entry { price, quantity: 1 + seed.below(500) }
}

fn book(seed: &mut Seed, bid: i64) -> Sides {
    let bids = (0..LEVELS).map(|i| level(seed, bid - i)).collect();
    let asks = (0..LEVELS).map(|i| level(seed, bid + 1 + i)).collect();
    (kind::SNAPSHOT, bids, asks)
}

/// The touch moves by a tick, or a quantity changes.
fn depth(seed: &mut Seed, bid: &mut i64) -> Sides {
    let gone = |price| Entry { price, quantity: 0 };
    match seed.below(6) {
        0 => {
            *bid += 1;
            let bids = vec![level(seed, *bid), gone(*bid - LEVELS)];
            (kind::DEPTH, bids, vec![gone(*bid), level(seed, *bid + LEVELS)])
        }
        1 => {
            *bid -= 1;
            let bids = vec![gone(*bid + 1), level(seed, *bid + 1 - LEVELS)];
            (kind::DEPTH, bids, vec![level(seed, *bid + 1), gone(*bid + 1 + LEVELS)])
        }
        2..=3 => {
            let at = *bid - seed.below(5);
            (kind::DEPTH, vec![level(seed, at)], Vec::new())
        }
        _ => {
            let at = *bid + 1 + seed.below(5);
            (kind::DEPTH, Vec::new(), vec![level(seed, at)])
        }
    }
}

fn trade(seed: &mut Seed, bid: i64) -> Sides {
    if seed.below(2) == 0 {
        (kind::TRADE, vec![level(seed, bid + 1)], Vec::new())
    } else {
        (kind::TRADE, Vec::new(), vec![level(seed, bid)])
    }
}

/// Mark and index price, funding rate, open interest (at the scale of values, 8), liquidations.
fn sundry(seed: &mut Seed, bid: i64) -> Sides {
    let value = |value: i64| Entry { price: value, quantity: 1 };
    match seed.below(4) {
        0 => {
            let mark = bid * 1_000_000;
            (kind::MARK, vec![value(mark), value(mark + seed.below(1000)), value(0)], Vec::new())
        }
        1 => (kind::FUNDING, vec![value(seed.below(20_000) - 10_000)], Vec::new()),
        2 => (
            kind::OPEN_INTEREST,
            vec![value(1_000_000_000_000 + seed.below(1_000_000))],
            Vec::new(),
        ),
        _ => (kind::LIQUIDATION, vec![level(seed, bid)], Vec::new()),
    }
}
