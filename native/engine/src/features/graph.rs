//! From a set to kernels: each (feature, instrument, clock, parameters) once, in an order in which every
//! kernel stands behind those that it reads.

use super::bars::{BarBuilder, BarSize};
use super::catalogue::{ClockUse, Entry, Setup, find};
use super::clock::{ClockKind, clock_of};
use super::kernel::{Feature, Need};
use super::params::Params;
use super::spec::{ColumnSpec, FeatureSet};
use super::top::MAX_DEPTH;
use crate::error::CoreError;
use crate::instrument::Directory;

/// Columns that one column reads at most.
pub const MAX_INPUTS: usize = 16;

/// A value of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    pub node: usize,
    pub output: usize,
}

pub struct Node {
    pub kernel: Box<dyn Feature>,
    pub entry: &'static Entry,
    pub instrument: u32,
    pub inputs: Vec<Port>,
    pub clock: Option<usize>,
    /// What tells it from others: its specification without the column's name.
    key: String,
}

pub struct Clock {
    pub kind: ClockKind,
    pub instrument: u32,
    pub bars: Option<BarBuilder>,
    /// Nodes that take its ticks, in their order.
    pub nodes: Vec<usize>,
}

#[derive(Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub clocks: Vec<Clock>,
    /// Levels that the deepest kernel of each instrument looks at.
    pub depths: Vec<usize>,
    /// For each instrument the columns of its row.
    pub rows: Vec<Vec<Port>>,
    /// Instruments other than the row's that the set names, in the order of their first appearance.
    pub foreign: Vec<u32>,
}

impl Graph {
    /// # Errors
    /// `E_FEATURE_SET` with the column and what is wrong with it.
    pub fn new(set: &FeatureSet, directory: &Directory) -> Result<Self, CoreError> {
        let count = directory.instruments.len();
        let mut graph = Self { depths: vec![0; count], ..Self::default() };
        for home in 0..count as u32 {
            let mut row: Vec<Port> = Vec::new();
            for (place, column) in set.features.iter().enumerate() {
                let port = graph.column(column, &set.features[..place], &row, home, directory)?;
                row.push(port);
            }
            graph.rows.push(row);
        }
        Ok(graph)
    }

    fn column(
        &mut self,
        column: &ColumnSpec,
        above: &[ColumnSpec],
        row: &[Port],
        home: u32,
        directory: &Directory,
    ) -> Result<Port, CoreError> {
        let bad = |what: String| {
            Err(CoreError::new("E_FEATURE_SET", what).at(format!("column {}", column.name)))
        };
        let Some(entry) = find(&column.feature) else {
            return bad(format!("feature {:?} is not known", column.feature));
        };
        let instrument = match &column.instrument {
            None => home,
            Some(name) => match directory.instruments.iter().position(|i| i.name() == *name) {
                Some(index) => index as u32,
                None => return bad(format!("instrument {name:?} is not in this session")),
            },
        };
        if column.instrument.is_some() && !self.foreign.contains(&instrument) {
            self.foreign.push(instrument);
        }
        let mut inputs = Vec::new();
        for name in &column.of {
            match above.iter().position(|other| other.name == *name) {
                Some(place) => inputs.push(row[place]),
                None => return bad(format!("of: no column {name:?} stands above it")),
            }
        }
        let (least, most) = entry.inputs;
        if inputs.len() < least || inputs.len() > most.min(MAX_INPUTS) {
            return bad(format!(
                "reads {} columns, {} takes {least} to {most}",
                inputs.len(),
                entry.name
            ));
        }
        let output = match &column.output {
            None => 0,
            Some(name) => match entry.outputs.iter().position(|o| o == name) {
                Some(place) => place,
                None => {
                    return bad(format!(
                        "output: one of {}, was {name:?}",
                        entry.outputs.join(", ")
                    ));
                }
            },
        };
        let clock = self.clock(column, entry, instrument, directory)?;
        let node = self.node(column, entry, instrument, inputs, clock, directory)?;
        Ok(Port { node, output })
    }

    fn clock(
        &mut self,
        column: &ColumnSpec,
        entry: &Entry,
        instrument: u32,
        directory: &Directory,
    ) -> Result<Option<usize>, CoreError> {
        let bad = |what: String| {
            Err(CoreError::new("E_FEATURE_SET", what).at(format!("column {}", column.name)))
        };
        let of = &directory.instruments[instrument as usize];
        let kind = match (clock_of(column, of)?, entry.clock) {
            (None, ClockUse::None) => return Ok(None),
            (Some(_), ClockUse::None) => return bad(format!("{} takes no clock", entry.name)),
            (None, ClockUse::Bars) => return bad(format!("{} needs `bars`", entry.name)),
            (None, _) => return bad(format!("{} needs a clock: every, on or bars", entry.name)),
            (Some(ClockKind::Bars(_)), ClockUse::Ticks) => {
                return bad(format!("{} takes every or on, not bars", entry.name));
            }
            (Some(ClockKind::Every(_) | ClockKind::On(_)), ClockUse::Bars) => {
                return bad(format!("{} takes bars, not every or on", entry.name));
            }
            (Some(kind), _) => kind,
        };
        // A pace is the same for all instruments.
        let of = if matches!(kind, ClockKind::Every(_)) { 0 } else { instrument };
        let known = self.clocks.iter().position(|c| c.kind == kind && c.instrument == of);
        Ok(Some(known.unwrap_or_else(|| {
            let bars = match kind {
                ClockKind::Bars(size) => {
                    Some(BarBuilder::new(size, &directory.instruments[of as usize]))
                }
                _ => None,
            };
            self.clocks.push(Clock { kind, instrument: of, bars, nodes: Vec::new() });
            self.clocks.len() - 1
        })))
    }

    fn node(
        &mut self,
        column: &ColumnSpec,
        entry: &'static Entry,
        instrument: u32,
        inputs: Vec<Port>,
        clock: Option<usize>,
        directory: &Directory,
    ) -> Result<usize, CoreError> {
        let params = serde_json::Value::from(column.params.clone());
        let key = format!("{} {instrument} {inputs:?} {clock:?} {params}", entry.name);
        if let Some(known) = self.nodes.iter().position(|node| node.key == key) {
            return Ok(known);
        }
        let of = &directory.instruments[instrument as usize];
        let mut params = Params::new(&column.name, column.params.clone());
        let built = (entry.new)(&mut params, &Setup { instrument: of, inputs: inputs.len() })?;
        params.finish()?;
        let depth = &mut self.depths[instrument as usize];
        *depth = (*depth).max(built.depth.min(MAX_DEPTH));
        let place = self.nodes.len();
        if let Some(clock) = clock {
            self.clocks[clock].nodes.push(place);
        }
        self.nodes.push(Node { kernel: built.kernel, entry, instrument, inputs, clock, key });
        Ok(place)
    }

    /// What must pass before a node's first value, its inputs included.
    pub fn need(&self, index: usize) -> Need {
        let node = &self.nodes[index];
        let own = node.kernel.need();
        let deepest = |all: Need, port: &Port| {
            let of = self.need(port.node);
            Need { samples: all.samples.max(of.samples), span: all.span.max(of.span) }
        };
        let inputs = node.inputs.iter().fold(Need::default(), deepest);
        let pace = match node.clock.map(|c| &self.clocks[c].kind) {
            Some(ClockKind::Every(period) | ClockKind::Bars(BarSize::Time(period))) => *period,
            _ => 0,
        };
        let samples = i64::try_from(own.samples).unwrap_or(i64::MAX);
        let span =
            inputs.span.saturating_add(own.span).saturating_add(pace.saturating_mul(samples));
        Need { samples: own.samples.max(inputs.samples), span }
    }

    /// Nodes that hold what they took from an instrument's book, by themselves or from columns of it:
    /// nothing may be computed from both sides of a gap.
    pub fn remembering(&self, instrument: u32) -> Vec<usize> {
        let holds = |index: &usize| {
            let node = &self.nodes[*index];
            (node.entry.of_book || node.clock.is_some()) && self.reads_book(*index, instrument)
        };
        (0..self.nodes.len()).filter(holds).collect()
    }

    fn reads_book(&self, index: usize, instrument: u32) -> bool {
        let node = &self.nodes[index];
        let itself =
            node.instrument == instrument && (node.entry.of_book || node.entry.group == "book");
        itself || node.inputs.iter().any(|port| self.reads_book(port.node, instrument))
    }
}
