//! WebAssembly binding: the same sessions and tools as the addon, over linear memory.
//!
//! Text and bytes go in through memory from `tw_alloc`; a reply stays until the next cold call. A panic
//! ends in a trap, which the loader turns into FAULT: the instance is never called again.

mod journal;
mod memory;
mod session;
mod tool;
