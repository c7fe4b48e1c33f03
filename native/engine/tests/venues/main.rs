//! Every wire venue against what it really sent: `exchange-raw-frames` and hand-made frames.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod capture;
mod golden;
mod okx;
