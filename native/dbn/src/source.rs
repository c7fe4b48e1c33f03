//! The bytes of a file, unpacked where it is zstd.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use tickwright_engine::CoreError;

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Most that a frame may ask to be kept in memory.
const WINDOW_LIMIT: u64 = 128 << 20;
const BUFFER: usize = 1 << 18;

/// Opens a file; `packed` tells whether it is zstd.
///
/// # Errors
/// `E_IO`.
pub fn open(path: &Path) -> Result<(Box<dyn Read>, Packing), CoreError> {
    let refused = |error: io::Error| io_error(&error).at(path.display().to_string());
    let file = File::open(path).map_err(refused)?;
    let bytes = file.metadata().map_err(refused)?.len();
    let mut buffered = BufReader::with_capacity(BUFFER, file);
    if buffered.fill_buf().map_err(refused)?.starts_with(&ZSTD) {
        return Ok((Box::new(Frames::new(buffered)), Packing::Zstd));
    }
    Ok((Box::new(buffered), Packing::Plain { bytes }))
}

/// How a file is packed, and how long it is where that bounds its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Plain { bytes: u64 },
    Zstd,
}

pub fn io_error(error: &io::Error) -> CoreError {
    CoreError::new("E_IO", format!("cannot read: {error}")).hint("check that the file can be read")
}

/// The content of all frames of a zstd file, one after another.
struct Frames<R: BufRead> {
    state: State<R>,
}

enum State<R: BufRead> {
    /// Between two frames.
    Between(R),
    Within(R, Box<FrameDecoder>),
    Ended,
}

impl<R: BufRead> Frames<R> {
    const fn new(source: R) -> Self {
        Self { state: State::Between(source) }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Between(source) => self.state = next_frame(source)?,
                State::Within(mut source, mut frame) => {
                    let read = unpack(&mut source, &mut frame, out)?;
                    if read > 0 {
                        self.state = State::Within(source, frame);
                        return Ok(read);
                    }
                    self.state = State::Between(source);
                }
                State::Ended => return Ok(0),
            }
        }
    }
}

fn next_frame<R: BufRead>(mut source: R) -> io::Result<State<R>> {
    loop {
        if source.fill_buf()?.is_empty() {
            return Ok(State::Ended);
        }
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW_LIMIT);
        match decoder.init(&mut source) {
            Ok(()) => return Ok(State::Within(source, Box::new(decoder))),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                io::copy(&mut source.by_ref().take(u64::from(length)), &mut io::sink())?;
            }
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }
}

/// Unpacks at least one byte, if the frame has any left.
fn unpack<R: BufRead>(
    source: &mut R,
    frame: &mut FrameDecoder,
    out: &mut [u8],
) -> io::Result<usize> {
    while frame.can_collect() == 0 && !frame.is_finished() {
        frame
            .decode_blocks(&mut *source, BlockDecodingStrategy::UptoBlocks(1))
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    }
    frame.read(out)
}
