//! Seeded market generator: tapes, and the venue frames that would have made them.
