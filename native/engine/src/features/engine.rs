//! A feature set at work: events and time go in, rows come out.

use super::MAX_ROW;
use super::bars::Bar;
use super::clock::{ClockKind, MAX_TICKS};
use super::graph::{Clock, Graph, MAX_INPUTS, Node, Port};
use super::kernel::{Context, Need, Sample, Tick};
use super::spec::FeatureSet;
use super::top::Tops;
use crate::core::Market;
use crate::error::CoreError;
use crate::event::{EventRef, event_flag, kind};
use crate::instrument::Directory;
use crate::state::{StateReader, StateWriter};

const SECOND: f64 = 1e9;

/// All kernels of a set, for every instrument of a session.
pub struct FeatureEngine {
    set: FeatureSet,
    graph: Graph,
    /// Columns of a row in their order: those of the set, then ages of foreign instruments.
    names: Vec<String>,
    /// One for each instrument.
    tops: Vec<Tops>,
    /// Nodes that get the events of each instrument, those that a new book of it resets, and those that
    /// remember what a lost one said.
    listeners: Vec<Vec<usize>>,
    of_book: Vec<Vec<usize>>,
    of_loss: Vec<Vec<usize>>,
    /// Whether the book of each instrument was joined at its last event.
    joined: Vec<bool>,
    /// Clocks that tick on events of each instrument.
    event_clocks: Vec<Vec<usize>>,
    /// Due times of clocks with a pace, in the order of `paced`.
    paced: Vec<(usize, i64)>,
    next_due: i64,
    /// Clocks of bars that time completes, and when it completes the next one of them.
    timed_bars: Vec<usize>,
    next_bar: i64,
    /// Times that a clock had more ticks to make up for than it may.
    pub clock_gaps: u64,
    /// Nulls in the rows written so far, by column: a count for reports, no state.
    nulls: Vec<u64>,
    directory: Directory,
}

impl FeatureEngine {
    /// # Errors
    /// `E_FEATURE_SET` with the column and what is wrong with it.
    pub fn new(set: FeatureSet, directory: &Directory, epoch: i64) -> Result<Self, CoreError> {
        let mut graph = Graph::new(&set, directory)?;
        graph.clocks.iter_mut().filter_map(|c| c.bars.as_mut()).for_each(|b| b.watch_from(epoch));
        let count = directory.instruments.len();
        if set.features.len() + graph.foreign.len() > MAX_ROW {
            let seen = format!(
                "{} columns and ages; a row has {MAX_ROW}",
                set.features.len() + graph.foreign.len()
            );
            return Err(CoreError::new("E_FEATURE_SET", seen));
        }
        let of = |instrument: usize, is: &dyn Fn(&Node) -> bool| -> Vec<usize> {
            let nodes = graph.nodes.iter().enumerate();
            nodes
                .filter(|(_, n)| n.instrument as usize == instrument && is(n))
                .map(|(i, _)| i)
                .collect()
        };
        let event_clocks = (0..count).map(|instrument| {
            let ticks = |c: &Clock| {
                !matches!(c.kind, ClockKind::Every(_)) && c.instrument as usize == instrument
            };
            graph.clocks.iter().enumerate().filter(|(_, c)| ticks(c)).map(|(i, _)| i).collect()
        });
        let first = |period: i64| epoch.div_euclid(period).saturating_add(1).saturating_mul(period);
        let paced: Vec<(usize, i64)> = graph
            .clocks
            .iter()
            .enumerate()
            .filter_map(|(i, c)| match c.kind {
                ClockKind::Every(period) => Some((i, first(period))),
                ClockKind::On(_) | ClockKind::Bars(_) => None,
            })
            .collect();
        let timed = |c: &Clock| c.bars.as_ref().is_some_and(|b| b.period().is_some());
        let clocks = graph.clocks.iter().enumerate();
        let timed_bars = clocks.filter(|(_, c)| timed(c)).map(|(i, _)| i).collect();
        let age = |i: &u32| format!("age({})", directory.instruments[*i as usize].name());
        let names =
            set.features.iter().map(|c| c.name.clone()).chain(graph.foreign.iter().map(age));
        Ok(Self {
            names: names.collect(),
            tops: graph.depths.iter().map(|d| Tops::new(*d)).collect(),
            listeners: (0..count).map(|i| of(i, &|n| n.entry.reads_events)).collect(),
            of_book: (0..count).map(|i| of(i, &|n| n.entry.of_book)).collect(),
            of_loss: (0..count).map(|i| graph.remembering(i as u32)).collect(),
            joined: vec![false; count],
            event_clocks: event_clocks.collect(),
            next_due: paced.iter().map(|p| p.1).min().unwrap_or(i64::MAX),
            paced,
            timed_bars,
            next_bar: i64::MAX,
            clock_gaps: 0,
            nulls: vec![0; set.features.len() + graph.foreign.len()],
            directory: directory.clone(),
            graph,
            set,
        })
    }

    #[must_use]
    pub fn set(&self) -> &FeatureSet {
        &self.set
    }

    /// Names of a row's values.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Events of `now` are about to come: what was due before it happens, and bars that end at it.
    #[inline]
    pub fn before(&mut self, now: i64, markets: &[Market]) {
        if self.next_due < now || self.next_bar <= now {
            self.run(now.saturating_sub(1), now, markets);
        }
    }

    /// Ticks due at or before `now` happen: all events of that moment have come.
    pub fn advance(&mut self, now: i64, markets: &[Market]) {
        self.run(now, now, markets);
    }

    /// By due time; at one moment bars, which end before it, then ticks.
    fn run(&mut self, ticks_until: i64, bars_until: i64, markets: &[Market]) {
        loop {
            if self.next_bar <= bars_until && self.next_bar <= self.next_due {
                self.complete_bars(self.next_bar, bars_until, markets);
            } else if self.next_due <= ticks_until {
                self.tick_paced(self.next_due, ticks_until, markets);
            } else {
                return;
            }
        }
    }

    fn tick_paced(&mut self, due: i64, until: i64, markets: &[Market]) {
        for place in 0..self.paced.len() {
            let (clock, at) = self.paced[place];
            let ClockKind::Every(period) = self.graph.clocks[clock].kind else { continue };
            if at != due {
                continue;
            }
            if (until - at) / period > MAX_TICKS {
                self.clock_gaps += 1;
                self.reset_clock(clock);
                self.paced[place].1 = until.div_euclid(period).saturating_mul(period);
                continue;
            }
            self.paced[place].1 = at.saturating_add(period);
            self.tick(clock, due, None, markets);
        }
        self.next_due = self.paced.iter().map(|p| p.1).min().unwrap_or(i64::MAX);
    }

    fn complete_bars(&mut self, due: i64, until: i64, markets: &[Market]) {
        for place in 0..self.timed_bars.len() {
            let clock = self.timed_bars[place];
            let Some(bars) = &mut self.graph.clocks[clock].bars else { continue };
            let Some(bar) = bars.complete(due) else { continue };
            let behind = bars.period().map_or(0, |period| (until - bar.end) / period);
            if behind > MAX_TICKS {
                bars.skip_to(until);
                self.clock_gaps += 1;
                self.reset_clock(clock);
                continue;
            }
            self.tick(clock, bar.end, Some(&bar), markets);
        }
        self.find_next_bar();
    }

    fn find_next_bar(&mut self) {
        let due = |clock: &usize| self.graph.clocks[*clock].bars.as_ref().and_then(|b| b.due());
        self.next_bar = self.timed_bars.iter().filter_map(due).min().unwrap_or(i64::MAX);
    }

    fn reset_clock(&mut self, clock: usize) {
        for place in 0..self.graph.clocks[clock].nodes.len() {
            let node = self.graph.clocks[clock].nodes[place];
            self.graph.nodes[node].kernel.reset();
        }
    }

    /// An event was applied to its market.
    pub fn event(&mut self, event: EventRef<'_>, time: i64, markets: &[Market]) {
        let header = event.header;
        let index = header.instrument as usize;
        let market = &markets[index];
        let whole = header.flags & event_flag::PARTIAL == 0;
        let of_book = matches!(header.kind, kind::DEPTH | kind::RESET)
            || (header.kind == kind::SNAPSHOT && whole)
            || (kind::ORDER_ADD..=kind::ORDER_EXECUTE).contains(&header.kind);
        if of_book {
            self.tops[index].take(market);
        }
        // A gap that no RESET tells (a tape that was cut) loses the book as well.
        let is_lost = self.joined[index] && !market.joined;
        self.joined[index] = market.joined;
        let forget = match header.kind {
            _ if is_lost => &self.of_loss[index][..],
            kind::SNAPSHOT if whole => &self.of_book[index],
            _ => &[],
        };
        for &node in forget {
            self.graph.nodes[node].kernel.reset();
        }
        let tick = Tick { time, event, market, tops: &self.tops[index] };
        for &node in &self.listeners[index] {
            self.graph.nodes[node].kernel.on_event(&tick);
        }
        for place in 0..self.event_clocks[index].len() {
            let clock = self.event_clocks[index][place];
            match self.graph.clocks[clock].kind {
                ClockKind::On(on) if on.ticks(header.kind, market.touch_changed) => {
                    self.tick(clock, time, None, markets);
                }
                ClockKind::Bars(_) => self.bar_event(clock, event, time, markets),
                _ => {}
            }
        }
    }

    fn bar_event(&mut self, clock: usize, event: EventRef<'_>, time: i64, markets: &[Market]) {
        let Some(bars) = &mut self.graph.clocks[clock].bars else { return };
        let was_due = bars.due();
        let done = bars.event(event, time);
        if bars.due() != was_due {
            self.find_next_bar();
        }
        if let Some(bar) = done {
            self.tick(clock, time, Some(&bar), markets);
        }
    }

    fn tick(&mut self, clock: usize, time: i64, bar: Option<&Bar>, markets: &[Market]) {
        for place in 0..self.graph.clocks[clock].nodes.len() {
            let index = self.graph.clocks[clock].nodes[place];
            let mut inputs = [0.0; MAX_INPUTS];
            let count = self.inputs(index, time, markets, &mut inputs);
            let sample = Sample { time, inputs: &inputs[..count], bar };
            self.graph.nodes[index].kernel.on_sample(&sample);
        }
    }

    /// Values of the columns that a node reads, now.
    fn inputs(
        &self,
        node: usize,
        time: i64,
        markets: &[Market],
        out: &mut [f64; MAX_INPUTS],
    ) -> usize {
        let ports = &self.graph.nodes[node].inputs;
        for (to, port) in out.iter_mut().zip(ports) {
            *to = self.value(*port, time, markets);
        }
        ports.len()
    }

    fn value(&self, port: Port, time: i64, markets: &[Market]) -> f64 {
        let node = &self.graph.nodes[port.node];
        let index = node.instrument as usize;
        let mut inputs = [0.0; MAX_INPUTS];
        let count = match node.clock {
            None => self.inputs(port.node, time, markets, &mut inputs),
            Some(_) => 0,
        };
        let now = Context {
            time,
            market: &markets[index],
            instrument: &self.directory.instruments[index],
            tops: &self.tops[index],
            inputs: &inputs[..count],
        };
        node.kernel.value(port.output, &now)
    }

    /// One column of an instrument's row.
    #[must_use]
    pub fn column(&self, instrument: u32, column: usize, time: i64, markets: &[Market]) -> f64 {
        match self.graph.rows[instrument as usize].get(column) {
            Some(port) => self.value(*port, time, markets),
            None => f64::NAN,
        }
    }

    /// Writes an instrument's row, and 1 in the mask where a value is there; returns its length. Infinite
    /// values are no numbers to act on: null.
    pub fn row(
        &mut self,
        instrument: u32,
        time: i64,
        markets: &[Market],
        values: &mut [f64],
        mask: &mut [u8],
    ) -> usize {
        let ports = &self.graph.rows[instrument as usize];
        let ages = self.graph.foreign.iter().map(|&i| age(&markets[i as usize], time));
        let all = ports.iter().map(|port| self.value(*port, time, markets)).chain(ages);
        let mut count = 0;
        for ((value, to), is_valid) in all.zip(values.iter_mut()).zip(mask.iter_mut()) {
            let finite = value.is_finite();
            *to = if finite { value } else { f64::NAN };
            *is_valid = u8::from(finite);
            count += 1;
        }
        for (nulls, is_valid) in self.nulls.iter_mut().zip(&mask[..count]) {
            *nulls += u64::from(*is_valid == 0);
        }
        count
    }

    /// Nulls in the rows written so far, by column.
    #[must_use]
    pub fn nulls(&self) -> &[u64] {
        &self.nulls
    }

    /// What must pass before a column's first value: time, ns, where its clocks have a pace, and samples of
    /// the slowest kernel on its way.
    #[must_use]
    pub fn need(&self, column: usize) -> Need {
        let port = self.graph.rows.first().and_then(|row| row.get(column));
        port.map_or(Need::default(), |port| self.graph.need(port.node))
    }

    /// Canonical bytes of all kernels and clocks.
    pub fn save(&self, w: &mut StateWriter) {
        w.text(&self.set.hash());
        w.u64(self.clock_gaps);
        for (_, due) in &self.paced {
            w.i64(*due);
        }
        for bars in self.graph.clocks.iter().filter_map(|c| c.bars.as_ref()) {
            bars.save(w);
        }
        for node in &self.graph.nodes {
            node.kernel.save(w);
        }
    }

    /// # Errors
    /// `E_STATE` where the state is of another set.
    pub fn restore(
        &mut self,
        r: &mut StateReader<'_>,
        markets: &[Market],
    ) -> Result<(), CoreError> {
        let hash = r.text()?;
        if hash != self.set.hash() {
            let seen = format!("feature set {hash}, session has {}", self.set.hash());
            return Err(CoreError::new("E_STATE", seen).hint("restore with the same feature set"));
        }
        self.clock_gaps = r.u64()?;
        for (_, due) in &mut self.paced {
            *due = r.i64()?;
        }
        self.next_due = self.paced.iter().map(|p| p.1).min().unwrap_or(i64::MAX);
        for bars in self.graph.clocks.iter_mut().filter_map(|c| c.bars.as_mut()) {
            bars.restore(r)?;
        }
        self.find_next_bar();
        for node in &mut self.graph.nodes {
            node.kernel.restore(r)?;
        }
        for (tops, market) in self.tops.iter_mut().zip(markets) {
            tops.take(market);
        }
        self.joined = markets.iter().map(|market| market.joined).collect();
        Ok(())
    }
}

/// Seconds since an instrument's last event; null before the first.
fn age(market: &Market, time: i64) -> f64 {
    if market.ts_recv == 0 {
        return f64::NAN;
    }
    time.saturating_sub(market.ts_recv) as f64 / SECOND
}

#[cfg(test)]
mod tests;
