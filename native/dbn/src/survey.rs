//! First pass: instruments, the decimals that their prices need, and when the recording begins.

use crate::instruments::Instruments;
use crate::records::{PRICE_SCALE, Received, received, whole};
use crate::stream::Stream;
use dbn::{
    BidAskPair, MboMsg, Mbp1Msg, Mbp10Msg, RecordHeader, RecordRef, TradeMsg, UNDEF_PRICE, rtype,
};
use tickwright_engine::{CoreError, FrameError};

/// What the first pass found.
#[derive(Debug)]
pub struct Surveyed {
    /// With their scales.
    pub instruments: Instruments,
    /// Receive time of the first record, ns since 1970.
    pub start_ns: i64,
    /// Instruments whose symbol nobody told.
    pub nameless: u64,
}

#[derive(Debug, Default)]
pub struct Survey {
    instruments: Instruments,
    decimals: Vec<Decimals>,
    start_ns: Option<i64>,
}

/// The least number of decimals that holds all prices seen.
#[derive(Clone, Copy, Debug)]
struct Decimals {
    count: u8,
    unit: i64,
}

impl Default for Decimals {
    fn default() -> Self {
        Self { count: 0, unit: 10_i64.pow(u32::from(PRICE_SCALE)) }
    }
}

impl Decimals {
    #[inline]
    fn price(&mut self, price: i64) {
        while price != UNDEF_PRICE && price % self.unit != 0 {
            self.unit /= 10;
            self.count += 1;
        }
    }
}

impl Survey {
    /// Begins a file.
    ///
    /// # Errors
    /// `E_IMPORT_DBN` for mappings that make no sense.
    pub fn begin(&mut self, stream: &Stream) -> Result<(), CoreError> {
        self.instruments.begin(&stream.metadata).map_err(|e| stream.broken(&e.to_string()))
    }

    /// Takes a record. One that makes no sense is refused, and counted, by the second pass.
    ///
    /// # Errors
    /// `E_RECORD` for one that is shorter than its type: nothing behind it can be trusted.
    #[inline]
    pub fn record(&mut self, record: &RecordRef<'_>) -> Result<(), FrameError> {
        match record.header().rtype {
            rtype::MBO => {
                let m: &MboMsg = whole(record)?;
                self.prices(&m.hd, m.ts_recv, m.price, &[]);
            }
            rtype::MBP_1 => {
                let m: &Mbp1Msg = whole(record)?;
                self.prices(&m.hd, m.ts_recv, m.price, &m.levels);
            }
            rtype::MBP_10 => {
                let m: &Mbp10Msg = whole(record)?;
                self.prices(&m.hd, m.ts_recv, m.price, &m.levels);
            }
            rtype::MBP_0 => {
                let m: &TradeMsg = whole(record)?;
                self.prices(&m.hd, m.ts_recv, m.price, &[]);
            }
            rtype::SYMBOL_MAPPING => {
                // A name that is no text names nothing.
                self.instruments.mapping(*record).unwrap_or_default();
            }
            _ => {}
        }
        Ok(())
    }

    #[inline]
    fn prices(&mut self, header: &RecordHeader, ts_recv: u64, price: i64, levels: &[BidAskPair]) {
        let Ok(Received { ns, .. }) = received(header, ts_recv) else { return };
        self.start_ns.get_or_insert(ns);
        let at = self.instruments.of(header, ns as u64) as usize;
        if at >= self.decimals.len() {
            self.decimals.resize(at + 1, Decimals::default());
        }
        let decimals = &mut self.decimals[at];
        decimals.price(price);
        for level in levels {
            decimals.price(level.bid_px);
            decimals.price(level.ask_px);
        }
    }

    /// # Errors
    /// `E_IMPORT_NO_FRAMES` where nothing in it is read.
    pub fn finish(mut self) -> Result<Surveyed, CoreError> {
        let Some(start_ns) = self.start_ns else {
            return Err(CoreError::new(
                "E_IMPORT_NO_FRAMES",
                "no record of it is market data that is read",
            )
            .hint("MBO, MBP-1, MBP-10 and trades are: ask for one of these schemas"));
        };
        for (instrument, decimals) in
            self.instruments.directory.instruments.iter_mut().zip(&self.decimals)
        {
            instrument.price_scale = decimals.count;
        }
        let nameless = std::mem::take(&mut self.instruments.nameless);
        Ok(Surveyed { instruments: self.instruments, start_ns, nameless })
    }
}
