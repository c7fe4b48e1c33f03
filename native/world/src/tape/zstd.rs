//! zstd over `delta` bodies, for archives. Pure Rust in both directions and both builds, so that
//! native and WebAssembly write the same bytes: docs/dependencies.md.

use ruzstd::decoding::FrameDecoder;
use ruzstd::encoding::{CompressionLevel, compress};

/// Appends the compressed form of `raw`.
pub fn pack(raw: &[u8], out: &mut Vec<u8>) {
    compress(raw, out, CompressionLevel::Fastest);
}

/// Decompressor with its scratch memory.
#[derive(Default)]
pub struct Decompressor {
    decoder: FrameDecoder,
}

impl Decompressor {
    /// Decompresses to exactly `len` bytes, which the caller has bounded.
    ///
    /// # Errors
    /// Where the bytes are no frame of that length.
    pub fn unpack<'a>(
        &mut self,
        packed: &[u8],
        len: usize,
        out: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], &'static str> {
        if out.len() < len {
            out.resize(len, 0);
        }
        let out = &mut out[..len];
        match self.decoder.decode_all(packed, out) {
            Ok(written) if written == len => Ok(out),
            _ => Err("not a zstd frame of the stated length"),
        }
    }
}
