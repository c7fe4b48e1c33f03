//! Indicators against known vectors, TA-Lib, slow oracles, and their own laws.

mod laws;
mod oracle;
mod parity;
mod vectors;
