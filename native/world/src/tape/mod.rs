//! Tapes: market events compiled from a journal or a recording; compact, indexed, seekable. No I/O: slices in, bytes out.
