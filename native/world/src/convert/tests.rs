//! What is written can be read back by anyone: these readers know nothing of the writers.

use super::*;
use crate::tape::tests::{Rng, assert_same, directory, market, nonsense};
use std::collections::BTreeMap;
use tickwright_engine::event::{Entry, EventBuf, EventHeader, event_flag, kind};
use tickwright_engine::{Directory, decimal};

/// Rows of a CSV file as cells by column.
fn parse(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().unwrap().split(',').map(str::to_owned).collect();
    let row = |line: &str| {
        let cells: Vec<_> = line.split(',').map(str::to_owned).collect();
        assert_eq!(cells.len(), names.len(), "{line}");
        names.iter().cloned().zip(cells).collect()
    };
    lines.map(row).collect()
}

/// A header and its entries on both sides.
type Event = (EventHeader, Vec<Entry>, Vec<Entry>);

struct Reader<'a> {
    directory: &'a Directory,
    events: BTreeMap<u64, Event>,
}

type CsvRow = BTreeMap<String, String>;

fn number<T: std::str::FromStr>(row: &CsvRow, column: &str) -> T {
    row[column].parse().ok().unwrap_or_else(|| panic!("{column}: {}", row[column]))
}

impl Reader<'_> {
    /// Puts an event together from its rows.
    fn row(&mut self, table: Table, row: &CsvRow) {
        let found = self.directory.find(&row["venue"], &row["symbol"]);
        let instrument = found.unwrap();
        let of = &self.directory.instruments[instrument as usize];
        let source = format!("{}/{}/{}", of.venue, of.symbol, row["channel"]);
        let source = self.directory.sources.iter().position(|s| s.name == source).unwrap();
        let mut header = EventHeader {
            ts_recv: number(row, "ts_recv"),
            ts_event: row["ts_event"].parse().unwrap_or(0),
            instrument,
            source: source as u16,
            flags: number(row, "flags"),
            ..EventHeader::default()
        };
        let exact = |column: &str, scale: u8| match table {
            Table::Other => number(row, column),
            _ => decimal::parse(row[column].as_bytes(), scale).unwrap(),
        };
        let entry = |price: &str, quantity: &str| Entry {
            price: exact(price, of.price_scale),
            quantity: exact(quantity, of.quantity_scale),
        };
        let (mut bids, mut asks) = (Vec::new(), Vec::new());
        match table {
            Table::Quotes => {
                header.kind = kind::QUOTE;
                header.w1 = number(row, "id");
                let side = |p: &str, q: &str| (!row[p].is_empty()).then(|| entry(p, q));
                bids.extend(side("bid_price", "bid_quantity"));
                asks.extend(side("ask_price", "ask_quantity"));
            }
            _ => {
                words(table, row, &mut header);
                let of_side = if matches!(row["side"].as_str(), "bid" | "buy" | "unknown") {
                    &mut bids
                } else {
                    &mut asks
                };
                if !row["side"].is_empty() {
                    of_side.push(entry("price", "quantity"));
                }
            }
        }
        let event = self.events.entry(number(row, "event")).or_insert((header, vec![], vec![]));
        assert_eq!(event.0, header, "rows of one event agree");
        event.1.append(&mut bids);
        event.2.append(&mut asks);
    }
}

fn words(table: Table, row: &CsvRow, header: &mut EventHeader) {
    let names = match table {
        Table::Trades => ["first_id", "last_id", "", "trade_id"],
        Table::Depth => ["first_id", "last_id", "previous_id", "checksum"],
        Table::Orders => ["sequence", "taker_order_id", "trade_id", "order_id"],
        Table::Other => ["w0", "w1", "w2", "aux"],
        Table::Liquidations => [""; 4],
        _ => panic!("{}", table.name()),
    };
    let word = |name: &str| if name.is_empty() { 0 } else { number(row, name) };
    [header.w0, header.w1, header.w2, header.aux] = names.map(word);
    header.kind = match table {
        Table::Trades => kind::TRADE,
        Table::Liquidations => kind::LIQUIDATION,
        Table::Depth if row["is_snapshot"] == "false" => kind::DEPTH,
        Table::Depth => kind::SNAPSHOT,
        Table::Other => number(row, "kind"),
        _ => match row["action"].as_str() {
            "add" => kind::ORDER_ADD,
            "modify" => kind::ORDER_MODIFY,
            "cancel" => kind::ORDER_CANCEL,
            _ => kind::ORDER_EXECUTE,
        },
    };
}

/// All files of a conversion, with every header line once.
fn csv(directory: &Directory, events: &EventBuf) -> BTreeMap<String, Vec<u8>> {
    let (names, mut sink) = (Names::new(directory), CsvSink::default());
    let mut files = BTreeMap::<String, Vec<u8>>::new();
    for (ordinal, event) in events.iter().enumerate() {
        rows(&names, ordinal as u64, event, &mut sink).unwrap();
        if ordinal % 100 == 0 || ordinal + 1 == events.len() {
            for Piece { file, mut bytes } in sink.pieces.take() {
                files.entry(file).or_default().append(&mut bytes);
            }
        }
    }
    files
}

fn round_trip(directory: &Directory, events: &EventBuf) {
    let mut reader = Reader { directory, events: BTreeMap::new() };
    for (file, bytes) in csv(directory, events) {
        let table = Table::from_name(file.strip_suffix(".csv").unwrap()).unwrap();
        for row in parse(&bytes) {
            reader.row(table, &row);
        }
    }
    let mut back = EventBuf::new();
    for (ordinal, (at, (header, bids, asks))) in reader.events.iter().enumerate() {
        assert_eq!(ordinal as u64, *at, "no event is missing");
        back.push(*header, bids, asks);
    }
    assert_same(events, &back);
}

#[test]
fn a_market_comes_back_from_csv() {
    round_trip(&directory(3), &market(&mut Rng::new(5), 3, 4_000));
}

#[test]
fn any_event_comes_back_from_csv() {
    for seed in 0..8 {
        let mut events = nonsense(&mut Rng::new(seed), 2, 900);
        for at in 0..events.len() {
            // A time that means nothing is not written.
            let header = events.header_mut(at);
            if header.flags & event_flag::NO_EVENT_TIME != 0 {
                header.ts_event = 0;
            }
        }
        round_trip(&directory(2), &events);
    }
}

fn one(kind: u8, aux: u64, bids: &[Entry]) -> EventBuf {
    let mut events = EventBuf::new();
    events.push(EventHeader { kind, aux, ts_recv: 7, ..EventHeader::default() }, bids, &[]);
    events
}

#[test]
fn values_have_columns_of_their_own() {
    let entry = |price, quantity| Entry { price, quantity };
    let cases = [
        (
            one(kind::MARK, 9, &[entry(123, 1), entry(0, 0), entry(-5, 1)]),
            "marks.csv",
            "0.00000123,,-0.00000005,9",
        ),
        (one(kind::FUNDING, 0, &[entry(-10_000, 1)]), "funding.csv", "-0.00010000,"),
        (one(kind::OPEN_INTEREST, 0, &[entry(0, 1_234)]), "open_interest.csv", "1.234"),
        (one(kind::LIQUIDATION, 0, &[entry(50, 2)]), "liquidations.csv", "buy,0.50,0.002"),
        // Four prices, a volume of two decimals, none of the quote's, a count.
        (
            one(
                kind::BAR,
                0,
                &[[5, 1], [7, 1], [4, 1], [6, 1], [150, 100], [0, 0], [12, 1]]
                    .map(|[price, quantity]| entry(price, quantity)),
            ),
            "bars.csv",
            "0.05,0.07,0.04,0.06,1.50,,12,,,0,0",
        ),
        // Not the shape of its kind: nothing of it is lost.
        (one(kind::FUNDING, 0, &[entry(1, 2)]), "other.csv", "13,0,0,0,0,bid,1,2"),
    ];
    for (events, file, own) in cases {
        let files = csv(&directory(1), &events);
        let text = String::from_utf8(files[file].clone()).unwrap();
        let expected = format!("0,7,0,binance-usdm,SYM0USDT,depth,0,{own}");
        assert_eq!(text.lines().nth(1).unwrap(), expected);
        assert_eq!(files.len(), 1);
    }
}

#[test]
fn words_that_separate_are_quoted() {
    let mut out = Vec::new();
    csv::push_row(&mut out, &[Cell::Word("a,\"b\""), Cell::Word("c"), Cell::Empty]);
    assert_eq!(out, b"\"a,\"\"b\"\"\",c,\n");
}

#[test]
fn decimals_are_those_of_the_engine() {
    let mut rng = Rng::new(3);
    for _ in 0..5_000 {
        let (mantissa, scale) = (rng.hostile() as i64, rng.below(22) as u8);
        let mut out = Vec::new();
        text::push_decimal(&mut out, mantissa, scale);
        assert_eq!(out, decimal::format(mantissa, scale).as_bytes());
    }
}

#[test]
fn columns_share_a_scale_and_refuse_what_does_not_fit() {
    let mut directory = directory(2);
    directory.instruments[1].price_scale = 6;
    let names = Names::new(&directory);
    let scales = Scales::of(&names, |_| true);
    assert_eq!(scales, Scales { price: 6, quantity: 3 });
    assert_eq!(Scales::of(&names, |i| i == 0).price, 2);

    let print = |sink: &mut ColumnSink, price| {
        let events = one(kind::TRADE, 5, &[Entry { price, quantity: 1 }]);
        rows(&names, 0, events.get(0), sink)
    };
    for too_large in [100_000_000_000_000, i64::MAX, i64::MIN] {
        let refused = print(&mut ColumnSink::new(scales), too_large).unwrap_err();
        assert_eq!(refused.code, "E_CONVERT_RANGE");
    }
    let mut sink = ColumnSink::new(scales);
    print(&mut sink, 99_999_999_999_999).unwrap();
    let batch = &sink.take()[0];
    let value = |at: usize| i64::from_le_bytes(batch.bytes[at..at + 8].try_into().unwrap());
    // event, ts_recv, ts_event (with one byte that says so), venue, symbol, channel, flags, side, price
    assert_eq!((value(8), value(16), batch.bytes[24]), (7, 0, 1));
    assert_eq!(value(72), 999_999_999_999_990_000);
    assert_eq!(sink.new_words(), ["binance-usdm", "SYM0USDT", "depth", "buy"]);
    assert!(sink.new_words().is_empty());
}

/// The book that a reader of `incremental_book_L2` keeps, by side and price.
#[derive(Default)]
struct Book {
    levels: BTreeMap<(String, String), String>,
    in_snapshot: bool,
}

impl Book {
    fn row(&mut self, row: &CsvRow) {
        let snapshot = row["is_snapshot"] == "true";
        if snapshot && !self.in_snapshot {
            self.levels.clear();
        }
        self.in_snapshot = snapshot;
        let key = (row["side"].clone(), row["price"].clone());
        if row["amount"].bytes().all(|b| matches!(b, b'0' | b'.')) {
            self.levels.remove(&key);
        } else {
            self.levels.insert(key, row["amount"].clone());
        }
    }
}

#[test]
fn a_reader_of_tardis_files_has_the_same_book() {
    let directory = directory(1);
    let mut rng = Rng::new(11);
    let (mut events, mut truth) = (EventBuf::new(), BTreeMap::new());
    let mut sink = TardisSink::new(Names::new(&directory));
    for at in 0..400 {
        let snapshot = at == 0 || rng.below(4) == 0;
        let mut side = |base: i64| {
            let n = 1 + rng.below(5);
            let level = |_| Entry {
                price: base + rng.below(9) as i64,
                quantity: rng.below(3) as i64 + i64::from(snapshot),
            };
            let mut levels: Vec<_> = (0..n).map(level).collect();
            levels.sort_by_key(|e| e.price);
            levels.dedup_by_key(|e| e.price);
            levels
        };
        let (bids, asks) = (side(100), side(200));
        if snapshot {
            truth.clear();
        }
        for (name, entries) in [("bid", &bids), ("ask", &asks)] {
            for e in entries {
                let key = (name.to_owned(), decimal::format(e.price, 2));
                truth.remove(&key);
                if e.quantity > 0 {
                    truth.insert(key, decimal::format(e.quantity, 3));
                }
            }
        }
        let kind = if snapshot { kind::SNAPSHOT } else { kind::DEPTH };
        let ts_recv = 1_700_000_000_000_000_000 + at * 1_000;
        events.push(EventHeader { kind, ts_recv, ..EventHeader::default() }, &bids, &asks);
        sink.event(events.get(at as usize));
    }
    let pieces = sink.pieces.take();
    assert_eq!(pieces.len(), 1);
    let mut book = Book::default();
    parse(&pieces[0].bytes).iter().for_each(|row| book.row(row));
    assert_eq!(book.levels, truth);
    assert_eq!((sink.left_out().count(), sink.cut_times), (0, 0));
}

#[test]
fn what_tardis_files_have_no_place_for_is_counted() {
    let mut sink = TardisSink::new(Names::new(&directory(1)));
    let level = [Entry { price: 1, quantity: 1 }];
    let mut events = EventBuf::new();
    let mut add = |kind, flags, bids: &[Entry]| {
        events.push(EventHeader { kind, flags, ..EventHeader::default() }, bids, &[]);
    };
    add(kind::SNAPSHOT, event_flag::PARTIAL, &level);
    add(kind::SNAPSHOT, 0, &[]);
    add(kind::ORDER_ADD, 0, &level);
    add(kind::RESET, 0, &[]);
    add(kind::TRADE, 0, &level);
    events.header_mut(4).ts_recv = 1_999;
    events.iter().for_each(|event| sink.event(event));
    assert_eq!(sink.cut_times, 1);
    let left: Vec<_> = sink.left_out().collect();
    let expected =
        [("partial books", 1), ("orders", 1), ("resets", 1), ("books without a level", 1)];
    assert_eq!(left, expected);
    assert_eq!(sink.pieces.rows().collect::<Vec<_>>().len(), 1, "the trade alone");
}
