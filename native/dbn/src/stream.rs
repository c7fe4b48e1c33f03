//! The records of a file, each with its place.

use crate::source::{self, Packing};
use dbn::decode::dbn::fsm::{DbnFsm, ProcessResult};
use dbn::{Metadata, RecordRef, VersionUpgradePolicy};
use std::io::{self, Read};
use std::path::Path;
use tickwright_engine::CoreError;

/// Versions of DBN that are read.
const VERSIONS: std::ops::RangeInclusive<u8> = 1..=3;
/// Most that metadata may take: 600,000 symbols of 71 bytes, and their mappings, are within it.
const METADATA_LIMIT: u64 = 256 << 20;
/// "DBN", version, length of the metadata.
const PRELUDE: usize = 8;

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// From 1 on.
    pub number: u64,
    /// Of the file, unpacked.
    pub byte: u64,
}

pub struct Stream {
    reader: Box<dyn Read>,
    fsm: DbnFsm,
    pub name: String,
    pub metadata: Metadata,
    /// Of the record in hand, unpacked; its number from 1 on.
    pub byte: u64,
    pub number: u64,
    /// Where the record behind it begins.
    next: u64,
}

impl Stream {
    /// Opens a file and reads its metadata.
    ///
    /// # Errors
    /// `E_IO`; `E_IMPORT_DBN` for bytes that are no DBN; `E_IMPORT_DBN_VERSION`; `E_IMPORT_TRUNCATED`.
    pub fn open(path: &Path, name: &str) -> Result<Self, CoreError> {
        let (reader, packing) = source::open(path)?;
        Self::from_reader(reader, packing, name)
    }

    fn from_reader(
        mut reader: Box<dyn Read>,
        packing: Packing,
        name: &str,
    ) -> Result<Self, CoreError> {
        let mut prelude = [0; PRELUDE];
        fill(reader.as_mut(), &mut prelude).map_err(|e| read_error(&e, name, 0))?;
        let length =
            check_prelude(prelude, packing).map_err(|e| e.at(format!("{name}, byte 0")))?;
        let mut fsm = DbnFsm::builder()
            .upgrade_policy(VersionUpgradePolicy::AsIs)
            .buffer_size(1 << 20)
            .build()
            .map_err(|e| CoreError::new("E_INTERNAL", e.to_string()))?;
        fsm.write_all(&prelude);
        // Taken in pieces: a length that lies claims no memory.
        let mut bytes = Vec::new();
        let taken = reader.by_ref().take(length).read_to_end(&mut bytes);
        taken.map_err(|e| read_error(&e, name, PRELUDE as u64))?;
        if (bytes.len() as u64) < length {
            return Err(truncated(name, (PRELUDE + bytes.len()) as u64, "within the metadata"));
        }
        fsm.write_all(&bytes);
        match fsm.process() {
            ProcessResult::Metadata(metadata) => {
                let next = PRELUDE as u64 + length;
                let (byte, number, name) = (0, 0, name.to_owned());
                Ok(Self { reader, fsm, name, metadata, byte, number, next })
            }
            ProcessResult::Err(error) => Err(broken(name, PRELUDE as u64, &error.to_string())),
            ProcessResult::ReadMore(_) | ProcessResult::Record(()) => {
                Err(broken(name, PRELUDE as u64, "metadata of another length than it says"))
            }
        }
    }

    /// The next record; none at the end.
    ///
    /// # Errors
    /// `E_IMPORT_TRUNCATED`, `E_IMPORT_DBN` where a record's length is not one, `E_IO`.
    #[inline]
    pub fn next_record(&mut self) -> Result<Option<RecordRef<'_>>, CoreError> {
        loop {
            // The decoder takes it for granted that records lie at multiples of eight bytes.
            if self.fsm.data().first().is_some_and(|words| words % 2 != 0) {
                return Err(broken(
                    &self.name,
                    self.next,
                    "a record that is no multiple of 8 bytes",
                ));
            }
            match self.fsm.process() {
                ProcessResult::Record(()) => break,
                ProcessResult::ReadMore(_) => {
                    if !self.read_more()? {
                        return Ok(None);
                    }
                }
                ProcessResult::Err(error) => {
                    return Err(broken(&self.name, self.next, &error.to_string()));
                }
                ProcessResult::Metadata(_) => {
                    return Err(broken(&self.name, self.next, "metadata where a record should be"));
                }
            }
        }
        let record = self.fsm.last_record();
        self.byte = self.next;
        self.number += 1;
        self.next += record.as_ref().map_or(0, |r| r.header().record_size() as u64);
        Ok(record)
    }

    /// The next record with its place.
    ///
    /// # Errors
    /// As [`Stream::next_record`].
    #[inline]
    pub fn next_at(&mut self) -> Result<Option<(RecordRef<'_>, At)>, CoreError> {
        let at = At { number: self.number + 1, byte: self.next };
        Ok(self.next_record()?.map(|record| (record, at)))
    }

    /// Bytes unpacked so far.
    #[must_use]
    pub const fn unpacked(&self) -> u64 {
        self.next
    }

    /// An error at the record in hand.
    #[must_use]
    pub fn broken(&self, what: &str) -> CoreError {
        broken(&self.name, self.byte, what)
    }

    #[cold]
    fn read_more(&mut self) -> Result<bool, CoreError> {
        let read = retry(|| self.reader.read(self.fsm.space()));
        let read = read.map_err(|e| read_error(&e, &self.name, self.next))?;
        self.fsm.fill(read);
        if read > 0 {
            return Ok(true);
        }
        let left = self.fsm.data().len();
        if left == 0 {
            return Ok(false);
        }
        Err(truncated(
            &self.name,
            self.next,
            &format!("within a record, of which {left} bytes are there"),
        ))
    }
}

/// The length of the metadata, where it is one.
fn check_prelude(prelude: [u8; PRELUDE], packing: Packing) -> Result<u64, CoreError> {
    let [magic @ .., version, a, b, c, d] = prelude;
    if magic != *b"DBN" {
        let message = format!("begins with {magic:02x?}, not with DBN");
        return Err(CoreError::new("E_IMPORT_DBN", message).hint("it is no file of Databento"));
    }
    if !VERSIONS.contains(&version) {
        let message = format!("DBN version {version}; versions 1 to 3 are read");
        return Err(CoreError::new("E_IMPORT_DBN_VERSION", message)
            .hint("ask for version 3, or convert the file with Databento's tools"));
    }
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    let most = match packing {
        Packing::Plain { bytes } => bytes.saturating_sub(PRELUDE as u64),
        Packing::Zstd => METADATA_LIMIT,
    };
    if length > most.min(METADATA_LIMIT) {
        let message = format!("metadata of {length} bytes, where at most {most} can be");
        return Err(CoreError::new("E_IMPORT_DBN", message).hint("the file is damaged or cut"));
    }
    Ok(length)
}

fn broken(name: &str, byte: u64, what: &str) -> CoreError {
    CoreError::new("E_IMPORT_DBN", what.to_owned())
        .at(format!("{name}, byte {byte}"))
        .hint("the file is damaged: fetch it again")
}

fn truncated(name: &str, byte: u64, what: &str) -> CoreError {
    CoreError::new("E_IMPORT_TRUNCATED", format!("the file ends {what}"))
        .at(format!("{name}, byte {byte}"))
        .hint("fetch the file again")
}

/// What zstd says of damage comes as an error of reading.
fn read_error(error: &io::Error, name: &str, byte: u64) -> CoreError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
            truncated(name, byte, &format!("early or is damaged: {error}"))
        }
        _ => source::io_error(error).at(name.to_owned()),
    }
}

fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn fill(reader: &mut dyn Read, mut out: &mut [u8]) -> io::Result<()> {
    while !out.is_empty() {
        match retry(|| reader.read(out))? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => out = &mut out[read..],
        }
    }
    Ok(())
}
