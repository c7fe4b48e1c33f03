//! The engine loop's core: one input at a time, events, triggers, timers, commands, digests.
//!
//! Three hot calls (`feed`, `advance`, `resume`) work on memory that is bound once. Each returns a code:
//! what the engine or the driver has to do next; `resume` then goes on inside the same input.

mod checkpoint;
mod command;
mod config;
mod describe;
mod features;
mod handover;
mod input;
mod market;
mod memory;
mod outputs;
mod query;
mod run;
mod stages;
mod timers;
mod triggers;
mod view;

pub use config::{
    ConnectionConfig, ConnectionKind, CoreConfig, InstrumentConfig, StrategyConfig, TriggerConfig,
};
pub use describe::{
    BboDescription, BookDescription, ChecksumDescription, InstrumentDescription,
    MismatchDescription, OrderQueues, QueueDescription, SessionDescription, proof_word,
};
pub use features::Rows;
pub use handover::Handover;
pub use input::InputRef;
pub use market::{Market, MarketCounts};
pub use memory::Memory;
pub use outputs::{Output, Outputs};
pub use query::{math, query_kind};
pub use run::{Batch, Core, Cursor};
pub use stages::{StageDigests, Stages};

#[cfg(test)]
mod tests;
