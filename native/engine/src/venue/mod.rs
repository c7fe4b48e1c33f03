//! Venue protocols: byte parsers and sync rules.
