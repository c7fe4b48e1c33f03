//! Features of book and trades over a real recording: against slow sums, within their bounds, and across
//! saves.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod recordings;

use recordings::{folder, instrument, lines, unpack};
use std::collections::VecDeque;
use tickwright_engine::book::{Book, Side};
use tickwright_engine::core::Market;
use tickwright_engine::features::{FeatureEngine, FeatureSet, MAX_ROW};
use tickwright_engine::schema::kind;
use tickwright_engine::state::{StateReader, StateWriter};
use tickwright_engine::venue::binance::scale::ScaleScan;
use tickwright_engine::venue::{Feed, Venue};
use tickwright_engine::{Directory, Entry, EventBuf, EventRef};

const SET: &str = r#"{"features":[
    {"name":"mid","feature":"mid"},
    {"name":"weightedMid","feature":"weighted_mid"},
    {"name":"ofi","feature":"ofi","window":100},
    {"name":"tfi","feature":"tfi","window":50},
    {"name":"near","feature":"depth","bps":3},
    {"name":"bps","feature":"spread","output":"bps"},
    {"name":"weighted","feature":"weighted_obi","weight":"distance","delta":5},
    {"name":"deep","feature":"mlofi","window":"2s","output":"ofi10"},
    {"name":"touch","feature":"mlofi","window":"2s"},
    {"name":"joined","feature":"integrated_ofi","window":50,"weights":[4,3,2,1]},
    {"name":"adds","feature":"queue_rates","window":"2s"},
    {"name":"slope","feature":"depth_slope"},
    {"name":"age","feature":"quote_age"},
    {"name":"speed","feature":"trade_intensity","window":"10s"},
    {"name":"vpin","feature":"vpin","bucket":"5","buckets":20},
    {"name":"bulk","feature":"vpin","bucket":"5","buckets":20,"sides":"bulk"},
    {"name":"kyle","feature":"kyle_lambda","window":100,"every":"1s"},
    {"name":"share","feature":"realised_variation","of":["mid"],"every":"1s","window":60,"output":"jump_share"},
    {"name":"amihud","feature":"amihud","bars":"1s"},
    {"name":"run","feature":"last_trade","output":"run"}
]}"#;

/// Sums by their definition, sample by sample.
#[derive(Default)]
struct Slow {
    touch: Option<(Entry, Entry)>,
    flows: VecDeque<i64>,
    trades: VecDeque<(i64, i64)>,
}

impl Slow {
    fn event(&mut self, event: EventRef<'_>, market: &Market) {
        match event.header.kind {
            kind::TRADE => {
                let buy = event.bids.first();
                let entry = buy.or(event.asks.first()).unwrap();
                let sign = if buy.is_some() { 1 } else { -1 };
                self.trades.push_back((sign * entry.quantity, entry.quantity));
                if self.trades.len() > 50 {
                    self.trades.pop_front();
                }
            }
            kind::SNAPSHOT => {
                self.flows.clear();
                self.touch = market.bid.zip(market.ask);
            }
            kind::DEPTH if market.joined => self.depth(market.bid.unwrap(), market.ask.unwrap()),
            _ => {}
        }
    }

    fn depth(&mut self, bid: Entry, ask: Entry) {
        let (bid0, ask0) = self.touch.replace((bid, ask)).unwrap();
        let when = |is: bool, quantity: i64| if is { quantity } else { 0 };
        self.flows.push_back(
            when(bid.price >= bid0.price, bid.quantity)
                - when(bid.price <= bid0.price, bid0.quantity)
                - when(ask.price <= ask0.price, ask.quantity)
                + when(ask.price >= ask0.price, ask0.quantity),
        );
        if self.flows.len() > 100 {
            self.flows.pop_front();
        }
    }

    fn order_flow(&self, unit: f64) -> f64 {
        let sum: i64 = self.flows.iter().sum();
        if self.flows.len() < 100 { f64::NAN } else { sum as f64 / unit }
    }

    fn trade_flow(&self) -> f64 {
        let signed: i64 = self.trades.iter().map(|t| t.0).sum();
        let all: i64 = self.trades.iter().map(|t| t.1).sum();
        if self.trades.len() < 50 { f64::NAN } else { signed as f64 / all as f64 }
    }
}

/// Quantity of bids within 3 basis points of the mid.
fn near_bids(market: &Market, unit: f64) -> f64 {
    let (bid, ask) = (market.bid.unwrap(), market.ask.unwrap());
    let middle = i128::from(bid.price) + i128::from(ask.price);
    let mut sum = 0_i128;
    market.book.for_each(Side::Bid, &mut |level| {
        if (middle - 2 * i128::from(level.price)) * 10_000 <= middle * 3 {
            sum += i128::from(level.quantity);
        }
    });
    sum as f64 / unit
}

fn assert_bounds(row: &[f64], market: &Market, price_unit: f64) {
    let [mid, weighted_mid, .., vpin, bulk, _, share, _, _] = row[..] else { panic!("{row:?}") };
    let (bid, ask) = (market.bid.unwrap().price as f64, market.ask.unwrap().price as f64);
    assert!(bid / price_unit < mid && mid < ask / price_unit);
    assert!(bid / price_unit <= weighted_mid && weighted_mid <= ask / price_unit);
    for part in [row[3].abs(), row[6].abs(), vpin, bulk, share] {
        assert!(part.is_nan() || (0.0..=1.0).contains(&part), "{row:?}");
    }
    for positive in [row[4], row[5], row[11]] {
        assert!(positive > 0.0, "{row:?}");
    }
    // Outputs of one kernel are warm together.
    assert!(row[7].is_nan() == row[8].is_nan() && !(row[10] < 0.0 || row[12] < 0.0));
}

#[test]
fn a_recording_of_futures_gives_the_slow_sums() {
    let Some(folder) = folder("a_recording_of_futures_gives_the_slow_sums") else { return };
    let bytes = unpack(&folder.join("binance-ws-20240808/usdm_btcusdt_20240808.gz"));
    let mut scales = ScaleScan::new();
    for (_, frame) in lines(&bytes, 1) {
        scales.add_frame(frame, Some("BTCUSDT")).unwrap();
    }
    let found = scales.scales("BTCUSDT").unwrap();
    let of = instrument(Venue::BinanceUsdm, "BTCUSDT", found.price_scale, found.quantity_scale);
    let mut directory = Directory { instruments: vec![of], sources: Vec::new() };
    let mut feed = Feed::new(Venue::BinanceUsdm, &mut directory);
    let unit = |scale: u8| (0..scale).fold(1.0, |unit, _| unit * 10.0);
    let (price, quantity) = (unit(found.price_scale), unit(found.quantity_scale));
    let set = FeatureSet::parse(SET.as_bytes()).unwrap();
    let fresh = || FeatureEngine::new(set.clone(), &directory, 0).unwrap();
    let mut engine = fresh();
    let mut markets = vec![Market::new(&directory.instruments[0]).unwrap()];
    let (mut slow, mut rows, mut out) = (Slow::default(), 0, EventBuf::new());
    let (mut values, mut mask) = ([0.0; MAX_ROW], [0; MAX_ROW]);
    for (stamp, frame) in lines(&bytes, 1) {
        out.clear();
        if frame.starts_with(b"{\"lastUpdateId\"") {
            feed.snapshot(0, frame, stamp, &mut out).unwrap();
        } else {
            feed.frame(frame, stamp, &mut out).unwrap();
        }
        for event in out.iter() {
            engine.before(stamp, &markets);
            markets[0].apply(event);
            engine.event(event, stamp, &markets);
            slow.event(event, &markets[0]);
            if event.header.kind != kind::DEPTH || !markets[0].joined {
                continue;
            }
            rows += 1;
            if rows % 997 == 0 {
                let mut w = StateWriter::new();
                engine.save(&mut w);
                engine = fresh();
                engine.restore(&mut StateReader::new(w.as_bytes()), &markets).unwrap();
            }
            let count = engine.row(0, stamp, &markets, &mut values, &mut mask);
            let row = &values[..count];
            let expected =
                [slow.order_flow(quantity), slow.trade_flow(), near_bids(&markets[0], quantity)];
            for (found, expected) in row[2..5].iter().zip(expected) {
                assert!(
                    found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan()
                );
            }
            assert_bounds(row, &markets[0], price);
        }
    }
    assert_eq!(rows, 6_547);
    assert!(mask[..20].iter().all(|known| *known == 1), "{:?}", &values[..20]);
}
