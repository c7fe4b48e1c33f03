//! Drives an import as a caller with files does.

#![allow(dead_code, clippy::unwrap_used)] // each test uses a part of it

use tickwright_engine::{CoreError, Entry, EventHeader};
use tickwright_world::import::{ImportConfig, ImportReport, Importer, Plan, Progress, Survey};
use tickwright_world::tape::{BlockDecoder, TapeIndex, TapeMeta};

/// Names and unpacked bytes of the files of one recording.
pub type Files = [(String, Vec<u8>)];

pub fn survey(
    files: &Files,
    config: &ImportConfig,
    chunk: usize,
    whole: bool,
) -> Result<Plan, CoreError> {
    let mut survey = if whole { Survey::whole(config) } else { Survey::new(config) };
    'files: for (name, bytes) in files {
        survey.begin_file(name);
        for part in bytes.chunks(chunk) {
            if survey.push_chunk(part)? == Progress::Enough {
                break 'files;
            }
        }
        survey.end_file()?;
    }
    survey.finish()
}

pub fn import(
    files: &Files,
    plan: &Plan,
    config: &ImportConfig,
    chunk: usize,
) -> Result<(ImportReport, Vec<u8>), CoreError> {
    let mut importer = Importer::new(plan, config)?;
    let mut tape = Vec::new();
    for (name, bytes) in files {
        importer.begin_file(name);
        if !plan.needs_random_access() {
            for part in bytes.chunks(chunk) {
                importer.push_chunk(part)?;
                tape.append(importer.output());
            }
        }
        importer.end_file("", bytes.len() as u64)?;
    }
    let stream: Vec<u8> = files.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
    while let Some(want) = importer.wanted() {
        let from = want.offset as usize;
        importer.provide(&stream[from..from + want.length])?;
        tape.append(importer.output());
    }
    let report = importer.finish()?;
    tape.append(importer.output());
    assert_eq!(report.bytes, tape.len() as u64);
    Ok((report, tape))
}

/// Survey and import, begun anew where the beginning did not foresee all.
pub fn run(
    files: &Files,
    config: &ImportConfig,
    chunk: usize,
) -> Result<(ImportReport, Vec<u8>), CoreError> {
    let plan = survey(files, config, chunk, false)?;
    match import(files, &plan, config, chunk) {
        Err(error) if error.code == "E_IMPORT_PLAN" => {
            import(files, &survey(files, config, chunk, true)?, config, chunk)
        }
        other => other,
    }
}

/// Header, bids and asks of every event of a tape.
pub fn events(tape: &[u8]) -> Vec<(EventHeader, Vec<Entry>, Vec<Entry>)> {
    let index = TapeIndex::open(tape).unwrap();
    let mut out = Vec::new();
    let mut decoder = BlockDecoder::new();
    for place in 0..index.blocks.len() {
        let bytes = index.block_bytes(tape, place);
        let block = decoder.decode(bytes, index.expect(place)).unwrap();
        out.extend(block.events().map(|e| (*e.header, e.bids.to_vec(), e.asks.to_vec())));
    }
    out
}

/// Head and directory of a tape.
pub fn meta(tape: &[u8]) -> TapeMeta {
    TapeIndex::open(tape).unwrap().meta
}
