//! Each kind of message to its event; what is refused, ignored, counted as drift.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use tickwright_engine::schema::{event_flag as flag, kind};
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::venue::wire::MAX_FRAME;
use tickwright_engine::venue::{Drift, DriftChange, Feed, Outcome, Venue};
use tickwright_engine::{
    Directory, Entry, EventBuf, EventHeader, FrameError, Instrument, InstrumentVersion,
};

const RECEIVED: i64 = 77;

struct Bench {
    feed: Feed,
    directory: Directory,
    out: EventBuf,
}

impl Bench {
    fn new(venue: Venue) -> Self {
        let of = |symbol: &str| Instrument {
            venue: venue.name().into(),
            symbol: symbol.into(),
            price_scale: 2,
            quantity_scale: 3,
            versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: false }],
        };
        let instruments = ["BTCUSDT", "BTCUSD_PERP", "这是测试币456"].map(of).to_vec();
        let mut directory = Directory { instruments, sources: Vec::new() };
        let feed = Feed::new(venue, &mut directory);
        Self { feed, directory, out: EventBuf::new() }
    }

    fn try_frame(&mut self, text: &str) -> Result<Outcome, FrameError> {
        self.out.clear();
        let taken = self.feed.frame(text.as_bytes(), RECEIVED, &mut self.out);
        assert!(taken.is_ok() || self.out.is_empty());
        taken
    }

    fn frame(&mut self, text: &str) -> Outcome {
        self.try_frame(text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }

    fn code(&mut self, text: &str) -> (&'static str, u32, &'static str) {
        let error = self.try_frame(text).expect_err(text);
        (error.code, error.offset, error.what)
    }

    fn one(&mut self, text: &str) -> (EventHeader, Vec<Entry>, Vec<Entry>) {
        assert_eq!(self.frame(text), Outcome::Events, "{text}");
        assert_eq!(self.out.len(), 1);
        let event = self.out.get(0);
        assert_eq!(event.header.ts_recv, RECEIVED);
        (*event.header, event.bids.to_vec(), event.asks.to_vec())
    }

    fn source(&self, header: &EventHeader) -> &str {
        &self.directory.sources[header.source as usize].name
    }
}

const fn entry(price: i64, quantity: i64) -> Entry {
    Entry { price, quantity }
}

#[test]
fn trades_stand_on_the_side_of_the_aggressor() {
    let mut b = Bench::new(Venue::Binance);
    let sold = r#"{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":7,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}"#;
    let (header, bids, asks) = b.one(sold);
    assert_eq!((bids, asks), (vec![], vec![entry(6_183_763, 20)]));
    assert_eq!((header.kind, header.ts_event), (kind::TRADE, 1_723_161_255_342_000_000));
    let ids = (header.w0, header.w1, header.w2, header.aux, header.flags);
    assert_eq!(ids, (7, 7, 0, 7, 0));
    assert_eq!(b.source(&header), "binance/BTCUSDT/trade");
    let bought = sold.replace(r#""t":7"#, r#""t":9"#).replace(r#""m":true"#, r#""m":false"#);
    assert_eq!(b.one(&bought).1, [entry(6_183_763, 20)]);
    assert_eq!(b.frame(&bought), Outcome::Duplicate);
    assert_eq!(b.frame(sold), Outcome::Stale);
    let c = b.feed.counters(0);
    let seen = (c.trade_gaps, c.trades_missing, c.duplicates, c.out_of_order);
    assert_eq!(seen, (1, 1, 1, 1));
}

#[test]
fn aggregates_carry_their_range_and_off_book_prints_their_flag() {
    let mut b = Bench::new(Venue::BinanceUsdm);
    let (header, bids, _) = b.one(
        r#"{"e":"aggTrade","E":123456789,"a":50,"s":"BTCUSDT","p":"0.01","q":"100","f":100,"l":105,"T":123456785,"m":false,"st":1}"#,
    );
    assert_eq!((header.w0, header.w1, header.aux), (100, 105, 50));
    assert_eq!((header.flags, bids), (flag::AGGREGATE, vec![entry(1, 100_000)]));
    assert_eq!(b.source(&header), "binance-usdm/BTCUSDT/aggTrade");
    let print = |id: u32, x: &str| {
        format!(
            r#"{{"e":"trade","E":2,"T":1,"s":"BTCUSDT","t":{id},"p":"0.01","q":"1",{x}"m":true}}"#
        )
    };
    for (id, execution) in ["INSURANCE_FUND", "ADL", "NA", "NEW_WORD"].iter().enumerate() {
        let frame = print(id as u32, &format!(r#""X":"{execution}","#));
        assert_eq!(b.one(&frame).0.flags, flag::OFF_BOOK, "{execution}");
    }
    assert_eq!(b.one(&print(10, r#""X":"MARKET","#)).0.flags, 0);
    assert_eq!(b.one(&print(11, "")).0.flags, 0);
}

#[test]
fn quotes_have_a_time_on_futures_alone() {
    let quote = r#""s":"BTCUSDT","b":"1.50","B":"2","a":"1.60","A":"0.001""#;
    let mut spot = Bench::new(Venue::Binance);
    let (header, bids, asks) = spot.one(&format!(r#"{{"u":400,{quote}}}"#));
    assert_eq!((header.kind, header.w1, header.ts_event), (kind::QUOTE, 400, 0));
    assert_eq!(header.flags, flag::NO_EVENT_TIME);
    assert_eq!((bids, asks), (vec![entry(150, 2_000)], vec![entry(160, 1)]));
    let mut futures = Bench::new(Venue::BinanceUsdm);
    let time = r#""E":1568014460893,"T":1568014460891"#;
    let (header, ..) = futures
        .one(&format!(r#"{{"e":"bookTicker","u":400,{time},{quote},"st":1,"ps":"BTCUSDT"}}"#));
    assert_eq!((header.flags, header.ts_event), (0, 1_568_014_460_891_000_000));
    // Quotes step back and repeat as they like: the proof deals with it.
    assert_eq!(spot.frame(&format!(r#"{{"u":399,{quote}}}"#)), Outcome::Events);
}

#[test]
fn partial_depth_is_known_by_its_stream() {
    let spot = r#"{"stream":"btcusdt@depth5@100ms","data":{"lastUpdateId":160,"bids":[["0.02","10"]],"asks":[["0.03","100"],["0.04","1"]]}}"#;
    let mut b = Bench::new(Venue::Binance);
    let (header, bids, asks) = b.one(spot);
    assert_eq!((header.kind, header.w1), (kind::SNAPSHOT, 160));
    assert_eq!(header.flags, flag::PARTIAL | flag::NO_EVENT_TIME);
    assert_eq!((bids.len(), asks.len()), (1, 2));
    assert_eq!(b.source(&header), "binance/BTCUSDT/partial");
    assert!(b.feed.wants_snapshot(0));
    let futures = r#"{"stream":"btcusdt@depth10","data":{"e":"depthUpdate","E":5,"T":4,"s":"BTCUSDT","U":1,"u":9,"pu":0,"b":[["1","1"]],"a":[]}}"#;
    let mut b = Bench::new(Venue::BinanceUsdm);
    let (header, ..) = b.one(futures);
    let seen = (header.kind, header.w1, header.flags, header.ts_event);
    assert_eq!(seen, (kind::SNAPSHOT, 9, flag::PARTIAL, 4_000_000));
    assert!(b.feed.wants_snapshot(0));
    let other = futures.replace("depth10", "rpiDepth@500ms");
    assert_eq!(b.frame(&other), Outcome::Ignored("other depth stream"));
}

#[test]
fn marks_bring_their_funding_rate_along() {
    let mut b = Bench::new(Venue::BinanceUsdm);
    let mark = r#"{"e":"markPriceUpdate","E":1562305380000,"s":"BTCUSDT","p":"11794.15000000","i":"11784.62659091","P":"11784.25641265","r":"-0.00038167","T":1562306400000}"#;
    assert_eq!(b.frame(mark), Outcome::Events);
    let [mark, rate] = [b.out.get(0), b.out.get(1)];
    assert_eq!((mark.header.kind, rate.header.kind), (kind::MARK, kind::FUNDING));
    let prices = [1_179_415_000_000, 1_178_462_659_091, 1_178_425_641_265].map(|p| entry(p, 1));
    assert_eq!((mark.bids, mark.asks.len()), (&prices[..], 0));
    assert_eq!(rate.bids, [entry(-38_167, 1)]);
    for header in [mark.header, rate.header] {
        assert_eq!(header.ts_event, 1_562_305_380_000_000_000);
        assert_eq!((header.aux, header.flags), (1_562_306_400_000_000_000, 0));
        assert_eq!(b.source(header), "binance-usdm/BTCUSDT/mark");
    }
    // Delivery contracts: no index, an empty rate, no next time.
    let mut b = Bench::new(Venue::BinanceCoinm);
    let (header, bids, _) = b.one(
        r#"{"e":"markPriceUpdate","E":1,"s":"BTCUSD_PERP","p":"9501.15723333","P":"9429.39675","r":"","T":0}"#,
    );
    assert_eq!(header.aux, 0);
    let prices = [entry(950_115_723_333, 1), entry(0, 0), entry(942_939_675_000, 1)];
    assert_eq!(bids, prices);
}

#[test]
fn lists_are_many_messages_and_strangers_in_them_are_skipped() {
    let mark = |symbol: &str| format!(r#"{{"e":"markPriceUpdate","E":1,"s":"{symbol}","p":"1"}}"#);
    let list = format!("[{},{},{}]", mark("ETHUSDT"), mark("BTCUSDT"), mark("BTCUSD_PERP"));
    let mut b = Bench::new(Venue::BinanceUsdm);
    let combined = format!(r#"{{"stream":"!markPrice@arr","data":{list}}}"#);
    for frame in [list.clone(), combined] {
        assert_eq!(b.frame(&frame), Outcome::Events);
        let instruments: Vec<u32> = b.out.iter().map(|e| e.header.instrument).collect();
        assert_eq!(instruments, [0, 1]);
    }
    assert_eq!(b.frame("[]"), Outcome::Ignored("empty list"));
    // All or nothing.
    let broken = list.replace(r#""s":"BTCUSD_PERP","p":"1""#, r#""s":"BTCUSD_PERP""#);
    assert_eq!(b.code(&broken).0, "E_FRAME_SCHEMA");
    let depth = r#"{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":1,"pu":0,"b":[],"a":[]}"#;
    assert_eq!(b.code(&format!("[{depth}]")).2, "a message of its own");
    assert_eq!(b.frame(depth), Outcome::Buffered);
    let quote = r#"{"stream":"!bookTicker","data":{"e":"bookTicker","u":1,"s":"XRPUSDT","b":"1","B":"1","a":"2","A":"1","T":1,"E":1}}"#;
    assert_eq!(b.frame(quote), Outcome::Ignored("another instrument"));
    assert_eq!(b.code(&quote.replace("!book", "xrpusdt@book")).0, "E_SYMBOL");
}

#[test]
fn forced_orders_stand_on_their_own_side() {
    let frame = r#"{"e":"forceOrder","E":1568014460893,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"0.014","p":"9910.00000000","ap":"9910.12345678","X":"FILLED","l":"0.014","z":"0.014","T":1568014460890}}"#;
    let mut b = Bench::new(Venue::BinanceUsdm);
    let (header, bids, asks) = b.one(frame);
    assert_eq!((bids.len(), asks), (0, vec![entry(991_000, 14)]));
    assert_eq!((header.kind, header.ts_event), (kind::LIQUIDATION, 1_568_014_460_890_000_000));
    assert_eq!(b.one(&frame.replace("SELL", "BUY")).1, [entry(991_000, 14)]);
    assert_eq!(b.code(&frame.replace("SELL", "HOLD")).2, "BUY or SELL");
    assert_eq!(b.code(r#"{"e":"forceOrder","E":1,"o":7}"#), ("E_FRAME_SCHEMA", 28, "o"));
    let mut spot = Bench::new(Venue::Binance);
    assert_eq!(spot.frame(frame), Outcome::Ignored("a stream of futures"));
}

#[test]
fn what_is_no_market_data_is_named() {
    let mut b = Bench::new(Venue::Binance);
    let cases = [
        (r#"{"result":null,"id":1}"#, Outcome::Control("reply")),
        (r#"{"id":"a","status":200,"result":{}}"#, Outcome::Control("reply")),
        (r#"{"error":{"code":2,"msg":"Invalid request"},"id":1}"#, Outcome::Control("error")),
        (r#"{"code":0,"msg":"Unknown property"}"#, Outcome::Control("error")),
        (r#"{"e":"serverShutdown","E":1770123456789}"#, Outcome::Control("serverShutdown")),
        (r#"{"e":"kline","E":1,"s":"BTCUSDT","k":{"t":1}}"#, Outcome::Ignored("kline")),
        (r#"{"e":"24hrTicker","E":1,"s":"BTCUSDT"}"#, Outcome::Ignored("24hrTicker")),
        (r#"{"e":"novelty","E":1}"#, Outcome::Ignored("unknown event")),
        (r#"{"e":"novelty","E":2}"#, Outcome::Ignored("unknown event")),
        ("{}", Outcome::Ignored("unknown")),
    ];
    for (frame, outcome) in cases {
        assert_eq!(b.frame(frame), outcome, "{frame}");
    }
    let drift = b.feed.drift();
    assert_eq!((drift.len(), drift[0].count, drift[0].field.as_str()), (1, 2, "novelty"));
    assert_eq!((drift[0].message.as_str(), drift[0].change), ("other", DriftChange::UnknownEvent));
    b.feed.set_strict(true);
    assert_eq!(b.code(r#"{"e":"novelty","E":3}"#), ("E_FRAME_DRIFT", 6, "a known event type"));
}

#[test]
fn refusals_say_what_and_where() {
    let quote = r#"{"u":400,"s":"BTCUSDT","b":"1.50","B":"2","a":"1.60","A":"0.001"}"#;
    let mut b = Bench::new(Venue::Binance);
    let mut check = |from: &str, to: &str, expected: (&'static str, u32, &'static str)| {
        assert_eq!(b.code(&quote.replace(from, to)), expected, "{to}");
    };
    check("1.50", "1.501", ("E_SCALE", 28, "no more decimals than the scale"));
    check("1.50", "1.5x", ("E_NUMBER", 31, "the end of a decimal"));
    check("1.50", "-1.5", ("E_NUMBER", 28, "no negative value"));
    check("1.50", "+1.5", ("E_NUMBER", 28, "a digit"));
    check("\"1.50\"", "null", ("E_FRAME_SCHEMA", 27, "b"));
    check("400", "-1", ("E_NUMBER", 5, "an unsigned integer of 64 bits"));
    check("400", "18446744073709551616", ("E_NUMBER", 24, "an unsigned integer of 64 bits"));
    check("400", "[]", ("E_FRAME_SCHEMA", 5, "u"));
    check("BTCUSDT", "NOTHING", ("E_SYMBOL", 14, "an instrument that is followed"));
    check("\"s\"", "\"u\"", ("E_FRAME_DUPKEY", 10, "each name once"));
    check("0.001\"}", "0.001\"", ("E_FRAME_PARSE", 64, "a comma or the end of an object"));
    check("0.001\"}", "0.001\"}x", ("E_FRAME_PARSE", 65, "the end of the frame"));
    check(quote, "7", ("E_FRAME_SCHEMA", 0, "an object or a list"));
    check(quote, "", ("E_FRAME_PARSE", 0, "a value"));
    let body = r#"{"lastUpdateId":1,"bids":[],"asks":[]}"#;
    check(quote, body, ("E_SYMBOL", 0, "an instrument that is followed"));
    assert_eq!(b.feed.counters(0).refused, 8);
    assert_eq!(b.feed.refused_unnamed(), 7);
    let error = b.feed.frame(b"{\"u\":\"\xff\"}", 0, &mut b.out).unwrap_err();
    assert_eq!((error.code, error.offset), ("E_FRAME_UTF8", 6));
    let error = b.feed.frame(&vec![b' '; MAX_FRAME + 1], 0, &mut b.out).unwrap_err();
    assert_eq!(error.code, "E_FRAME_TOO_LARGE");
}

#[test]
fn levels_are_checked() {
    let mut b = Bench::new(Venue::Binance);
    let depth = |bids: &str| {
        format!(r#"{{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":{bids},"a":[]}}"#)
    };
    for bids in ["7", "{}", "[1]", "[[]]", r#"[["1"]]"#, r#"["1","2"]"#] {
        assert_eq!(b.code(&depth(bids)).2, "a list of [price, quantity]", "{bids}");
    }
    assert_eq!(b.code(&depth(r#"[["0","1"]]"#)).2, "a price above 0");
    assert_eq!(b.code(&depth(r#"[["-1","1"]]"#)).2, "a price above 0");
    assert_eq!(b.code(&depth(r#"[["1","-1"]]"#)).2, "no negative quantity");
    assert_eq!(b.code(&depth(r#"[["1",null]]"#)), ("E_FRAME_SCHEMA", 61, "a quantity"));
    assert_eq!(b.code(&depth("[]").replace(r#""U":1"#, r#""U":3"#)).2, "U not above u");
    assert_eq!(b.frame(&depth(r#"[["1","1",[]],["1e1","0.1e1","x",{}]]"#)), Outcome::Buffered);
}

#[test]
fn any_spelling_gives_the_same_event() {
    let canonical = r#"{"stream":"btcusdt@bookTicker","data":{"u":400,"s":"BTCUSDT","b":"1.50","B":"2","a":"1.60","A":"0.001"}}"#;
    let mut b = Bench::new(Venue::Binance);
    let expected = b.one(canonical);
    let spellings = [
        r#" { "data" : { "A" : "0.001" , "a" : "1.60", "B":"2","b":"1.50","s":"BTCUSDT","u":400 } , "stream":"btcusdt@bookTicker" } "#,
        r#"{"u":400,"s":"BTCUSDT","b":"1.5","B":"2.000","a":"1.6000","A":"1e-3"}"#,
        r#"{"\u0075":400,"s":"BTC\u0055SDT","b":"1.5\u0030","B":2,"a":1.6,"A":0.001}"#,
        r#"{"u":"400","s":"BTCUSDT","b":"1.50","B":"2","a":"1.60","A":"0.001","new":[{"deep":[]}]}"#,
    ];
    for spelling in spellings {
        assert_eq!(b.one(spelling), expected, "{spelling}");
    }
    let (header, ..) = b.one(r#"{"u":1,"s":"这是测试币456","b":"1","B":"1","a":"2","A":"1"}"#);
    assert_eq!(header.instrument, 2);
    let partial =
        r#"{"stream":"这是测试币456@depth5","data":{"lastUpdateId":1,"bids":[],"asks":[]}}"#;
    assert_eq!(b.one(partial).0.instrument, 2);
    let micro = r#"{"e":"trade","E":1723161255343123,"s":"BTCUSDT","t":7,"p":"1","q":"1","T":1723161255342123,"m":true,"M":true}"#;
    assert_eq!(b.one(micro).0.ts_event, 1_723_161_255_342_123_000);
}

#[test]
fn drift_is_told_against_the_first_message_of_a_stream() {
    let mut b = Bench::new(Venue::BinanceUsdm);
    let trade = |id: u32, more: &str| {
        format!(
            r#"{{"e":"trade","E":2,"T":1,"s":"BTCUSDT","t":{id},"p":"1","q":"1",{more}"m":true}}"#
        )
    };
    b.frame(&trade(1, r#""X":"MARKET","#));
    b.frame(&trade(2, r#""X":"MARKET","#));
    assert_eq!(b.feed.drift(), []);
    b.frame(&trade(3, r#""X":"MARKET","st":1,"zz":[],"#));
    b.frame(&trade(4, r#""X":7,"st":1,"#));
    b.frame(&trade(5, ""));
    let drift = |field: &str, change, count| Drift {
        message: "trade".into(),
        field: field.into(),
        change,
        count,
        first_ts_recv: RECEIVED,
    };
    let expected = [
        drift("st", DriftChange::Appeared, 2),
        drift("zz", DriftChange::Appeared, 1),
        drift("X", DriftChange::Type, 1),
        drift("X", DriftChange::Vanished, 1),
    ];
    assert_eq!(b.feed.drift(), expected);
    // Strict: refused, and the id is not used up.
    b.feed.set_strict(true);
    assert_eq!(b.code(&trade(6, "")).0, "E_FRAME_DRIFT");
    assert_eq!(b.frame(&trade(6, r#""X":"MARKET","#)), Outcome::Events);
    assert_eq!(b.feed.counters(0).trade_gaps, 0);
    // Numbers for text, in levels too.
    b.feed.set_strict(false);
    let depth = r#"{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":1,"pu":0,"b":[["1","1"]],"a":[]}"#;
    b.frame(depth);
    b.frame(&depth.replace(r#"["1","1"]"#, "[1,1]"));
    let last = b.feed.drift().last().unwrap();
    assert_eq!((last.message.as_str(), last.field.as_str()), ("depth", "b"));
    assert_eq!(last.change, DriftChange::Type);
}

#[test]
fn state_moves_to_a_feed_of_the_same_instruments_alone() {
    let mut b = Bench::new(Venue::BinanceUsdm);
    b.frame(r#"{"e":"novelty"}"#);
    b.frame(
        r#"{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":1,"pu":0,"b":[],"a":[],"q1":1}"#,
    );
    let mut w = StateWriter::new();
    b.feed.save(&mut w);
    let bytes = w.into_bytes();
    let mut same = Bench::new(Venue::BinanceUsdm);
    same.feed.restore(&mut StateReader::new(&bytes)).unwrap();
    let mut again = StateWriter::new();
    same.feed.save(&mut again);
    assert_eq!(again.as_bytes(), bytes);
    let mut other = Bench::new(Venue::BinanceCoinm);
    let error = other.feed.restore(&mut StateReader::new(&bytes)).unwrap_err();
    assert_eq!(error.code, "E_STATE");
    for length in 0..bytes.len() {
        let mut cut = Bench::new(Venue::BinanceUsdm);
        let error = cut.feed.restore(&mut StateReader::new(&bytes[..length])).unwrap_err();
        assert_eq!(error.code, "E_STATE");
    }
}
