//! Tables of any bytes, as every format and as what they seem to be: the same tape however they are cut.

use super::expect_code;
use super::import::import;
use tickwright_world::import::{Format, ImportConfig, RowFormat, RowOptions};
use tickwright_world::tape::TapeIndex;

/// Maps that a table is read by, where it is read by one.
const MAPS: [(&str, &str); 4] = [
    ("trade", "time=1,price=2,size=3"),
    ("quote", "time=1,bid=2,bid_size=3,ask=4,ask_size=5"),
    ("bar", "time=1,open=2,high=3,low=4,close=5,volume=6"),
    ("depth", "time=1,side=2,price=3,size=4"),
];

/// The first byte says as what the rest is read.
pub fn run(data: &[u8]) {
    let Some((&choice, table)) = data.split_first() else { return };
    let config = config(usize::from(choice));
    let whole = import(table, table.len().max(1), &config);
    let parts = import(table, 777, &config);
    match (&whole, &parts) {
        (Ok(a), Ok(b)) => assert!(a == b, "the tape depends on how the file was cut"),
        (Err(a), Err(b)) => assert_eq!((a.code, &a.at), (b.code, &b.at)),
        _ => panic!("{:?} in one go, {:?} in parts", whole.err(), parts.err()),
    }
    match whole {
        Ok(tape) => assert!(TapeIndex::open(&tape).is_ok_and(|index| index.finished)),
        Err(error) => expect_code(&error, &["E_"]),
    }
}

fn config(choice: usize) -> ImportConfig {
    let mut config = ImportConfig::default();
    config.repairs.sort = choice & 0x40 != 0;
    config.repairs.drop_duplicates = choice & 0x80 != 0;
    let choice = choice & 0x3f;
    config.rows = RowOptions { symbol: Some("X".to_owned()), ..RowOptions::default() };
    if let Some(&format) = RowFormat::ALL.get(choice) {
        config.format = Some(Format::Rows(format));
        config.rows.date = Some("2013-10-08".to_owned());
    } else if let Some((kind, map)) = MAPS.get(choice - RowFormat::ALL.len()) {
        config.rows.kind = Some((*kind).to_owned());
        config.rows.columns = Some((*map).to_owned());
        config.rows.interval = Some("1m".to_owned());
        config.rows.time_unit = Some(["s", "ms", "us", "ns"][choice % 4].to_owned());
    }
    config
}
