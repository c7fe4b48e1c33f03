//! Every wire venue against what it really sent: `exchange-raw-frames` and hand-made frames.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[allow(dead_code, reason = "venues merge one by one")]
mod bench;
mod bitmex;
mod bybit;
mod capture;
mod deribit;
mod golden;
#[allow(dead_code, reason = "venues merge one by one")]
mod market;
mod okx;
mod touch;
