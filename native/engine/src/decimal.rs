//! Exact decimals: text to mantissa and back, never through floats.
