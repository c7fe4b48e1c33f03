//! The same events in other blocks or under another codec: the content hash stays.

use super::block::BlockDecoder;
use super::index::{BlockRef, TapeIndex};
use super::meta::{Codec, TapeMeta};
use super::writer::{Footer, TapeWriter};
use tickwright_engine::CoreError;

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recode {
    pub codec: Codec,
    pub block_events: u32,
}

/// Fills the buffer with a block's bytes.
pub type ReadBlock<'a> = dyn FnMut(&BlockRef, &mut Vec<u8>) -> Result<(), CoreError> + 'a;
/// Takes the next bytes of the new file.
pub type WriteBytes<'a> = dyn FnMut(&[u8]) -> Result<(), CoreError> + 'a;

/// Takes a tape's blocks in order and writes it anew. Memory is that of one block on each side and the
/// venue order's window.
pub struct Recoder {
    index: TapeIndex,
    writer: TapeWriter,
    decoder: BlockDecoder,
    next: usize,
}

impl Recoder {
    /// # Errors
    /// `E_TAPE_LIMIT` for a block size out of range.
    pub fn new(index: TapeIndex, to: Recode) -> Result<Self, CoreError> {
        let Recode { codec, block_events } = to;
        let meta = TapeMeta { codec, block_events, ..index.meta.clone() };
        let writer = TapeWriter::new(&meta)?;
        Ok(Self { index, writer, decoder: BlockDecoder::new(), next: 0 })
    }

    /// The block to hand to [`Recoder::block`] next, if any.
    #[must_use]
    pub fn wanted(&self) -> Option<&BlockRef> {
        self.index.blocks.get(self.next)
    }

    /// Takes the block that was wanted.
    ///
    /// # Errors
    /// `E_TAPE_…` for a damaged block.
    pub fn block(&mut self, bytes: &[u8]) -> Result<(), CoreError> {
        for event in self.decoder.decode(bytes, self.index.expect(self.next))?.events() {
            self.writer.push(event)?;
        }
        self.next += 1;
        Ok(())
    }

    /// Bytes of the new tape that are ready; the caller writes and clears them.
    pub fn output(&mut self) -> &mut Vec<u8> {
        self.writer.output()
    }

    /// Ends the new tape; its last bytes are in the output.
    ///
    /// # Errors
    /// `E_TAPE_ORDER` where the events are not those of the index.
    pub fn finish(&mut self) -> Result<Footer, CoreError> {
        self.writer.lasts_until(self.index.end_ns);
        let footer = self.writer.finish(&self.index.report_json, &self.index.meta.directory)?;
        if footer.content_hash != self.index.content_hash {
            let message = format!("content hash {:032x}", footer.content_hash);
            let at = format!("the index says {:032x}", self.index.content_hash);
            return Err(CoreError::new("E_TAPE_ORDER", message).at(at));
        }
        Ok(footer)
    }
}

/// Reads a tape block by block and writes it anew: `read` fills the buffer with a block's bytes,
/// `write` takes bytes in order.
///
/// # Errors
/// What `read` and `write` return, and as [`Recoder`].
pub fn recode(
    index: &TapeIndex,
    to: Recode,
    read: &mut ReadBlock<'_>,
    write: &mut WriteBytes<'_>,
) -> Result<Footer, CoreError> {
    let mut recoder = Recoder::new(index.clone(), to)?;
    let mut bytes = Vec::new();
    for line in &index.blocks {
        bytes.clear();
        read(line, &mut bytes)?;
        recoder.block(&bytes)?;
        write(recoder.output())?;
        recoder.output().clear();
    }
    let footer = recoder.finish()?;
    write(recoder.output())?;
    Ok(footer)
}

/// [`recode`] of a tape that lies in memory, to memory.
///
/// # Errors
/// As [`recode`], and as [`TapeIndex::open`].
pub fn recode_bytes(file: &[u8], to: Recode) -> Result<Vec<u8>, CoreError> {
    let index = TapeIndex::open(file)?;
    let mut out = Vec::new();
    let mut read = |line: &BlockRef, bytes: &mut Vec<u8>| {
        let start = line.offset as usize;
        bytes.extend_from_slice(&file[start..start + line.bytes as usize]);
        Ok(())
    };
    recode(&index, to, &mut read, &mut |bytes| {
        out.extend_from_slice(bytes);
        Ok(())
    })?;
    Ok(out)
}
