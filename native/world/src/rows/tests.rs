#![allow(clippy::unwrap_used)]

use super::*;
use crate::generator::{Generator, GeneratorConfig};
use crate::tape::{BlockDecoder, TapeIndex, TapeMeta, TapeWriter};
use tickwright_engine::core::{Batch, Cursor};
use tickwright_engine::features::FeatureSet;

/// A generated market on a tape of small blocks.
pub(crate) struct Tape {
    pub index: TapeIndex,
    bytes: Vec<u8>,
}

impl Tape {
    pub fn generated(seed: u64, seconds: u32) -> Self {
        let config = GeneratorConfig::new(seed, seconds)
            .with_symbols("binance-usdm", &["BTCUSDT", "ETHUSDT"])
            .unwrap();
        let mut generator = Generator::new(&config).unwrap();
        let mut meta = TapeMeta::new(generator.directory().clone());
        meta.start_ns = config.start_ns;
        meta.block_events = 256;
        let mut writer = TapeWriter::new(&meta).unwrap();
        while generator.next_input(&mut Vec::new()).is_some() {
            for event in generator.events().iter() {
                writer.push(event).unwrap();
            }
        }
        writer.lasts_until(config.start_ns + i64::from(seconds) * 1_000_000_000);
        writer.finish("{}", &meta.directory).unwrap();
        let bytes = std::mem::take(writer.output());
        Self { index: TapeIndex::open(&bytes).unwrap(), bytes }
    }

    pub fn blocks(&self, mut with: impl FnMut(Batch<'_>) -> bool) {
        let mut decoder = BlockDecoder::new();
        for at in 0..self.index.blocks.len() {
            let bytes = self.index.block_bytes(&self.bytes, at);
            let block = decoder.decode(bytes, self.index.expect(at)).unwrap();
            if !with(Batch { headers: block.headers, entries: block.entries }) {
                return;
            }
        }
    }

    /// All rows, taken in buffers of `most`.
    fn rows(&self, plan: &RowPlan, most: usize) -> (String, Vec<u8>) {
        let mut walker = plan.walker(set(), &self.index).unwrap();
        let mut sheet =
            Sheet::new(SheetFormat::Csv, walker.names(), &self.index.meta.directory).unwrap();
        let mut rows = RowBuffer::new(walker.names().len(), most);
        let mut out = Vec::new();
        let mut take = |rows: &mut RowBuffer| {
            assert!(rows.len() < most + 2, "a full buffer is handed over");
            sheet.write(rows, &mut out);
            rows.clear();
        };
        self.blocks(|batch| {
            let mut cursor = Cursor::default();
            while !walker.run(batch, &mut cursor, &mut rows) {
                take(&mut rows);
            }
            take(&mut rows);
            !walker.ended()
        });
        while !walker.finish(self.index.end_ns, &mut rows) {
            take(&mut rows);
        }
        take(&mut rows);
        (sheet.hash(), out)
    }
}

pub(crate) fn set() -> FeatureSet {
    let json = r#"{"features":[
        {"name":"mid","feature":"mid"},
        {"name":"obi","feature":"obi","depth":5},
        {"name":"z","feature":"zscore","of":["obi"],"every":"10ms","window":50},
        {"name":"rsi","feature":"rsi","bars":"100ms","period":5},
        {"name":"vol","feature":"rolling_volatility","of":["mid"],"on":"depth","window":20}]}"#;
    FeatureSet::parse(json.as_bytes()).unwrap()
}

fn times(csv: &[u8]) -> Vec<i64> {
    let lines = std::str::from_utf8(csv).unwrap().lines();
    lines.map(|line| line.split(',').next().unwrap().parse().unwrap()).collect()
}

#[test]
fn rows_do_not_depend_on_how_they_are_taken() {
    let tape = Tape::generated(3, 3);
    for plan in [RowPlan::default(), RowPlan { every: Some("5ms".into()), ..Default::default() }] {
        let (hash, csv) = tape.rows(&plan, usize::MAX - 2);
        assert!(times(&csv).len() > 100);
        assert_eq!(tape.rows(&plan, 7), (hash, csv));
    }
}

#[test]
fn paced_rows_lie_on_the_clock_for_every_instrument() {
    let tape = Tape::generated(3, 2);
    let plan = RowPlan { every: Some("100ms".into()), ..Default::default() };
    let all = times(&tape.rows(&plan, 1000).1);
    let start = tape.index.meta.start_ns;
    let due = (start / 100_000_000 + 1..=tape.index.end_ns / 100_000_000).map(|n| n * 100_000_000);
    assert_eq!(all, due.flat_map(|at| [at, at]).collect::<Vec<_>>());
    let one = RowPlan { instruments: vec!["ETHUSDT".into()], ..plan.clone() };
    assert_eq!(times(&tape.rows(&one, 1000).1).len() * 2, all.len());
}

#[test]
fn a_part_has_the_rows_that_the_whole_has_there() {
    let tape = Tape::generated(3, 3);
    let (from, to) =
        (tape.index.meta.start_ns + 1_000_000_000, tape.index.meta.start_ns + 2_000_000_000);
    for every in [None, Some("5ms".to_owned())] {
        let whole = RowPlan { every, ..Default::default() };
        let part = RowPlan {
            from_time: Some(from.to_string()),
            to_time: Some(to.to_string()),
            ..whole.clone()
        };
        let (_, all) = tape.rows(&whole, 100);
        let text = std::str::from_utf8(&all).unwrap();
        let wanted: String = text
            .split_inclusive('\n')
            .filter(|line| (from..to).contains(&times(line.as_bytes())[0]))
            .collect();
        assert_eq!(tape.rows(&part, 100).1, wanted.as_bytes());
        assert!(!wanted.is_empty());
    }
}

#[test]
fn doubles_and_nulls_are_exact_in_both_formats() {
    let tape = Tape::generated(3, 1);
    let directory = &tape.index.meta.directory;
    let columns = ["a,b".to_owned(), "c".to_owned()];
    let mut rows = RowBuffer::new(2, 10);
    let head = RowHead { time: 5, instrument: 1, events: 1 };
    rows.push(head).copy_from_slice(&[0.1 + 0.2, f64::NAN]);
    rows.push(head).copy_from_slice(&[-1e-300, 25.0]);
    let mut csv = Sheet::new(SheetFormat::Csv, &columns, directory).unwrap();
    let mut text = Vec::new();
    csv.begin(&mut text);
    csv.write(&rows, &mut text);
    let name = directory.instruments[1].name();
    assert_eq!(
        String::from_utf8(text).unwrap(),
        format!(
            "time,instrument,\"a,b\",c\n5,{name},0.30000000000000004,\n5,{name},-1e-300,25.0\n"
        )
    );
    let mut sheet = Sheet::new(SheetFormat::Columns, &columns, directory).unwrap();
    let mut bytes = Vec::new();
    sheet.write(&rows, &mut bytes);
    assert_eq!(bytes.len(), 2 * 8 * 4 + 2 * 8);
    assert_eq!(bytes[64..72], 25.0_f64.to_le_bytes());
    assert_eq!(bytes[72..], [0, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!((sheet.hash(), sheet.rows()), (csv.hash(), 2));
}

#[test]
fn plans_and_names_that_make_no_sense_are_refused() {
    let tape = Tape::generated(3, 1);
    let text = |s: &str| Some(s.to_owned());
    for (plan, part) in [
        (RowPlan { on: text("bar"), ..Default::default() }, "depth, trade"),
        (RowPlan { every: text("5"), ..Default::default() }, "100ms"),
        (RowPlan { every: text("5s"), on: text("depth"), ..Default::default() }, "both"),
        (RowPlan { instruments: vec!["X".into()], ..Default::default() }, "BTCUSDT"),
    ] {
        let error = plan.walker(set(), &tape.index).err().unwrap();
        assert_eq!(error.code, "E_ARGUMENT");
        assert!(error.message.contains(part), "{}", error.message);
    }
    let columns = ["time".to_owned()];
    let error = Sheet::new(SheetFormat::Csv, &columns, &tape.index.meta.directory).err().unwrap();
    assert_eq!(error.code, "E_FEATURE_SET");
}
