//! Databento's files (DBN) become tapes: docs/formats/dbn.md.
//!
//! A program of its own, for what it needs is no part of the addon. Records are decoded by Databento's own
//! crate. Two passes: [`Survey`] learns instruments and scales, [`import`](import()) makes the tape.
#![forbid(unsafe_code)]

mod import;
mod instruments;
mod levels;
mod orders;
mod records;
mod request;
mod resting;
mod source;
mod stream;
mod survey;

pub use import::import;
pub use records::{RecordReader, Taken};
pub use request::{Request, SourceFile};
pub use stream::Stream;
pub use survey::{Survey, Surveyed};
