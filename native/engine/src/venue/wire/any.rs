//! A feed of any venue but Binance behind one interface.

use super::counters::SyncCounters;
use super::drift::Drift;
use super::step::Scales;
use crate::error::{CoreError, FrameError};
use crate::event::EventBuf;
use crate::state::{StateReader, StateWriter};
use crate::venue::Outcome;

/// See [`crate::venue::Feed`], whose methods these are.
pub(crate) trait AnyFeed: Send {
    fn frame(
        &mut self,
        connection: u16,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError>;
    fn snapshot(
        &mut self,
        instrument: Option<u32>,
        symbol: &str,
        bytes: &[u8],
        ts_recv: i64,
        out: &mut EventBuf,
    ) -> Result<Outcome, FrameError>;
    fn disconnected(&mut self, ts_recv: i64, out: &mut EventBuf);
    fn counters(&self, instrument: u32) -> SyncCounters;
    fn refused_unnamed(&self) -> u64;
    fn drift(&self) -> &[Drift];
    fn set_strict(&mut self, strict: bool);
    fn wants_snapshot(&self, instrument: u32) -> bool;
    fn holds(&self, instrument: u32) -> bool;
    fn learned(&self) -> Vec<(String, Scales)>;
    fn save(&self, w: &mut StateWriter);
    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError>;
    fn boxed(&self) -> Box<dyn AnyFeed>;
}
