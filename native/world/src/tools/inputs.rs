//! How inputs of a session cross to the driver in one piece.

/// Appends one: type, source, time, length (24 bytes, little-endian), bytes padded to 8.
pub(super) fn push_input(out: &mut Vec<u8>, kind: u8, source: u32, ts_recv: i64, bytes: &[u8]) {
    out.extend_from_slice(&u32::from(kind).to_le_bytes());
    out.extend_from_slice(&source.to_le_bytes());
    out.extend_from_slice(&ts_recv.to_le_bytes());
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
    out.resize(out.len().next_multiple_of(8), 0);
}
