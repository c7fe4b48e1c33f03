//! Sections: the head, each block and the footer are framed in the same way, so that one check
//! covers every byte of a tape. Layout: native/schema/tape.fbs.

use tickwright_engine::CoreError;
use tickwright_schema::flat_tape::tickwright::tape::{Section, Trailer};
use xxhash_rust::xxh3::xxh3_128;

/// Sections begin at, and bodies are aligned to, multiples of this: a mapped body is cast in place.
pub const ALIGN: usize = 64;
/// Bytes of a section before its FlatBuffers header.
pub const PREFIX: usize = 32;
/// Bytes of the trailer.
pub const TRAILER: usize = 64;
/// Version of the format; another one is refused.
pub const VERSION: u32 = 1;

const CRC_AT: usize = PREFIX - 4;
const TRAILER_CRC_AT: usize = TRAILER - 4;
const TRAILER_MAGIC: u64 = u64::from_le_bytes(*b"TICKTEND");

/// What a section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Head,
    Block,
    Footer,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Head, Self::Block, Self::Footer];

    const fn magic(self) -> u64 {
        u64::from_le_bytes(match self {
            Self::Head => *b"TICKTAPE",
            Self::Block => *b"TICKBLCK",
            Self::Footer => *b"TICKFOOT",
        })
    }
}

/// Where a section lies, for messages: its name is written only when something is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub kind: Kind,
    /// Of a block.
    pub index: u64,
    /// Byte of the file at which the section begins.
    pub offset: u64,
}

impl Place {
    pub const fn head() -> Self {
        Self { kind: Kind::Head, index: 0, offset: 0 }
    }

    pub const fn block(index: u64, offset: u64) -> Self {
        Self { kind: Kind::Block, index, offset }
    }

    pub const fn footer(offset: u64) -> Self {
        Self { kind: Kind::Footer, index: 0, offset }
    }

    pub fn error(self, code: &'static str, message: impl Into<String>) -> CoreError {
        let name = match self.kind {
            Kind::Head => "head".to_owned(),
            Kind::Block => format!("block {}", self.index),
            Kind::Footer => "footer".to_owned(),
        };
        let error = CoreError::new(code, message).at(format!("byte {}, {name}", self.offset));
        error.hint("the file is damaged; get it again")
    }
}

/// The first bytes of a section, not yet checked against its CRC.
#[derive(Clone, Copy, Debug)]
pub struct Prefix {
    pub kind: Kind,
    pub version: u32,
    pub header_bytes: u32,
    pub section_bytes: u64,
}

impl Prefix {
    /// `None` where the bytes do not begin a section.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let raw = Section(*bytes.first_chunk::<PREFIX>()?);
        let kind = Kind::ALL.into_iter().find(|k| k.magic() == raw.magic())?;
        let (section_bytes, header_bytes) = (raw.section_bytes(), raw.header_bytes());
        Some(Self { kind, version: raw.version(), header_bytes, section_bytes })
    }

    /// Whether lengths can be true of a section that has `available` bytes to lie in.
    pub fn fits(self, available: u64) -> bool {
        let least = PREFIX as u64 + u64::from(self.header_bytes);
        self.section_bytes.is_multiple_of(ALIGN as u64)
            && (least..=available).contains(&self.section_bytes)
    }
}

/// A section whose CRC holds.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    pub header: &'a [u8],
    /// From the first multiple of 64 behind the header to the section's end.
    pub body: &'a [u8],
    pub hash: u128,
}

/// Checks the section that `bytes` are, exactly: kind, lengths, CRC.
///
/// # Errors
/// `E_TAPE_MAGIC`, `E_TAPE_VERSION`, `E_TAPE_TRUNCATED`, `E_TAPE_CRC`.
pub fn check(bytes: &[u8], place: Place) -> Result<Checked<'_>, CoreError> {
    let Some(prefix) = Prefix::read(bytes).filter(|p| p.kind == place.kind) else {
        let seen = &bytes[..bytes.len().min(8)];
        return Err(place.error("E_TAPE_MAGIC", format!("no section begins here: {seen:02x?}")));
    };
    check_version(prefix, place)?;
    if prefix.section_bytes != bytes.len() as u64 || !prefix.fits(bytes.len() as u64) {
        let (stated, got) = (prefix.section_bytes, bytes.len());
        let message = format!("the section says {stated} bytes, {got} are there");
        return Err(place.error("E_TAPE_TRUNCATED", message));
    }
    let stored = Section(first(bytes)).crc();
    let computed = crc_without(bytes, CRC_AT);
    if stored != computed {
        let message = format!("CRC-32 is {computed:08x}, stored is {stored:08x}");
        return Err(place.error("E_TAPE_CRC", message).hint("the file is damaged; get it again"));
    }
    let header_end = PREFIX + prefix.header_bytes as usize;
    let body_at = header_end.next_multiple_of(ALIGN).min(bytes.len());
    let hash = xxh3_128(&bytes[..header_end]);
    Ok(Checked { header: &bytes[PREFIX..header_end], body: &bytes[body_at..], hash })
}

/// # Errors
/// `E_TAPE_VERSION`: nothing else of another version has a meaning here.
pub fn check_version(prefix: Prefix, place: Place) -> Result<(), CoreError> {
    if prefix.version == VERSION {
        return Ok(());
    }
    let message = format!("format version {}, this build reads {VERSION}", prefix.version);
    Err(place.error("E_TAPE_VERSION", message).hint("import the recording again"))
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

/// CRC-32 of all bytes but the four at `at`.
fn crc_without(bytes: &[u8], at: usize) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes[..at]);
    hasher.update(&bytes[at + 4..]);
    hasher.finalize()
}

/// Appends a section made of a header and the parts of a body; returns its hash.
pub fn append(out: &mut Vec<u8>, kind: Kind, header: &[u8], body: &[&[u8]]) -> u128 {
    let start = out.len();
    out.resize(start + PREFIX, 0);
    out.extend_from_slice(header);
    pad(out, start);
    for part in body {
        out.extend_from_slice(part);
    }
    pad(out, start);
    let (header_bytes, section_bytes) = (header.len() as u32, (out.len() - start) as u64);
    let mut prefix = Section::new(kind.magic(), VERSION, header_bytes, section_bytes, 0, 0);
    let section = &mut out[start..];
    section[..PREFIX].copy_from_slice(&prefix.0);
    prefix.set_crc(crc_without(section, CRC_AT));
    section[..PREFIX].copy_from_slice(&prefix.0);
    xxh3_128(&section[..PREFIX + header.len()])
}

fn pad(out: &mut Vec<u8>, start: usize) {
    let bytes = out.len() - start;
    out.resize(start + bytes.next_multiple_of(ALIGN), 0);
}

/// What the trailer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    pub footer_offset: u64,
    pub footer_bytes: u64,
    /// Of the whole file, this trailer included.
    pub file_bytes: u64,
}

/// Appends the trailer.
pub fn append_trailer(out: &mut Vec<u8>, end: End) {
    let End { footer_offset, footer_bytes, file_bytes } = end;
    let reserved = [0; 3];
    let mut trailer =
        Trailer::new(TRAILER_MAGIC, footer_offset, footer_bytes, file_bytes, &reserved, VERSION, 0);
    trailer.set_crc(crc_without(&trailer.0, TRAILER_CRC_AT));
    out.extend_from_slice(&trailer.0);
}

/// `None` where the bytes are not a whole, undamaged trailer.
pub fn read_trailer(bytes: &[u8]) -> Option<End> {
    let raw: &[u8; TRAILER] = bytes.try_into().ok()?;
    let trailer = Trailer(*raw);
    let sound = trailer.magic() == TRAILER_MAGIC
        && trailer.version() == VERSION
        && trailer.crc() == crc_without(raw, TRAILER_CRC_AT);
    sound.then(|| End {
        footer_offset: trailer.footer_offset(),
        footer_bytes: trailer.footer_bytes(),
        file_bytes: trailer.file_bytes(),
    })
}

/// Gives a changed section a right CRC: what damage cannot do, but a hostile file can.
#[cfg(test)]
pub fn reseal(section: &mut [u8]) {
    let mut prefix = Section(first(section));
    prefix.set_crc(crc_without(section, CRC_AT));
    section[..PREFIX].copy_from_slice(&prefix.0);
}
