//! Databento's numbers as instruments.

use dbn::{Metadata, PitSymbolMap, Publisher, RecordHeader, SType, TsSymbolMap};
use std::collections::BTreeMap;
use tickwright_engine::{Directory, Instrument, InstrumentVersion};

const DAY_NS: u64 = 86_400_000_000_000;

/// What an instrument is known by, and until when: numbers are given anew from day to day.
#[derive(Clone, Copy, Debug)]
struct Known {
    instrument: u32,
    /// Of the day for which this holds, UTC.
    day: u64,
}

/// Instruments by publisher and number, registered in the order in which they come.
#[derive(Debug, Default)]
pub struct Instruments {
    pub directory: Directory,
    by_metadata: TsSymbolMap,
    /// What records of the stream say; it wins.
    by_record: PitSymbolMap,
    known: BTreeMap<(u16, u32), Known>,
    last: Option<((u16, u32), Known)>,
    /// Nobody told a symbol, so that the number stands for it.
    pub nameless: u64,
}

impl Instruments {
    /// Begins a file.
    ///
    /// # Errors
    /// What of the mappings makes no sense.
    pub fn begin(&mut self, metadata: &Metadata) -> Result<(), dbn::Error> {
        let mapped =
            [metadata.stype_in, Some(metadata.stype_out)].contains(&Some(SType::InstrumentId));
        self.by_metadata = if mapped { metadata.symbol_map()? } else { TsSymbolMap::new() };
        self.by_record = PitSymbolMap::new();
        self.known.clear();
        self.last = None;
        Ok(())
    }

    /// A record of the stream names an instrument.
    ///
    /// # Errors
    /// A name that is no text.
    pub fn mapping(&mut self, record: dbn::RecordRef<'_>) -> Result<(), dbn::Error> {
        self.known.clear();
        self.last = None;
        self.by_record.on_record(record)
    }

    /// The instrument of a record that was received at `ts`.
    #[inline]
    pub fn of(&mut self, header: &RecordHeader, ts: u64) -> u32 {
        let key = (header.publisher_id, header.instrument_id);
        let day = ts / DAY_NS;
        match self.last {
            Some((last, known)) if last == key && known.day == day => known.instrument,
            _ => self.look_up(key, day),
        }
    }

    fn look_up(&mut self, key: (u16, u32), day: u64) -> u32 {
        let known = match self.known.get(&key) {
            Some(&known) if known.day == day => known,
            _ => Known { instrument: self.register(key, day), day },
        };
        self.known.insert(key, known);
        self.last = Some((key, known));
        known.instrument
    }

    #[cold]
    fn register(&mut self, (publisher, number): (u16, u32), day: u64) -> u32 {
        let told = self.by_record.get(number);
        let told = told.or_else(|| self.by_metadata.get_for_ts(day * DAY_NS, number));
        let symbol = told.cloned().unwrap_or_else(|| {
            self.nameless += 1;
            number.to_string()
        });
        let venue = Publisher::try_from(publisher).map_or_else(
            |_| format!("publisher-{publisher}"),
            |publisher| publisher.as_str().to_ascii_lowercase(),
        );
        if let Some(found) = self.directory.find(&venue, &symbol) {
            return found;
        }
        let steps = InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: true };
        self.directory.instruments.push(Instrument {
            venue,
            symbol,
            price_scale: 0,
            quantity_scale: 0,
            versions: vec![steps],
        });
        (self.directory.instruments.len() - 1) as u32
    }
}
