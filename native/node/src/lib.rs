//! N-API binding: converts and does nothing else. Hot calls are registered by hand (`hot`), cold ones
//! by macro.

mod buffers;
mod cell;
mod error;
mod hot;
mod journal;
mod session;
mod tool;
