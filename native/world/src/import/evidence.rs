//! What a recording tells about its venues and instruments, and what follows from it.

use crate::import::config::ImportConfig;
use crate::import::decode::Decoded;
use crate::import::listing::describe;
use crate::import::plan::Unknown;
use crate::import::routes::Routes;
use crate::import::told::ToldInstrument;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use tickwright_engine::venue::binance::scale::ScaleScan;
use tickwright_engine::venue::wire::address::host;
use tickwright_engine::venue::wire::step::Scales;
use tickwright_engine::venue::{Feed, Request, Venue};
use tickwright_engine::{CoreError, Directory, EventBuf, Instrument};

/// Stands for the instrument of bodies that name none.
const NAMELESS: &str = "";
/// Hosts that a message names at most.
const HOSTS_SHOWN: usize = 5;

/// Everything that was seen.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Frames of Binance, and of nobody else that is known.
    scan: ScaleScan,
    /// All other venues, as far as they were met.
    learners: BTreeMap<Venue, Feed>,
    routes: Routes,
    /// The venues' own instrument lists, by symbol.
    listed: BTreeMap<(Venue, String), Instrument>,
    /// What a capture's header calls the exchange, and the hosts, for messages.
    exchange: String,
    hosts: BTreeSet<String>,
    scratch: EventBuf,
}

/// What follows.
#[derive(Debug)]
pub(super) struct Found {
    pub venues: Vec<Venue>,
    pub routes: Routes,
    /// Nothing in the recording tells the venue from others of its protocol.
    pub assumed: bool,
    /// By venue and symbol.
    pub directory: Directory,
    pub unknown: Vec<Unknown>,
    pub likely_ticks: Vec<i64>,
}

impl Evidence {
    pub(super) fn new(told: Option<Venue>) -> Self {
        Self { routes: Routes::new(told), ..Self::default() }
    }

    /// Whether a frame named an instrument; one of those told, where any are.
    pub(super) fn has_instruments(&self, told: &[ToldInstrument]) -> bool {
        let is_told = |s: &str| told.is_empty() || told.iter().any(|t| t.symbol == s);
        let learned = self.learners.values().flat_map(Feed::learned);
        self.symbols().any(is_told) || learned.into_iter().any(|(s, _)| is_told(&s))
    }

    fn symbols(&self) -> impl Iterator<Item = &str> {
        self.scan.symbols().iter().map(String::as_str).filter(|s| *s != NAMELESS)
    }

    /// Takes a line. What is refused here tells nothing; the import counts it.
    pub(super) fn take(&mut self, decoded: Decoded<'_>) {
        match decoded {
            Decoded::Frame { connection, bytes, .. } => self.frame(connection, bytes),
            Decoded::Body { url, bytes, .. } => self.body(url, bytes),
            Decoded::Connect { connection, address, .. } => {
                self.address(address);
                self.routes.connect(connection, address);
            }
            Decoded::Header { exchange } => exchange.clone_into(&mut self.exchange),
            Decoded::Skipped { .. } => {}
        }
    }

    fn frame(&mut self, connection: &[u8], bytes: &[u8]) {
        match self.routes.of_frame(connection, bytes) {
            Some((venue, number)) if !venue.is_binance() => {
                if let Some(feed) = learner(&mut self.learners, venue) {
                    let _ = feed.frame_of(number, bytes, 0, &mut self.scratch);
                    self.scratch.clear();
                }
            }
            _ => {
                let _ = self.scan.add_frame(bytes, None);
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
        let mut is_wire = false;
        for venue in Venue::of_address(url) {
            is_wire = true;
            match venue.request(url) {
                Request::Depth(symbol) => {
                    if let Some(feed) = learner(&mut self.learners, venue) {
                        let _ = feed.learn_snapshot(symbol, bytes);
                    }
                }
                Request::Instruments => self.list(venue, bytes),
                Request::Other => {}
            }
        }
        if is_wire {
            return;
        }
        match Venue::Binance.request(url) {
            Request::Depth(symbol) => {
                let _ = self.scan.add_frame(bytes, Some(symbol));
            }
            // All of Binance share the form, so which one is said here does not matter.
            Request::Instruments => self.list(Venue::Binance, bytes),
            Request::Other => {}
        }
    }

    /// A list that cannot be read tells nothing: the plan has none then, and the import counts it as
    /// refused.
    fn list(&mut self, venue: Venue, body: &[u8]) {
        for instrument in venue.instruments(body).unwrap_or_default() {
            self.listed.insert((venue, instrument.symbol.clone()), instrument);
        }
    }

    /// Whether a venue's own list was found.
    pub(super) fn has_list(&self) -> bool {
        !self.listed.is_empty()
    }

    /// Venues, instruments and scales.
    ///
    /// # Errors
    /// `E_IMPORT_VENUE`, `E_VENUE_AMBIGUOUS`, `E_IMPORT_NO_FRAMES`, `E_IMPORT_INSTRUMENT`.
    pub(super) fn conclude(self, config: &ImportConfig) -> Result<Found, CoreError> {
        let learned: BTreeMap<Venue, Vec<(String, Scales)>> = self
            .learners
            .iter()
            .map(|(venue, feed)| (*venue, feed.learned()))
            .filter(|(_, symbols)| !symbols.is_empty())
            .collect();
        let of_binance = self.symbols().next().is_some() || learned.is_empty();
        let mut found = Found {
            venues: learned.keys().copied().collect(),
            routes: self.routes.clone(),
            assumed: false,
            directory: Directory::default(),
            unknown: Vec::new(),
            likely_ticks: Vec::new(),
        };
        self.require_told(&config.told, &learned)?;
        if of_binance {
            let (venue, assumed) = self.binance(config.venue)?;
            found.venues.insert(0, venue);
            found.assumed = assumed;
            self.describe_binance(venue, config, &mut found)?;
        }
        for (venue, mut symbols) in learned {
            symbols.sort_by(|a, b| a.0.cmp(&b.0));
            for (symbol, seen) in symbols {
                found.add(
                    venue,
                    &symbol,
                    seen,
                    self.listed.get(&(venue, symbol.clone())),
                    config,
                )?;
            }
        }
        if found.directory.instruments.is_empty() {
            return Err(CoreError::new("E_IMPORT_NO_FRAMES", "no frame names an instrument")
                .hint("it may hold streams that are not read, or be cut at its very beginning"));
        }
        Ok(found)
    }

    fn describe_binance(
        &self,
        venue: Venue,
        config: &ImportConfig,
        found: &mut Found,
    ) -> Result<(), CoreError> {
        let symbols: BTreeSet<&str> = self.symbols().collect();
        for symbol in &symbols {
            let Some(mut seen) = self.scan.scales(symbol) else { continue };
            if let (1, Some(nameless)) = (symbols.len(), self.scan.scales(NAMELESS)) {
                seen = finer(seen, nameless);
            }
            let listed = self.listed.get(&(Venue::Binance, (*symbol).to_owned()));
            found.add(venue, symbol, seen, listed, config)?;
        }
        Ok(())
    }

    fn require_told(
        &self,
        told: &[ToldInstrument],
        learned: &BTreeMap<Venue, Vec<(String, Scales)>>,
    ) -> Result<(), CoreError> {
        let of_wire = learned.values().flatten().map(|(symbol, _)| symbol.as_str());
        let symbols: BTreeSet<&str> = self.symbols().chain(of_wire).collect();
        if symbols.is_empty() || self.has_instruments(told) {
            return Ok(());
        }
        Err(none_of_those_told(told, &symbols))
    }

    /// The venue of frames that are of no other than Binance, and whether it is an assumption: frames of
    /// Binance spot, Binance US and Binance TR look the same and follow the same rules, so without
    /// addresses they are taken for the first.
    fn binance(&self, told: Option<Venue>) -> Result<(Venue, bool), CoreError> {
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
            (None, []) if self.routes.doubtful().is_empty() => Err(self.unknown_venue()),
            (None, several) => {
                let doubtful: Vec<Venue> = self.routes.doubtful().iter().copied().collect();
                let several = if several.is_empty() { doubtful.as_slice() } else { several };
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

impl Found {
    fn add(
        &mut self,
        venue: Venue,
        symbol: &str,
        seen: Scales,
        listed: Option<&Instrument>,
        config: &ImportConfig,
    ) -> Result<(), CoreError> {
        let told = config.told.iter().find(|t| t.symbol == symbol);
        let described = describe(venue.name(), symbol, seen, listed, told)?;
        self.directory.instruments.push(described.instrument);
        self.unknown.push(described.unknown);
        self.likely_ticks.push(described.likely_tick);
        Ok(())
    }
}

fn learner(learners: &mut BTreeMap<Venue, Feed>, venue: Venue) -> Option<&mut Feed> {
    match learners.entry(venue) {
        Entry::Occupied(known) => Some(known.into_mut()),
        Entry::Vacant(place) => Some(place.insert(Feed::learner(venue)?)),
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
