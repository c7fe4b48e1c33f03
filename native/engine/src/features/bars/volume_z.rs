//! Volume against its mean.

use super::bar::Bar;
use super::indicator::{Indicator, MAX_WINDOW, bars, built, period_from_two, ratio, state_of};
use super::window::{Moments, Rolling};
use crate::features::catalogue::{ClockUse, Entry, Parameter};
use crate::features::kernel::Need;

pub const VOLUME_Z: Entry = Entry {
    name: "volume_z",
    group: "bar",
    what: "volume of the last bar in standard deviations from the mean",
    formula: "(V − mean) / σ over `period` bars, σ of the sample; null where σ is 0",
    parameters: &[
        period_from_two("20"),
        Parameter {
            name: "self",
            kind: "word",
            values: "with, without",
            default: "with",
            what: "whether the window holds the bar itself, or ends before it",
        },
    ],
    outputs: &["z"],
    warmup: "`period` bars; one more where the window ends before the bar",
    closed: "right",
    clock: ClockUse::Bars,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |params, _| {
        let volumes = Rolling::new(params.whole("period", Some(20), 2..=MAX_WINDOW)?);
        let with_self = params.word("self", Some("with"), &["with", "without"])? == "with";
        Ok(built(VolumeZ { with_self, volumes }))
    },
};

struct VolumeZ {
    with_self: bool,
    volumes: Rolling<Moments, 1>,
}

state_of!(VolumeZ: volumes);

impl Indicator<1> for VolumeZ {
    fn bar(&mut self, bar: &Bar) -> [f64; 1] {
        let before = self.volumes.all();
        self.volumes.push([bar.volume]);
        let window = if self.with_self { self.volumes.all() } else { before };
        let z = |all: Moments| ratio(all.deviation(bar.volume), all.sample_sd());
        [window.map_or(f64::NAN, z)]
    }

    fn need(&self) -> Need {
        bars(self.volumes.size() + u64::from(!self.with_self))
    }
}
