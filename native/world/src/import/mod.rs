//! Import: recordings and journals become tapes. No I/O: bytes in, tape bytes and a report out.
//!
//! Two passes. [`Survey`] finds format, venue, instruments and scales and makes a [`Plan`]; of lines in
//! the order received it needs the first MiB only. [`Importer`] parses, synchronises and checks every
//! frame, writes the tape and ends in an [`ImportReport`]. Nothing is corrected silently: what is
//! refused, ignored, raised or sorted is counted with the place of the first.

mod conclude;
mod config;
mod crossing;
mod decode;
mod events;
mod evidence;
mod feeds;
mod format;
mod frames;
mod id_ranges;
mod importer;
mod intake;
mod latency;
mod lines;
mod listing;
mod oddities;
mod order;
mod place;
mod plan;
mod record;
mod recorded;
mod reorder;
mod repair;
mod report;
mod routes;
mod rows;
mod stamp;
mod steps;
mod survey;
mod tally;
mod told;

pub use config::ImportConfig;
pub use events::EndedFile;
pub use format::Format;
pub use frames::{Frames, Received};
pub use importer::Importer;
pub use intake::{Input, Written};
pub use latency::SourceLatency;
pub use order::{RUN_LIMIT, Run, Want};
pub use place::{LINE_LIMIT, Place};
pub use plan::{Plan, Unknown};
pub use recorded::{Recorded, RecordedSession};
pub use repair::Repairs;
pub use report::{
    CrossedPlace, CrossedReport, DataReport, DriftReport, FileReport, ImportReport,
    InstrumentReport, NegativeLatency, PrecisionLoss, SchemaDrift,
};
pub use rows::{RowFormat, RowOptions, Taken};
pub use survey::{PREFIX, Progress, Survey};
pub use tally::{Correction, FirstRefusal, Kinds, RefusedCode, RefusedFrames};
pub use told::{ToldInstrument, parse_told};
