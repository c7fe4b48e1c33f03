//! What every kernel implements.

use super::bars::Bar;
use super::top::Tops;
use crate::core::Market;
use crate::error::CoreError;
use crate::event::EventRef;
use crate::instrument::Instrument;
use crate::state::{StateReader, StateWriter};

/// One event of a kernel's instrument, applied: the market is at the event's end.
#[derive(Clone, Copy)]
pub struct Tick<'a> {
    /// Engine time, ns.
    pub time: i64,
    pub event: EventRef<'a>,
    pub market: &'a Market,
    /// Best levels of the market, as deep as any kernel of the set asked for.
    pub tops: &'a Tops,
}

/// One tick of a kernel's clock.
#[derive(Clone, Copy)]
pub struct Sample<'a> {
    /// The tick's due time, or the stamp of the event that made it; ns.
    pub time: i64,
    /// Values of the columns that the kernel reads, in the order of `of`; NaN is null.
    pub inputs: &'a [f64],
    /// The bar that has just been completed, where the clock is one of bars.
    pub bar: Option<&'a Bar>,
}

/// The moment at which a value is asked for.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub time: i64,
    /// The kernel's own instrument.
    pub market: &'a Market,
    pub instrument: &'a Instrument,
    pub tops: &'a Tops,
    /// Values of the columns that it reads, of a kernel without clock; others have them from samples.
    pub inputs: &'a [f64],
}

/// What must pass before a kernel's first value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Ticks of its clock.
    pub samples: u64,
    /// Time, ns, of kernels with a window of time.
    pub span: i64,
}

/// A streaming feature. It allocates in `new` alone.
pub trait Feature: Send {
    /// An event of its instrument; only kernels whose catalogue entry reads events get it.
    fn on_event(&mut self, _tick: &Tick<'_>) {}

    /// A tick of its clock; only kernels that have one get it.
    fn on_sample(&mut self, _sample: &Sample<'_>) {}

    /// Value of an output (a place in the catalogue entry's list); NaN is null. Pure: asking twice changes
    /// nothing.
    fn value(&self, output: usize, now: &Context<'_>) -> f64;

    /// What must pass before its first value, inputs apart.
    fn need(&self) -> Need {
        Need::default()
    }

    /// The book was lost or replaced: forget what was taken from it.
    fn reset(&mut self) {}

    /// All that decides later values, canonical.
    fn save(&self, _w: &mut StateWriter) {}

    /// # Errors
    /// `E_STATE` where the bytes are not such a state.
    fn restore(&mut self, _r: &mut StateReader<'_>) -> Result<(), CoreError> {
        Ok(())
    }
}
