//! Checkpoints, state hashes and the close of a session.

use super::memory::Memory;
use super::outputs::Output;
use super::run::{Core, HASH_EVERY};
use super::stages::StageDigests;
use super::timers::Timers;
use crate::error::CoreError;
use crate::instrument::Directory;
use crate::schema::{entry_type, stage};
use crate::state::{StateReader, StateWriter};
use xxhash_rust::xxh3::xxh3_128;

const MAGIC: &[u8] = b"TWCKPT01";

impl Core {
    /// One document over core and engine state. `engine_state` is what TypeScript declared.
    ///
    /// # Errors
    /// `E_NOT_QUIESCENT` while an input is in hand.
    pub fn save(&self, engine_state: &[u8]) -> Result<Vec<u8>, CoreError> {
        if !self.is_quiescent() {
            return Err(CoreError::new(
                "E_NOT_QUIESCENT",
                "an input is in hand, or the core is poisoned",
            )
            .hint("save when a call has returned IDLE or CHECKPOINT"));
        }
        let mut w = StateWriter::new();
        w.raw(MAGIC);
        w.i64(self.epoch);
        w.i64(self.last_stamp);
        for n in [
            self.next_seq,
            self.cause_seq,
            self.rows,
            self.handovers,
            self.frames,
            self.refused_frames,
            self.ignored_frames,
            self.hash_due,
        ] {
            w.u64(n);
        }
        w.u64(self.last_hash.0);
        w.raw(&self.last_hash.1.to_le_bytes());
        self.directory.save(&mut w);
        self.save_state(&mut w);
        for feed in &self.feeds {
            feed.save(&mut w);
        }
        self.stages.save(&mut w);
        w.bytes(engine_state);
        let hash = xxh3_128(w.as_bytes());
        w.raw(&hash.to_le_bytes());
        Ok(w.into_bytes())
    }

    /// Takes up where `save` stood; returns the engine's state.
    ///
    /// # Errors
    /// `E_STATE` for a document that is damaged, of another session's shape or another format.
    pub fn restore<'a>(&mut self, document: &'a [u8]) -> Result<&'a [u8], CoreError> {
        let mut r = StateReader::new(checked(document)?);
        r.raw(MAGIC.len())?;
        let epoch = r.i64()?;
        if epoch != self.epoch {
            let seen = format!("checkpoint of epoch {epoch}, session of {}", self.epoch);
            return Err(CoreError::new("E_STATE", seen).hint("open with the checkpoint's epoch"));
        }
        self.last_stamp = r.i64()?;
        for n in [
            &mut self.next_seq,
            &mut self.cause_seq,
            &mut self.rows,
            &mut self.handovers,
            &mut self.frames,
            &mut self.refused_frames,
            &mut self.ignored_frames,
            &mut self.hash_due,
        ] {
            *n = r.u64()?;
        }
        let at = r.u64()?;
        let mut hash = [0; 16];
        hash.copy_from_slice(r.raw(16)?);
        self.last_hash = (at, u128::from_le_bytes(hash));
        let directory = Directory::load(&mut r)?;
        if directory != self.directory {
            return Err(CoreError::new("E_STATE", "checkpoint has other instruments or sources"));
        }
        self.restore_state(&mut r)?;
        for feed in &mut self.feeds {
            feed.restore(&mut r)?;
        }
        self.stages.restore(&mut r)?;
        self.dirty = (0..self.markets.len() as u32).collect();
        r.bytes()
    }

    /// What a state hash covers: all that decides later events, without parsers (a tape has none).
    fn save_state(&self, w: &mut StateWriter) {
        w.i64(self.time);
        w.u64(self.events);
        for market in &self.markets {
            market.save(w);
        }
        self.features.save(w);
        self.triggers.save(w);
        self.timers.save(w);
    }

    fn restore_state(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.time = r.i64()?;
        self.events = r.u64()?;
        for market in &mut self.markets {
            market.restore(r)?;
        }
        self.features.restore(r, &self.markets)?;
        self.triggers.restore(r)?;
        self.timers = Timers::load(r)?;
        Ok(())
    }

    /// Hash of the state now.
    #[must_use]
    pub fn state_hash(&self) -> u128 {
        let mut w = StateWriter::new();
        self.save_state(&mut w);
        xxh3_128(w.as_bytes())
    }

    /// Takes the state hash that is due and writes DIGEST.
    pub(super) fn hash_state(&mut self, mem: &mut Memory<'_>) -> Result<(), CoreError> {
        self.hash_due = (self.events / HASH_EVERY + 1) * HASH_EVERY;
        self.write_digest(mem)
    }

    /// The DIGEST that would be written now; a replay makes it where the recorded session wrote one.
    #[must_use]
    pub fn digest_output(&mut self) -> Option<Output> {
        self.last_hash = (self.events, self.state_hash());
        let mut payload = Vec::new();
        self.digest_payload(&mut payload);
        Some(Output {
            entry_type: entry_type::DIGEST,
            leg: 0,
            cause_seq: self.cause_seq,
            stamp: self.time,
            payload,
        })
    }

    fn digest_payload(&self, payload: &mut Vec<u8>) {
        payload.clear();
        payload.extend_from_slice(&self.events.to_le_bytes());
        for value in self.stages.values() {
            payload.extend_from_slice(&value.to_le_bytes());
        }
        payload.extend_from_slice(&self.last_hash.1.to_le_bytes());
    }

    /// DIGEST: events so far, the six stage digests, the state hash. Also at checkpoints and at close.
    ///
    /// # Errors
    /// `E_JOURNAL_FULL`.
    pub fn write_digest(&mut self, mem: &mut Memory<'_>) -> Result<(), CoreError> {
        self.last_hash = (self.events, self.state_hash());
        let mut payload = std::mem::take(&mut self.scratch);
        self.digest_payload(&mut payload);
        let done = self.output(mem, entry_type::DIGEST, 0, &payload);
        self.scratch = payload;
        done
    }

    #[must_use]
    pub fn digests(&self) -> StageDigests {
        self.stages.digests()
    }

    /// Digest of the market events so far; that of all of a tape's is its content hash.
    #[must_use]
    pub fn market_digest(&self) -> u128 {
        self.stages.values()[usize::from(stage::MARKET)]
    }

    /// Market events so far.
    #[must_use]
    pub fn event_count(&self) -> u64 {
        self.events
    }

    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }
}

/// The document without its closing hash.
fn checked(document: &[u8]) -> Result<&[u8], CoreError> {
    let Some((body, hash)) = document.split_last_chunk::<16>() else {
        let seen = format!("a checkpoint of {} bytes", document.len());
        return Err(CoreError::new("E_STATE", seen));
    };
    if !body.starts_with(MAGIC) {
        return Err(
            CoreError::new("E_STATE", "not a checkpoint, or of another format").at("byte 0")
        );
    }
    if xxh3_128(body).to_le_bytes() != *hash {
        return Err(CoreError::new("E_STATE", "the checkpoint is damaged: its hash differs")
            .hint("take an earlier checkpoint"));
    }
    Ok(body)
}
