//! Recordings of any bytes: surveyed and imported in two ways of cutting them, the same tape or the same error.

use super::expect_code;
use tickwright_engine::CoreError;
use tickwright_world::import::{ImportConfig, Importer, Plan, Progress, RowOptions, Survey};
use tickwright_world::tape::TapeIndex;

pub fn run(data: &[u8]) {
    let config = config(files(data).len());
    let whole = import(data, data.len().max(1), &config);
    let parts = import(data, 777, &config);
    match (&whole, &parts) {
        (Ok(a), Ok(b)) => assert!(a == b, "the tape depends on how the file was cut"),
        (Err(a), Err(b)) => assert_eq!((a.code, &a.at), (b.code, &b.at)),
        _ => panic!("{:?} in one go, {:?} in parts", whole.err(), parts.err()),
    }
    match whole {
        Ok(tape) => {
            let index = TapeIndex::open(&tape);
            assert!(index.is_ok_and(|index| index.finished && index.torn_bytes == 0));
        }
        Err(error) => expect_code(&error, &["E_"]),
    }
}

/// Where the second file of a pair begins; no text has such a byte.
pub const NEXT_FILE: u8 = 0x1c;
/// Names of a pair of files that belong together line by line.
const NAMES: [&str; 2] = ["x_message_2.csv", "x_orderbook_2.csv"];

fn files(data: &[u8]) -> Vec<(&'static str, &[u8])> {
    let mut parts = data.splitn(NAMES.len(), |byte| *byte == NEXT_FILE);
    NAMES.into_iter().zip(&mut parts).collect()
}

fn config(files: usize) -> ImportConfig {
    let rows = RowOptions {
        symbol: Some("X".to_owned()),
        date: Some("2012-06-21".to_owned()),
        ..RowOptions::default()
    };
    ImportConfig { files: Some(files), rows, ..ImportConfig::default() }
}

fn survey(files: &[(&str, &[u8])], chunk: usize, mut survey: Survey) -> Result<Plan, CoreError> {
    for (name, data) in files {
        survey.begin_file(name);
        for part in data.chunks(chunk) {
            if survey.push_chunk(part)? == Progress::Enough {
                return survey.finish();
            }
        }
        survey.end_file()?;
    }
    survey.finish()
}

pub(super) fn import(
    data: &[u8],
    chunk: usize,
    config: &ImportConfig,
) -> Result<Vec<u8>, CoreError> {
    let files = files(data);
    let plan = survey(&files, chunk, Survey::whole(config))?;
    let mut importer = Importer::new(&plan, config)?;
    let mut tape = Vec::new();
    for (name, bytes) in &files {
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
    importer.finish()?;
    tape.append(importer.output());
    Ok(tape)
}
