//! Import: recordings and journals become tapes. No I/O: bytes in, tape bytes and a report out.
