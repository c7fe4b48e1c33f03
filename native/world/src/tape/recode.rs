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

/// Reads a tape block by block and writes it anew. Memory is that of one block on each side and the
/// venue order's window.
///
/// # Errors
/// What `read` and `write` return; `E_TAPE_…` for a damaged block; `E_TAPE_ORDER` where the events
/// are not those of the index.
pub fn recode(
    index: &TapeIndex,
    to: Recode,
    read: &mut ReadBlock<'_>,
    write: &mut WriteBytes<'_>,
) -> Result<Footer, CoreError> {
    let Recode { codec, block_events } = to;
    let meta = TapeMeta { codec, block_events, ..index.meta.clone() };
    let mut writer = TapeWriter::new(&meta)?;
    let mut decoder = BlockDecoder::new();
    let mut bytes = Vec::new();
    for (n, line) in index.blocks.iter().enumerate() {
        bytes.clear();
        read(line, &mut bytes)?;
        for event in decoder.decode(&bytes, index.expect(n))?.events() {
            writer.push(event)?;
        }
        write(writer.output())?;
        writer.output().clear();
    }
    let footer = writer.finish(&index.report_json, &index.meta.directory)?;
    write(writer.output())?;
    if footer.content_hash != index.content_hash {
        let message = format!("content hash {:032x}", footer.content_hash);
        let at = format!("the index says {:032x}", index.content_hash);
        return Err(CoreError::new("E_TAPE_ORDER", message).at(at));
    }
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
