//! Mapped files and bound buffers: the only hand-written unsafe code besides the bindings. All that
//! is decided about bytes is decided in the engine, over slices.
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

mod bound;
mod file;
mod io;
pub mod journal;
#[cfg(test)]
mod testing;
mod window;

pub use bound::BoundBuffer;
pub use file::MappedFile;
pub use journal::{JournalDir, JournalFiles, JournalOptions};
pub use window::Window;
