//! Indicators of recorded bars against TA-Lib 0.8.1 on the same tables.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod import_support;

use flate2::read::GzDecoder;
use import_support::captures::data;
use import_support::{events, run};
use std::io::Read as _;
use tickwright_engine::core::Market;
use tickwright_engine::features::{FeatureEngine, FeatureSet};
use tickwright_engine::instrument::{Directory, Instrument, InstrumentVersion};
use tickwright_engine::{EventHeader, EventRef};
use tickwright_world::import::ImportConfig;

const SET: &str = r#"{"features":[
    {"name":"rsi","feature":"rsi","bars":"recorded"},
    {"name":"ema","feature":"ema","period":200,"bars":"recorded"},
    {"name":"macd","feature":"macd","bars":"recorded"},
    {"name":"signal","feature":"macd","output":"signal","bars":"recorded"},
    {"name":"upper","feature":"bollinger","output":"upper","bars":"recorded"},
    {"name":"lower","feature":"bollinger","output":"lower","bars":"recorded"},
    {"name":"atr","feature":"atr","bars":"recorded"},
    {"name":"adx","feature":"adx","bars":"recorded"},
    {"name":"roc","feature":"roc","bars":"recorded"},
    {"name":"obv","feature":"obv","bars":"recorded"}
]}"#;

/// Table, bars, scale of its prices; the columns of `SET` at the bar in the middle and at the last one.
const KNOWN: [(&str, usize, u8, [[f64; 10]; 2]); 3] = [
    (
        "btcusd_1h_20191120-20250513.csv.gz",
        48024,
        2,
        [
            [
                43.958167555075725,
                24017.033121482233,
                -64.78681235053591,
                -73.27823177621627,
                24115.980624080512,
                23752.573375919448,
                168.83157075662007,
                28.99305301221725,
                -0.0018654382692213623,
                229380.64999999886,
            ],
            [
                55.15187784443436,
                100988.8776672804,
                -128.74181718591717,
                -298.1475928386576,
                103466.95797775507,
                101610.92302224481,
                635.6391830855799,
                16.712112071162757,
                0.011223572827571804,
                610055.9200000039,
            ],
        ],
    ),
    (
        "xauusd_h1.csv.gz",
        57600,
        11,
        [
            [
                74.48649160496007,
                125956.10933229106,
                425.1145920224517,
                332.3959805511271,
                128729.91283924688,
                126736.98716075311,
                301.77198101934823,
                42.372497001916884,
                0.009278576918853629,
                -1631024.0,
            ],
            [
                78.79056239091253,
                191937.2671210693,
                878.9953988716297,
                680.8668730994502,
                197331.52545273813,
                192672.3745472619,
                689.8845845436688,
                30.104631320764163,
                0.012022565430500324,
                -124336.0,
            ],
        ],
    ),
    (
        "btc-perp_1m_20211231-20220201.csv.gz",
        45031,
        3,
        [
            [
                54.736775624468315,
                43038.16351633219,
                53.202401606140484,
                73.24353457607872,
                43337.20716593584,
                43107.29283406416,
                53.84879461443083,
                39.116394021733186,
                -0.0011330003699593044,
                -835111979.0488493,
            ],
            [
                46.666292969556565,
                38522.247329996055,
                -5.401194173726253,
                -1.6948312813867294,
                38592.72381976026,
                38520.17618023974,
                17.49989290517562,
                14.497214914711043,
                -0.0006222775357809583,
                -742948257.2404524,
            ],
        ],
    ),
];

/// Rows after the bar in the middle and after the last one.
fn rows(name: &str, price_scale: u8, bars: usize) -> Option<[Vec<f64>; 2]> {
    let packed = std::fs::read(data().join("ohlcv").join(name)).unwrap();
    let mut text = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut text).unwrap();
    let (report, tape) =
        run(&[(name.to_owned(), text)], &ImportConfig::default(), 1 << 20).unwrap();
    assert_eq!(report.instruments[0].price_scale, price_scale);
    let instrument = Instrument {
        venue: "table".into(),
        symbol: "X".into(),
        price_scale,
        quantity_scale: 0,
        versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true }],
    };
    let mut markets = vec![Market::new(&instrument).unwrap()];
    let directory = Directory { instruments: vec![instrument], sources: Vec::new() };
    let set = FeatureSet::parse(SET.as_bytes()).unwrap();
    let mut engine = FeatureEngine::new(set, &directory, 0).unwrap();
    let mut found = Vec::new();
    for (place, (header, bids, asks)) in events(&tape).into_iter().enumerate() {
        let header = EventHeader { instrument: 0, ..header };
        let event = EventRef { header: &header, bids: &bids, asks: &asks };
        engine.before(header.ts_recv, &markets);
        markets[0].apply(event);
        engine.event(event, header.ts_recv, &markets);
        if place == bars / 2 || place + 1 == bars {
            let (mut values, mut mask) = ([0.0; 10], [0; 10]);
            engine.row(0, header.ts_recv, &markets, &mut values, &mut mask);
            found.push(values.to_vec());
        }
    }
    found.try_into().ok()
}

#[test]
fn indicators_of_recorded_bars_are_those_of_ta_lib() {
    if !data().is_dir() {
        println!("skipped: indicators_of_recorded_bars: no recordings");
        return;
    }
    for (name, bars, scale, known) in KNOWN {
        let found = rows(name, scale, bars).unwrap();
        for (found, known) in found.iter().flatten().zip(known.iter().flatten()) {
            let error = (found - known).abs() / known.abs();
            assert!(error <= 1e-9, "{name}: {found}, not {known}");
        }
    }
}
