//! Every wire venue against what it really sent: `exchange-raw-frames` and hand-made frames.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[allow(dead_code, reason = "not every venue uses all of it")]
mod bench;
mod bitget;
mod bitmex;
mod bybit;
mod capture;
mod deribit;
mod golden;
mod kraken;
#[allow(dead_code, reason = "not every venue uses all of it")]
mod market;
mod okx;
mod round_trip;
mod samples;
