//! Recordings of any bytes: surveyed and imported in two ways of cutting them, the same tape or the same error.

use super::expect_code;
use tickwright_engine::CoreError;
use tickwright_world::import::{ImportConfig, Importer, Plan, Progress, Survey};
use tickwright_world::tape::TapeIndex;

pub fn run(data: &[u8]) {
    let config = ImportConfig::default();
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

fn survey(data: &[u8], chunk: usize, mut survey: Survey) -> Result<Plan, CoreError> {
    survey.begin_file("fuzz");
    for part in data.chunks(chunk) {
        if survey.push_chunk(part)? == Progress::Enough {
            return survey.finish();
        }
    }
    survey.end_file()?;
    survey.finish()
}

pub(super) fn import(
    data: &[u8],
    chunk: usize,
    config: &ImportConfig,
) -> Result<Vec<u8>, CoreError> {
    let plan = survey(data, chunk, Survey::whole(config))?;
    let mut importer = Importer::new(&plan, config)?;
    importer.begin_file("fuzz");
    let mut tape = Vec::new();
    if !plan.needs_random_access() {
        for part in data.chunks(chunk) {
            importer.push_chunk(part)?;
            tape.append(importer.output());
        }
    }
    importer.end_file("", data.len() as u64)?;
    while let Some(want) = importer.wanted() {
        let from = want.offset as usize;
        importer.provide(&data[from..from + want.length])?;
        tape.append(importer.output());
    }
    importer.finish()?;
    tape.append(importer.output());
    Ok(tape)
}
