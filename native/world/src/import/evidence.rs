//! What a recording tells about its venue and instruments, and what follows from it.

use crate::import::config::ImportConfig;
use crate::import::decode::Decoded;
use crate::import::intake::Input;
use crate::import::listing::describe;
use crate::import::plan::Unknown;
use crate::import::request::{Request, classify, host};
use crate::import::told::ToldInstrument;
use std::collections::{BTreeMap, BTreeSet};
use tickwright_engine::venue::Venue;
use tickwright_engine::venue::binance::instruments::instrument_list;
use tickwright_engine::venue::binance::scale::{ScaleScan, Scales};
use tickwright_engine::{CoreError, Directory, Instrument};

/// Stands for the instrument of bodies that name none.
const NAMELESS: &str = "";
/// Hosts that a message names at most.
const HOSTS_SHOWN: usize = 5;

/// Everything that was seen.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    scan: ScaleScan,
    /// The venue's own instrument lists, by symbol.
    listed: BTreeMap<String, Instrument>,
    /// What a capture's header calls the exchange, and the hosts, for messages.
    exchange: String,
    hosts: BTreeSet<String>,
}

/// What follows.
#[derive(Debug)]
pub(super) struct Found {
    pub venue: Venue,
    /// Nothing in the recording tells the venue from others of its protocol.
    pub assumed: bool,
    /// By symbol.
    pub directory: Directory,
    pub unknown: Vec<Unknown>,
    pub likely_ticks: Vec<i64>,
}

impl Evidence {
    /// Whether a frame named an instrument; one of those told, where any are.
    pub(super) fn has_instruments(&self, told: &[ToldInstrument]) -> bool {
        let mut symbols = self.symbols();
        symbols.any(|s| told.is_empty() || told.iter().any(|t| t.symbol == *s))
    }

    fn symbols(&self) -> impl Iterator<Item = &str> {
        self.scan.symbols().iter().map(String::as_str).filter(|s| *s != NAMELESS)
    }

    /// Takes a line. What is refused here tells nothing; the import counts it.
    pub(super) fn take(&mut self, decoded: Decoded<'_>) {
        match decoded {
            Decoded::Frame { bytes, .. } => {
                self.input(Input::Frame(bytes));
            }
            Decoded::Body { url, bytes, .. } => {
                self.input(Input::Body { url, bytes });
            }
            Decoded::Connect { address, .. } => self.address(address),
            Decoded::Header { exchange } => exchange.clone_into(&mut self.exchange),
            Decoded::Skipped { .. } => {}
        }
    }

    /// Takes a frame or a body; returns its length.
    pub(super) fn input(&mut self, input: Input<'_>) -> usize {
        match input {
            Input::Frame(bytes) => {
                let _ = self.scan.add_frame(bytes, None);
                bytes.len()
            }
            Input::Body { url, bytes } => {
                self.body(url, bytes);
                bytes.len()
            }
        }
    }

    fn address(&mut self, address: &str) {
        self.scan.add_url(address);
        if self.hosts.len() < HOSTS_SHOWN {
            self.hosts.insert(host(address).to_owned());
        }
    }

    fn body(&mut self, url: &str, bytes: &[u8]) {
        if url.is_empty() {
            let _ = self.scan.add_frame(bytes, Some(NAMELESS));
            return;
        }
        self.address(url);
        match classify(url) {
            Request::Depth(symbol) => {
                let _ = self.scan.add_frame(bytes, Some(symbol));
            }
            Request::Instruments => self.list(bytes),
            Request::Other => {}
        }
    }

    /// A list that cannot be read tells nothing: the plan has none then, and the import counts it as
    /// refused. All venues share the form, so which one is said here does not matter.
    fn list(&mut self, body: &[u8]) {
        for instrument in instrument_list(Venue::Binance, body).unwrap_or_default() {
            self.listed.insert(instrument.symbol.clone(), instrument);
        }
    }

    /// Whether the venue's own list was found.
    pub(super) fn has_list(&self) -> bool {
        !self.listed.is_empty()
    }

    /// Venue, instruments and scales.
    ///
    /// # Errors
    /// `E_IMPORT_VENUE`, `E_VENUE_AMBIGUOUS`, `E_IMPORT_NO_FRAMES`, `E_IMPORT_INSTRUMENT`.
    pub(super) fn conclude(&self, config: &ImportConfig) -> Result<Found, CoreError> {
        let (venue, assumed) = self.venue(config.venue)?;
        let mut found = Found {
            venue,
            assumed,
            directory: Directory::default(),
            unknown: Vec::new(),
            likely_ticks: Vec::new(),
        };
        let symbols: BTreeSet<&str> = self.symbols().collect();
        if !symbols.is_empty() && !self.has_instruments(&config.told) {
            return Err(none_of_those_told(&config.told, &symbols));
        }
        for symbol in &symbols {
            let Some(mut seen) = self.scan.scales(symbol) else { continue };
            if let (1, Some(nameless)) = (symbols.len(), self.scan.scales(NAMELESS)) {
                seen = finer(seen, nameless);
            }
            let told = config.told.iter().find(|t| t.symbol == **symbol);
            let described = describe(venue.name(), symbol, seen, self.listed.get(*symbol), told)?;
            found.directory.instruments.push(described.instrument);
            found.unknown.push(described.unknown);
            found.likely_ticks.push(described.likely_tick);
        }
        if found.directory.instruments.is_empty() {
            return Err(CoreError::new("E_IMPORT_NO_FRAMES", "no frame names an instrument")
                .hint("it may hold streams that are not read, or be cut at its very beginning"));
        }
        Ok(found)
    }

    /// The venue, and whether it is an assumption: frames of Binance spot, Binance US and Binance TR look
    /// the same and follow the same rules, so without addresses they are taken for the first.
    fn venue(&self, told: Option<Venue>) -> Result<(Venue, bool), CoreError> {
        let candidates = self.scan.clues().candidates();
        match (told, candidates.as_slice()) {
            (Some(venue), []) => Ok((venue, false)),
            (Some(venue), fitting) if fitting.contains(&venue) => Ok((venue, false)),
            (None, &[venue]) => Ok((venue, false)),
            (None, [Venue::Binance, others @ ..]) if others.iter().all(|v| !v.futures()) => {
                Ok((Venue::Binance, true))
            }
            (Some(venue), fitting) => {
                let (told, fitting) = (venue.name(), names(fitting));
                let message = format!("frames and addresses are of {fitting}, not of {told}");
                Err(CoreError::new("E_IMPORT_VENUE", message).hint("leave --venue away"))
            }
            (None, []) => Err(self.unknown_venue()),
            (None, several) => {
                let message = format!("it could be of {}", names(several));
                Err(CoreError::new("E_VENUE_AMBIGUOUS", message)
                    .hint("say which with --venue: frames of these venues look the same"))
            }
        }
    }

    fn unknown_venue(&self) -> CoreError {
        let mut seen = Vec::new();
        if !self.exchange.is_empty() {
            seen.push(format!("\"{}\"", self.exchange));
        }
        seen.extend(self.hosts.iter().cloned());
        let of = if seen.is_empty() { "of no known venue".into() } else { seen.join(", ") };
        let message = format!("{of}: venues are {}", names(&Venue::ALL));
        CoreError::new("E_IMPORT_VENUE", message)
            .hint("only these venues are read so far; --venue says which where it is one of them")
    }
}

fn none_of_those_told(told: &[ToldInstrument], symbols: &BTreeSet<&str>) -> CoreError {
    const SHOWN: usize = 5;
    let list = |names: Vec<&str>| {
        let more = if names.len() > SHOWN { ", …" } else { "" };
        format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
    };
    let told = list(told.iter().map(|t| t.symbol.as_str()).collect());
    let has = list(symbols.iter().copied().collect());
    CoreError::new("E_IMPORT_INSTRUMENT", format!("told of {told}, but the recording is of {has}"))
        .hint("symbols are spelled as the venue's messages spell them")
}

fn names(venues: &[Venue]) -> String {
    let names: Vec<&str> = venues.iter().map(|v| v.name()).collect();
    names.join(", ")
}

/// Scales that hold both; steps of the first, for they only tell the speed.
fn finer(a: Scales, b: Scales) -> Scales {
    let at = |step: i64, from: u8, to: u8| (from..to).fold(step, |step, _| step.saturating_mul(10));
    let price_scale = a.price_scale.max(b.price_scale);
    let quantity_scale = a.quantity_scale.max(b.quantity_scale);
    Scales {
        price_scale,
        quantity_scale,
        tick: at(a.tick, a.price_scale, price_scale),
        lot: at(a.lot, a.quantity_scale, quantity_scale),
    }
}
