//! Times as tables print them, to nanoseconds since 1970, never through floats.

mod civil;
mod order;
mod pattern;
mod recognise;
mod text;
mod zone;

pub use recognise::{TimeFormat, recognise};
pub use text::midnight;
pub use zone::Zone;
