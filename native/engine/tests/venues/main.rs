//! Every wire venue against what it really sent: `exchange-raw-frames` and hand-made frames.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[allow(dead_code, reason = "not every venue uses all of it")]
mod bench;
mod bitfinex;
mod bitget;
mod bitmex;
mod bitstamp;
mod bitstamp_l3;
mod bybit;
mod capture;
mod coinbase;
mod coinbase_exchange;
mod deribit;
mod gemini;
mod golden;
mod hyperliquid;
mod kraken;
mod kucoin;
#[allow(dead_code, reason = "not every venue uses all of it")]
mod market;
mod okx;
mod orders;
mod round_trip;
mod samples;
