//! Stage digests: XXH3-128 over canonical bytes, in a chain of fixed chunks.
//!
//! `chain = XXH3_128(chain ‖ chunk)` for each full chunk of 8,192 bytes, at the end
//! `XXH3_128(chain ‖ rest ‖ length)`. Chunks are cut by byte count alone, so the digest does not
//! depend on how events were blocked or fed, and a checkpoint can hold it (a plain XXH3 stream
//! cannot be saved through the library): docs/decisions/0001-digest-chain.md.

use crate::error::CoreError;
use crate::event::{Entry, EventHeader, EventRef};
use crate::instrument::Directory;
use crate::state::{StateReader, StateWriter};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

const CHUNK: usize = 8_192;
const CHAIN: usize = 16;

/// A digest in progress.
#[derive(Clone)]
pub struct Digest {
    /// The chain's last value, then the bytes of the open chunk.
    buffer: Box<[u8; CHAIN + CHUNK]>,
    filled: usize,
    length: u64,
}

impl Default for Digest {
    fn default() -> Self {
        Self { buffer: Box::new([0; CHAIN + CHUNK]), filled: 0, length: 0 }
    }
}

impl Digest {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[inline]
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        while self.filled + bytes.len() >= CHUNK {
            let (head, tail) = bytes.split_at(CHUNK - self.filled);
            self.buffer[CHAIN + self.filled..].copy_from_slice(head);
            let chain = xxh3_128(&self.buffer[..]);
            self.buffer[..CHAIN].copy_from_slice(&chain.to_le_bytes());
            self.filled = 0;
            bytes = tail;
        }
        let at = CHAIN + self.filled;
        self.buffer[at..at + bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    /// Room for the next `length` bytes where the open chunk holds them all; they count as digested and
    /// must be written. Small pieces are put together here without a copy of their own.
    #[inline]
    fn room(&mut self, length: usize) -> Option<&mut [u8]> {
        let filled = self.filled + length;
        if filled >= CHUNK {
            return None;
        }
        let at = CHAIN + self.filled;
        self.filled = filled;
        self.length += length as u64;
        self.buffer.get_mut(at..at + length)
    }

    /// The digest of all bytes so far; more may follow.
    #[must_use]
    pub fn value(&self) -> u128 {
        if self.length == 0 {
            return 0;
        }
        let mut rest = self.buffer[..CHAIN + self.filled].to_vec();
        rest.extend_from_slice(&self.length.to_le_bytes());
        xxh3_128(&rest)
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u64(self.length);
        w.bytes(&self.buffer[..CHAIN + self.filled]);
    }

    /// # Errors
    /// `E_STATE` where the bytes are not a digest's.
    pub fn load(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self { length: r.u64()?, ..Self::default() };
        let bytes = r.bytes()?;
        if bytes.len() < CHAIN || bytes.len() >= CHAIN + CHUNK {
            return Err(CoreError::new("E_STATE", format!("digest of {} bytes", bytes.len())));
        }
        out.buffer[..bytes.len()].copy_from_slice(bytes);
        out.filled = bytes.len() - CHAIN;
        Ok(out)
    }
}

/// Canonical bytes of market events: the header with the *names* (as hashes) of instrument and source
/// in place of their indices, then the entries.
#[derive(Clone, Debug, Default)]
pub struct MarketNames {
    instruments: Vec<[u8; 8]>,
    sources: Vec<[u8; 8]>,
}

impl MarketNames {
    #[must_use]
    pub fn new(directory: &Directory) -> Self {
        let key = |name: &str| xxh3_64(name.as_bytes()).to_le_bytes();
        Self {
            instruments: directory.instruments.iter().map(|i| key(&i.name())).collect(),
            sources: directory.sources.iter().map(|s| key(&s.name)).collect(),
        }
    }

    /// Adds one event to the market digest.
    #[inline]
    pub fn digest(&self, digest: &mut Digest, event: EventRef<'_>) {
        let levels = event.bids.len() + event.asks.len();
        let room = digest.room(HEAD + levels * Entry::SIZE);
        let Some((head, rest)) = room.and_then(|r| r.split_first_chunk_mut::<HEAD>()) else {
            let mut head = [0_u8; HEAD];
            self.write_head(event.header, &mut head);
            digest.update(&head);
            digest.update(bytemuck::cast_slice(event.bids));
            digest.update(bytemuck::cast_slice(event.asks));
            return;
        };
        self.write_head(event.header, head);
        let (bids, asks) = rest.split_at_mut(event.bids.len() * Entry::SIZE);
        write_levels(event.bids, bids);
        write_levels(event.asks, asks);
    }

    #[inline]
    fn write_head(&self, header: &EventHeader, head: &mut [u8; HEAD]) {
        head[..NAMED].copy_from_slice(&bytemuck::bytes_of(header)[..NAMED]);
        head[NAMED..NAMED + 8].copy_from_slice(&self.instruments[header.instrument as usize]);
        head[NAMED + 8..NAMED + 16].copy_from_slice(&self.sources[header.source as usize]);
        head[NAMED + 16] = header.kind;
        head[NAMED + 17] = header.flags;
    }
}

/// Bytes of an event header in front of what is an index.
const NAMED: usize = 56;
/// Canonical bytes of an event in front of its levels.
const HEAD: usize = NAMED + 18;

/// One or two levels, as most events have, are laid down one by one: a call of `memcpy` is the longer way.
#[inline]
fn write_levels(levels: &[Entry], to: &mut [u8]) {
    const FEW: usize = 4;
    if levels.len() > FEW {
        to.copy_from_slice(bytemuck::cast_slice(levels));
        return;
    }
    for (to, level) in to.as_chunks_mut::<{ Entry::SIZE }>().0.iter_mut().zip(levels) {
        *to = bytemuck::cast(*level);
    }
}

/// Hex of a digest, 32 digits.
#[must_use]
pub fn hex(value: u128) -> String {
    format!("{value:032x}")
}
