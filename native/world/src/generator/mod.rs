//! Seeded market generator: market events, and the venue frames that would have made them.
//!
//! How it works, what it is measured by and what it leaves out: `docs/generator.md`.

mod accumulate;
mod activity;
mod bitmap;
mod book;
mod config;
mod encode;
mod ids;
mod ladder;
mod lanes;
mod market;
mod profile;
mod quantile;
mod rng;
mod stats;
mod truth;

use tickwright_engine::{CoreError, Directory, EventBuf};

pub use config::{DEFAULT_START_NS, Faults, GeneratorConfig, InstrumentSpec, Venue};
pub use lanes::Fault;
pub use profile::Profile;
pub(crate) use rng::Rng;
pub use stats::{Comparison, MarketFigures, MarketStats, TOLERANCE, table};

use encode::{Encoder, Outgoing};
use lanes::Lane;
use market::{Market, Sources};
use truth::Truth;

/// What the bytes of an input are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratedKind {
    /// A combined-stream frame.
    Frame,
    /// The body of a REST depth snapshot.
    Snapshot,
}

/// One input, as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratedInput {
    /// Rises strictly over all instruments, as live stamps do.
    pub ts_recv: i64,
    pub kind: GeneratedKind,
    pub instrument: u32,
    /// Damage done on the way; a dropped frame is no input at all.
    pub fault: Option<Fault>,
}

#[derive(Clone, Debug)]
struct Stream {
    market: Market,
    encoder: Encoder,
    truth: Truth,
    /// Arrival of its next message, venue clock.
    next: Option<i64>,
}

/// A market that is made while it is read; memory does not grow with its length.
#[derive(Clone, Debug)]
pub struct Generator {
    directory: Directory,
    streams: Vec<Stream>,
    clock_offset_ns: i64,
    last_recv: i64,
    events: EventBuf,
}

impl Generator {
    /// # Errors
    /// `E_GENERATOR_CONFIG` where the configuration contradicts itself.
    pub fn new(config: &GeneratorConfig) -> Result<Self, CoreError> {
        config.check()?;
        let mut directory = Directory::default();
        let mut streams = Vec::with_capacity(config.instruments.len());
        for spec in &config.instruments {
            let instrument = directory.instruments.len() as u32;
            directory.instruments.push(spec.instrument(config.venue));
            let sources = Sources {
                depth: directory.source(instrument, "depth"),
                trade: directory.source(instrument, "trade"),
                quote: directory.source(instrument, "quote"),
            };
            let (scales, venue) = ((spec.price_scale, spec.quantity_scale), config.venue);
            streams.push(Stream {
                market: Market::new(config, spec, instrument, sources),
                encoder: Encoder::new(venue, &spec.symbol, scales.0, scales.1),
                truth: Truth::new(venue.is_futures()),
                next: None,
            });
        }
        for stream in &mut streams {
            stream.next = stream.market.prepare();
        }
        let clock_offset_ns = config.clock_offset_ns;
        let events = EventBuf::new();
        Ok(Self { directory, streams, clock_offset_ns, last_recv: i64::MIN, events })
    }

    /// Instruments, and their sources `venue/SYMBOL/depth`, `…/trade`, `…/quote`.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Appends the next input's bytes to `out`, in order of arrival; `None` at the end.
    pub fn next_input(&mut self, out: &mut Vec<u8>) -> Option<GeneratedInput> {
        self.events.clear();
        let next = self.streams.iter().enumerate().filter_map(|(i, s)| Some((s.next?, i)));
        let (arrival, index) = next.min()?;
        let ts_recv = (arrival + self.clock_offset_ns).max(self.last_recv.saturating_add(1));
        self.last_recv = ts_recv;
        let stream = &mut self.streams[index];
        let (kind, fault) = stream.deliver(ts_recv, &mut self.events, out)?;
        stream.next = stream.market.prepare();
        Some(GeneratedInput { ts_recv, kind, instrument: index as u32, fault })
    }

    /// What a parser must make of the last input: nothing (held back, ignored, refused), one event,
    /// or a snapshot with the diffs that waited for it.
    #[must_use]
    pub const fn events(&self) -> &EventBuf {
        &self.events
    }

    /// Faults made so far: dropped, duplicated, swapped, malformed.
    #[must_use]
    pub fn faults_made(&self) -> [u64; 4] {
        self.streams.iter().fold([0; 4], |sum, stream| {
            std::array::from_fn(|i| sum[i] + stream.market.lanes.faults[i])
        })
    }
}

impl Stream {
    fn deliver(
        &mut self,
        ts_recv: i64,
        events: &mut EventBuf,
        out: &mut Vec<u8>,
    ) -> Option<(GeneratedKind, Option<Fault>)> {
        match self.market.lanes.next()?.1 {
            Lane::Small => {
                let message = self.market.lanes.small.pop_front()?;
                let header = tickwright_engine::EventHeader { ts_recv, ..message.header };
                let used = (header.bids + header.asks) as usize;
                let (bids, asks) = message.entries[..used].split_at(header.bids as usize);
                let sent_ms = message.sent_ms;
                self.encoder.append(Outgoing { header: &header, bids, asks, sent_ms }, out);
                events.push(header, bids, asks);
                Some((GeneratedKind::Frame, None))
            }
            Lane::Depth => {
                let frame = self.market.lanes.depth.pop_front()?;
                let start = out.len();
                self.encode(&frame, out);
                if frame.fault == Some(Fault::Malformed) {
                    out.truncate(start + (out.len() - start) * 2 / 3);
                } else {
                    let waited = self.truth.wants_snapshot();
                    self.truth.depth(&frame, ts_recv, events);
                    if self.truth.wants_snapshot() && !waited {
                        self.market.request_snapshot();
                    }
                }
                let fault = frame.fault;
                self.market.lanes.recycle(frame);
                Some((GeneratedKind::Frame, fault))
            }
            Lane::Snapshot => {
                let body = self.market.lanes.snapshot.pop_front()?;
                self.encode(&body, out);
                self.truth.snapshot(&body, ts_recv, events);
                if self.truth.wants_snapshot() {
                    self.market.request_snapshot();
                }
                self.market.lanes.recycle(body);
                Some((GeneratedKind::Snapshot, None))
            }
        }
    }

    fn encode(&self, message: &lanes::Large, out: &mut Vec<u8>) {
        let (bids, asks) = message.entries.split_at(message.header.bids as usize);
        let sent_ms = message.sent_ms;
        self.encoder.append(Outgoing { header: &message.header, bids, asks, sent_ms }, out);
    }
}

#[cfg(test)]
mod tests;
