//! The rank table, due times, hand-overs and checkpoints, driven as a driver would.

use super::config::{
    ConnectionConfig, ConnectionKind, InstrumentConfig, StrategyConfig, TriggerConfig,
};
use super::market::Market;
use super::{Batch, Core, CoreConfig, Cursor, Memory};
use crate::book::Side;
use crate::event::{Entry, EventBuf, EventHeader, EventRef};
use crate::schema::{
    CommandHeader, Ctl, code, command, entry_type, event_flag, kind, proof_level, proof_reason,
};

const EPOCH: i64 = 1_700_000_000_000_000_000;

/// A core with its memory, and what its strategies were handed.
struct Rig {
    core: Core,
    ctl: Ctl,
    journal: Vec<u8>,
    ev: Vec<u8>,
    view: Vec<f64>,
    row: Vec<f64>,
    mask: Vec<u8>,
    cmd: Vec<u8>,
    out: Vec<u8>,
}

/// (code, strategy, trigger or timer, time from the epoch)
type Seen = (u8, u32, u32, i64);

fn trigger(kind: &str) -> TriggerConfig {
    TriggerConfig {
        kind: kind.to_owned(),
        instrument: None,
        minimum_proof: "sequence".to_owned(),
        period_ns: None,
        feature: None,
        above: None,
        below: None,
        events: None,
    }
}

fn strategy(name: &str, triggers: Vec<TriggerConfig>) -> StrategyConfig {
    StrategyConfig { name: name.to_owned(), triggers, timers: vec!["a".into(), "b".into()] }
}

fn config(strategies: Vec<StrategyConfig>) -> CoreConfig {
    CoreConfig {
        epoch: EPOCH.to_string(),
        view_levels: 2,
        instruments: vec![InstrumentConfig {
            venue: "binance-usdm".into(),
            symbol: "BTCUSDT".into(),
            price_scale: 1,
            quantity_scale: 3,
            tick: 1,
            lot: 1,
            inferred: false,
        }],
        connections: vec![ConnectionConfig {
            name: "stream".into(),
            venue: "binance-usdm".into(),
            kind: ConnectionKind::Stream,
            symbol: None,
        }],
        strategies,
        keep_outputs: true,
        ..CoreConfig::default()
    }
}

impl Rig {
    fn new(strategies: Vec<StrategyConfig>) -> Self {
        let config = config(strategies);
        let mut directory = config.directory();
        directory.source(0, "depth");
        let core = Core::new(config, directory).unwrap();
        let view = vec![0.0; core.view_stride()];
        let mut rig = Self {
            core,
            ctl: Ctl::default(),
            journal: vec![0; 1 << 16],
            ev: vec![0; 1 << 12],
            view,
            row: vec![0.0; 8],
            mask: vec![0; 8],
            cmd: vec![0; 1 << 12],
            out: vec![0; 1 << 12],
        };
        // A snapshot, so that the book is proven by sequence and triggers are not held.
        let mut buf = EventBuf::new();
        let level = |price| Entry { price, quantity: 5 };
        buf.push(header(kind::SNAPSHOT, 0, [0, 100, 0]), &[level(99)], &[level(101)]);
        rig.replay(&buf);
        rig
    }

    fn call(&mut self, call: impl FnOnce(&mut Core, &mut Memory<'_>) -> u8) -> u8 {
        let mut mem = Memory {
            ctl: &mut self.ctl,
            journal: &mut self.journal,
            writer: None,
            segment: &[],
            ev: &mut self.ev,
            view: &mut self.view,
            row: &mut self.row,
            mask: &mut self.mask,
            cmd: &self.cmd,
            out: &mut self.out,
        };
        call(&mut self.core, &mut mem)
    }

    fn seen(&self, code: u8) -> Seen {
        (code, self.ctl.strategy as u32, self.ctl.trigger as u32, self.ctl.time as i64)
    }

    /// Replays events; returns the hand-overs.
    fn replay(&mut self, buf: &EventBuf) -> Vec<Seen> {
        let mut cursor = Cursor::default();
        let mut out = Vec::new();
        loop {
            let code = self.call(|core, mem| {
                let batch = Batch { headers: buf.headers(), entries: buf.entries() };
                core.replay(mem, batch, &mut cursor, buf.len())
            });
            if code == code::IDLE {
                return out;
            }
            assert!(code < 16, "{:?}", self.core.fault());
            out.push(self.seen(code));
        }
    }

    /// Drains a live call; `step` may write commands.
    fn drain(&mut self, mut code: u8, mut step: impl FnMut(&mut Self, Seen)) -> Vec<Seen> {
        let mut out = Vec::new();
        while code != code::IDLE {
            assert!(code < 16, "{:?}", self.core.fault());
            let seen = self.seen(code);
            out.push(seen);
            step(self, seen);
            code = self.call(Core::resume);
        }
        out
    }

    fn feed(&mut self, entry: u8, stamp: i64, payload: &[u8]) -> u8 {
        self.journal[32..32 + payload.len()].copy_from_slice(payload);
        self.ctl.in_type = f64::from(entry);
        self.ctl.in_offset = 32.0;
        self.ctl.in_length = payload.len() as f64;
        self.ctl.stamp = stamp as f64;
        self.call(Core::feed)
    }

    fn advance(&mut self, now: i64) -> u8 {
        self.ctl.stamp = now as f64;
        self.call(Core::advance)
    }

    fn command(&mut self, kind: u8, strategy: u32, [a, b, c]: [f64; 3]) {
        let record = CommandHeader { kind: kind.into(), strategy, a, b, c, ..Default::default() };
        let at = self.ctl.command_count as usize * CommandHeader::SIZE;
        self.cmd[at..at + CommandHeader::SIZE].copy_from_slice(bytemuck::bytes_of(&record));
        self.ctl.command_count += 1.0;
    }
}

fn header(kind: u8, at: i64, [w0, w1, w2]: [u64; 3]) -> EventHeader {
    let ts_recv = EPOCH + at;
    EventHeader { ts_recv, ts_event: ts_recv, w0, w1, w2, kind, ..Default::default() }
}

/// A depth update that follows the one before (ids count up from the snapshot's 100).
fn depth(buf: &mut EventBuf, at: i64, id: u64, quantity: i64) {
    let bid = Entry { price: 99, quantity };
    buf.push(header(kind::DEPTH, at, [id, id, id - 1]), &[bid], &[]);
}

fn trade(buf: &mut EventBuf, at: i64) {
    buf.push(header(kind::TRADE, at, [1, 1, 0]), &[Entry { price: 100, quantity: 1 }], &[]);
}

#[test]
fn market_events_of_an_instant_come_before_its_timers() {
    let cadence = TriggerConfig { period_ns: Some(100.0), ..trigger("cadence") };
    let mut rig = Rig::new(vec![strategy("s", vec![cadence, trigger("trade")])]);
    let mut buf = EventBuf::new();
    trade(&mut buf, 100);
    trade(&mut buf, 100);
    trade(&mut buf, 101);
    let seen = rig.replay(&buf);
    let expected =
        [(code::TRIGGER, 0, 1, 100), (code::TRIGGER, 0, 1, 100), (code::TRIGGER, 0, 0, 100)];
    assert_eq!(seen[..3], expected);
    assert_eq!(seen[3], (code::TRIGGER, 0, 1, 101));
}

#[test]
fn a_timer_between_two_frames_fires_at_its_own_time() {
    let cadence = TriggerConfig { period_ns: Some(100.0), ..trigger("cadence") };
    let mut rig = Rig::new(vec![strategy("s", vec![cadence, trigger("trade")])]);
    let mut buf = EventBuf::new();
    trade(&mut buf, 50);
    trade(&mut buf, 250);
    let times: Vec<_> = rig.replay(&buf).iter().map(|s| (s.2, s.3)).collect();
    assert_eq!(times, [(1, 50), (0, 100), (0, 200), (1, 250)]);
}

#[test]
fn due_times_of_one_instant_go_by_strategy_then_cadence_then_timer() {
    let cadence = || TriggerConfig { period_ns: Some(100.0), ..trigger("cadence") };
    let mut rig =
        Rig::new(vec![strategy("first", vec![cadence()]), strategy("second", vec![cadence()])]);
    let code = rig.feed(entry_type::CLOCK, 10, &[]);
    assert_eq!(code, code::IDLE);
    for s in [1, 0] {
        rig.command(command::TIMER, s, [1.0, 90.0, 0.0]);
        rig.command(command::TIMER, s, [0.0, 90.0, 0.0]);
    }
    rig.call(Core::resume);
    let code = rig.advance(100);
    let seen = rig.drain(code, |_, _| {});
    let trigger = |s| (code::TRIGGER, s, 0, 100);
    let timer = |s, id| (code::TIMER, s, id, 100);
    assert_eq!(seen, [trigger(0), timer(0, 0), timer(0, 1), trigger(1), timer(1, 0), timer(1, 1)]);
}

#[test]
fn a_frame_that_fires_two_hundred_triggers_shows_each_the_book_at_its_end() {
    let many = (0..200).map(|_| trigger("quoteChange")).collect();
    let mut rig = Rig::new(vec![strategy("s", many)]);
    let mut buf = EventBuf::new();
    let bids = [Entry { price: 100, quantity: 7 }, Entry { price: 99, quantity: 0 }];
    buf.push(header(kind::DEPTH, 5, [101, 101, 100]), &bids, &[]);
    let seen = rig.replay(&buf);
    let order: Vec<_> = seen.iter().map(|s| s.2).collect();
    assert_eq!(order, (0..200).collect::<Vec<_>>());
    assert_eq!((rig.view[0], rig.view[1]), (100.0, 7.0));
}

#[test]
fn stamps_must_rise_and_a_broken_contract_poisons() {
    let mut rig = Rig::new(vec![strategy("s", vec![])]);
    assert_eq!(rig.feed(entry_type::CLOCK, 10, &[]), code::IDLE);
    assert_eq!(rig.feed(entry_type::CLOCK, 10, &[]), code::FAULT);
    assert_eq!(rig.core.fault().unwrap().code, "E_STAMP_ORDER");
    assert_eq!(rig.feed(entry_type::CLOCK, 20, &[]), code::FAULT, "no further call is served");
}

#[test]
fn after_advance_no_input_may_carry_a_stamp_that_it_reached() {
    let mut rig = Rig::new(vec![strategy("s", vec![])]);
    assert_eq!(rig.advance(50), code::IDLE);
    assert_eq!(rig.feed(entry_type::CLOCK, 50, &[]), code::FAULT);
}

#[test]
fn a_timer_set_in_a_step_can_fall_due_before_the_same_input() {
    let cadence = TriggerConfig { period_ns: Some(100.0), ..trigger("cadence") };
    let mut rig = Rig::new(vec![strategy("s", vec![cadence])]);
    let code = rig.feed(entry_type::CLOCK, 150, &[]);
    let seen = rig.drain(code, |rig, (code, _, _, time)| {
        if code == code::TRIGGER && time == 100 {
            rig.command(command::TIMER, 0, [0.0, 20.0, 0.0]);
        }
    });
    assert_eq!(seen, [(code::TRIGGER, 0, 0, 100), (code::TIMER, 0, 0, 120)]);
    assert_eq!(rig.core.time, EPOCH + 150);
}

#[test]
fn advance_is_an_input_only_where_something_fires() {
    let cadence = TriggerConfig { period_ns: Some(100.0), ..trigger("cadence") };
    let mut rig = Rig::new(vec![strategy("s", vec![cadence])]);
    let before = rig.core.next_seq;
    assert_eq!(rig.advance(99), code::IDLE);
    assert_eq!(rig.core.next_seq, before);
    let code = rig.advance(200);
    assert_eq!(rig.drain(code, |_, _| {}).len(), 2);
    assert_eq!(rig.core.next_seq, before + 1);
}

#[test]
fn thresholds_fire_on_crossing_and_not_again_until_left() {
    let threshold = TriggerConfig {
        feature: Some("touchImbalance".into()),
        above: Some(0.5),
        below: Some(-0.5),
        ..trigger("threshold")
    };
    let mut rig = Rig::new(vec![strategy("s", vec![threshold])]);
    let mut buf = EventBuf::new();
    for (i, quantity) in [20, 25, 5, 30, 1, 1].into_iter().enumerate() {
        depth(&mut buf, 10 + i as i64, 101 + i as u64, quantity);
    }
    let times: Vec<_> = rig.replay(&buf).iter().map(|s| s.3).collect();
    assert_eq!(times, [10, 13, 14]);
}

#[test]
fn a_gap_on_a_tape_drops_the_proof_and_holds_triggers() {
    let mut rig = Rig::new(vec![strategy("s", vec![trigger("quoteChange")])]);
    let mut buf = EventBuf::new();
    depth(&mut buf, 10, 101, 6);
    buf.push(header(kind::DEPTH, 20, [110, 111, 109]), &[Entry { price: 99, quantity: 8 }], &[]);
    depth(&mut buf, 30, 112, 9);
    let seen = rig.replay(&buf);
    assert_eq!(seen, [(code::TRIGGER, 0, 0, 10), (code::BOOK, 0, 0, 20)]);
    assert_eq!(rig.ctl.value, f64::from(proof_reason::GAP));
    assert_eq!(rig.core.markets[0].counts.gaps, 1);
    assert_eq!(rig.core.markets[0].counts.unjoined, 1);
}

#[test]
fn a_reset_is_told_to_those_who_asked_and_no_one_sees_its_empty_book() {
    let triggers = vec![trigger("quoteChange"), trigger("reset"), trigger("events")];
    let [quote, reset, mut every] = <[_; 3]>::try_from(triggers).unwrap();
    every.events = Some(1.0);
    let mut rig = Rig::new(vec![strategy("s", vec![quote, reset, every])]);
    let mut buf = EventBuf::new();
    buf.push(header(kind::RESET, 10, [u64::from(proof_reason::GAP), 0, 0]), &[], &[]);
    assert_eq!(rig.replay(&buf), [(code::BOOK, 0, 0, 10), (code::TRIGGER, 0, 1, 10)]);
}

#[test]
fn a_restored_core_goes_on_to_the_same_digest() {
    let cadence = || TriggerConfig { period_ns: Some(70.0), ..trigger("cadence") };
    let make = || Rig::new(vec![strategy("s", vec![cadence(), trigger("quoteChange")])]);
    let mut events = EventBuf::new();
    for i in 0..200_u64 {
        depth(&mut events, 10 + 7 * i as i64, 101 + i, 1 + (i as i64 * 7) % 13);
    }
    let part = |range: std::ops::Range<usize>| {
        let mut buf = EventBuf::new();
        for e in range.map(|i| events.get(i)) {
            buf.push(*e.header, e.bids, e.asks);
        }
        buf
    };
    let mut whole = make();
    whole.replay(&events);
    for cut in [1, 50, 199] {
        let mut first = make();
        first.replay(&part(0..cut));
        let document = first.core.save(b"{}").unwrap();
        let mut second = make();
        assert_eq!(second.core.restore(&document).unwrap(), b"{}");
        second.replay(&part(cut..200));
        assert_eq!(second.core.digests(), whole.core.digests());
        assert_eq!(second.core.state_hash(), whole.core.state_hash());
    }
}

/// An event of the rig's only instrument, entries in the bids.
fn apply(market: &mut Market, kind: u8, flags: u8, w1: u64, entries: &[Entry]) {
    let header =
        EventHeader { kind, flags, w1, bids: entries.len() as u32, ..EventHeader::default() };
    market.apply(EventRef { header: &header, bids: entries, asks: &[] });
}

#[test]
fn a_trade_without_a_side_is_no_buy() {
    let mut market = Market::new(&config(vec![]).directory().instruments[0]).unwrap();
    let trade = [Entry { price: 101, quantity: 5 }];
    apply(&mut market, kind::TRADE, 0, 0, &trade);
    assert_eq!(market.last_side, 1);
    apply(&mut market, kind::TRADE, event_flag::NO_SIDE, 0, &trade);
    assert_eq!((market.last_side, market.last_trade, market.counts.trades), (0, trade[0], 2));
}

#[test]
fn a_book_without_ids_is_kept_but_not_proven() {
    let mut market = Market::new(&config(vec![]).directory().instruments[0]).unwrap();
    let level = |price| [Entry { price, quantity: 5 }];
    apply(&mut market, kind::SNAPSHOT, 0, 0, &level(100));
    apply(&mut market, kind::DEPTH, 0, 0, &level(101));
    assert_eq!((market.joined, market.counts.updates, market.counts.gaps), (true, 1, 0));
    assert_eq!(market.proof_level(), proof_level::UNPROVABLE);
    assert_eq!(market.proof().counts().compared, 0);
    // With ids an update without one is a gap.
    apply(&mut market, kind::SNAPSHOT, 0, 7, &level(100));
    assert_eq!(market.proof_level(), proof_level::SEQUENCE);
    apply(&mut market, kind::DEPTH, 0, 0, &level(101));
    assert_eq!((market.joined, market.counts.gaps), (false, 1));
}

#[test]
fn a_damaged_checkpoint_is_refused() {
    let rig = Rig::new(vec![strategy("s", vec![])]);
    let document = rig.core.save(b"{}").unwrap();
    for at in (0..document.len()).step_by(97) {
        let mut bad = document.clone();
        bad[at] ^= 4;
        let mut other = Rig::new(vec![strategy("s", vec![])]);
        assert_eq!(other.core.restore(&bad).unwrap_err().code, "E_STATE");
    }
}

#[test]
fn a_command_that_no_engine_writes_ends_the_session() {
    let mut rig = Rig::new(vec![strategy("s", vec![])]);
    rig.command(command::PLACE, 0, [0.0; 3]);
    assert_eq!(rig.call(Core::resume), code::FAULT);
    assert_eq!(rig.core.fault().unwrap().code, "E_COMMAND_UNSUPPORTED");
}

#[test]
fn places_in_a_queue_are_asked_for_by_order() {
    let mut rig = Rig::new(vec![strategy("s", vec![])]);
    assert!(rig.core.describe_book(0, 5).unwrap().orders.is_none());
    let mut buf = EventBuf::new();
    buf.push(header(kind::SNAPSHOT, 1, [0, 200, 0]), &[], &[]);
    for (id, quantity) in [(7, 40), (8, 50), (1 << 53, 60)] {
        let add = EventHeader { aux: id, ..header(kind::ORDER_ADD, 2, [200, 0, 0]) };
        buf.push(add, &[Entry { price: 90, quantity }], &[]);
    }
    rig.replay(&buf);
    let book = rig.core.describe_book(0, 5).unwrap().orders.unwrap();
    let queue: Vec<_> = book.bids[0].queue.iter().map(|[id, n]| (&id[..], &n[..])).collect();
    assert_eq!(book.bids[0].price, "9.0");
    assert_eq!(queue, [("7", "0.040"), ("8", "0.050"), ("9007199254740992", "0.060")]);
    assert!(book.asks.is_empty());
    let mut ask = |kind: u32, instrument: f64, id: f64| {
        rig.ctl.query_kind = f64::from(kind);
        (rig.ctl.query_a, rig.ctl.query_b) = (instrument, id);
        rig.call(|core, mem| core.query(mem));
        rig.ctl.query_value
    };
    let (quantity, orders) = (super::query_kind::QUANTITY_AHEAD, super::query_kind::ORDERS_AHEAD);
    assert_eq!((ask(quantity, 0.0, 7.0), ask(orders, 0.0, 7.0)), (0.0, 0.0));
    assert_eq!((ask(quantity, 0.0, 8.0), ask(orders, 0.0, 8.0)), (40.0, 1.0));
    for (instrument, id) in
        [(0.0, 9.0), (1.0, 7.0), (0.0, -1.0), (0.0, 7.5), (0.0, 9_007_199_254_740_992.0)]
    {
        assert!(ask(quantity, instrument, id).is_nan(), "{instrument} {id}");
    }
}

#[test]
fn levels_are_asked_for_by_price() {
    let mut rig = Rig::new(vec![strategy("s", vec![])]);
    rig.ctl.query_kind = f64::from(super::query_kind::LEVEL);
    rig.ctl.query_b = Side::Ask as u8 as f64;
    rig.ctl.query_c = 101.0;
    rig.call(|core, mem| core.query(mem));
    assert_eq!(rig.ctl.query_value, 5.0);
}
