//! Both passes over the files, and the tape.

use crate::records::{self, RecordReader, register_sources};
use crate::request::{Request, SourceFile};
use crate::stream::Stream;
use crate::survey::{Survey, Surveyed};
use std::fs::File;
use std::io::Write;
use tickwright_engine::CoreError;
use tickwright_world::import::{
    EndedFile, Format, ImportConfig, ImportReport, Importer, Place, Plan, Taken,
};
use tickwright_world::tape::{Codec, DEFAULT_BLOCK_EVENTS, Origin};

/// Records between two words on how far it is.
const PROGRESS_EVERY: u64 = 1 << 20;
/// Bytes of tape that are gathered before they are written.
const WRITE_AT: usize = 1 << 20;
/// Rule under which numbers stand for instruments.
const NAMELESS: &str = "no symbol is told: the instrument's number stands for it";

/// Makes the tape, at the path of the request. `progress` hears how many of all records are done; in the first
/// pass nobody knows how many there are.
///
/// # Errors
/// `E_IO`, `E_IMPORT_DBN`, `E_IMPORT_DBN_VERSION`, `E_IMPORT_TRUNCATED`, `E_IMPORT_NO_FRAMES`, `E_ARGUMENT`;
/// in a strict import the code of a refused record.
pub fn import(
    request: &Request,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<ImportReport, CoreError> {
    let (mut surveyed, records) = survey(&request.files, progress)?;
    register_sources(&mut surveyed.instruments.directory);
    let directory = surveyed.instruments.directory.clone();
    let plan = Plan::of_events(Format::Dbn, directory, surveyed.start_ns);
    let mut importer = Importer::new(&plan, &config(request)?)?;
    let mut reader = RecordReader::new(surveyed.instruments);
    let mut out = File::create(&request.out).map_err(|e| write_error(&e, request))?;
    let mut done = 0;
    for (number, file) in (0..).zip(&request.files) {
        importer.begin_file(&file.name);
        let mut stream = Stream::open(&file.path, &file.name)?;
        reader.begin(&stream)?;
        let each = &mut |importer: &mut Importer| {
            done += 1;
            if done % PROGRESS_EVERY == 0 {
                progress(done, records);
            }
            if importer.output().len() < WRITE_AT {
                Ok(())
            } else {
                drain(importer, &mut out, request)
            }
        };
        read(&mut stream, number, &mut reader, &mut importer, each)?;
        importer.end_records(&EndedFile {
            sha256: &file.sha256,
            bytes: file.bytes,
            unpacked_bytes: stream.unpacked(),
            records: stream.number,
        });
    }
    for _ in 0..surveyed.nameless {
        importer.corrected(NAMELESS, Place { file: 0, line: 1, byte: 0 });
    }
    let report = importer.finish()?;
    drain(&mut importer, &mut out, request)?;
    Ok(report)
}

/// The first pass; also returns how many records there are.
fn survey(
    files: &[SourceFile],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Surveyed, u64), CoreError> {
    let (mut survey, mut records) = (Survey::default(), 0);
    for file in files {
        let mut stream = Stream::open(&file.path, &file.name)?;
        survey.begin(&stream)?;
        while let Some(record) = stream.next_record()? {
            if let Err(error) = survey.record(&record) {
                return Err(stream.broken(&format!("expected {}", error.what)));
            }
            records += 1;
            if records % PROGRESS_EVERY == 0 {
                progress(records, 0);
            }
        }
    }
    Ok((survey.finish()?, records))
}

/// The second pass over one file.
fn read(
    stream: &mut Stream,
    file: u32,
    reader: &mut RecordReader,
    importer: &mut Importer,
    each: &mut dyn FnMut(&mut Importer) -> Result<(), CoreError>,
) -> Result<(), CoreError> {
    while let Some((record, at)) = stream.next_at()? {
        let place = Place { file, line: at.number, byte: at.byte };
        importer.events(place, |events| {
            reader.record(&record, events).map(|taken| match taken {
                records::Taken::Data => Taken::Data,
                records::Taken::Ignored(name) => Taken::Ignored(name),
            })
        })?;
        for rule in &reader.rules {
            importer.corrected(rule, place);
        }
        each(importer)?;
    }
    Ok(())
}

fn config(request: &Request) -> Result<ImportConfig, CoreError> {
    let codec = match &request.codec {
        None => Codec::default(),
        Some(name) => Codec::from_name(name).ok_or_else(|| {
            CoreError::new("E_ARGUMENT", format!("codec {name:?} is not known"))
                .hint("one of none, delta, delta+zstd")
        })?,
    };
    let origin =
        |f: &SourceFile| Origin { name: f.name.clone(), sha256: f.sha256.clone(), bytes: f.bytes };
    Ok(ImportConfig {
        codec,
        block_events: request.block_events.unwrap_or(DEFAULT_BLOCK_EVENTS),
        strict: request.strict,
        no_quotes: request.no_quotes,
        origins: request.files.iter().map(origin).collect(),
        ..ImportConfig::default()
    })
}

fn drain(importer: &mut Importer, out: &mut File, request: &Request) -> Result<(), CoreError> {
    let bytes = importer.output();
    out.write_all(bytes).map_err(|e| write_error(&e, request))?;
    bytes.clear();
    Ok(())
}

fn write_error(error: &std::io::Error, request: &Request) -> CoreError {
    CoreError::new("E_IO", format!("cannot write: {error}"))
        .at(request.out.display().to_string())
        .hint("give a path in a folder that exists and can be written")
}
