//! A journal's segment of any bytes: read, recovered, replayed.

use super::{expect_code, session};
use crate::corpus::Sample;
use tickwright_engine::CoreError;
use tickwright_engine::journal::{Chain, JournalWriter, SegmentReader, kept_length};
use tickwright_engine::schema::entry_type;
use tickwright_world::generator::GeneratedKind;

/// The segment of a session that took these inputs.
///
/// # Errors
/// None; as the other makers of inputs.
pub fn sample(samples: &[Sample]) -> Result<Vec<u8>, CoreError> {
    let mut live = session::Live::open();
    for Sample { kind, bytes, .. } in samples {
        let (kind, source) = match kind {
            GeneratedKind::Frame => (entry_type::FRAME, 0),
            GeneratedKind::Snapshot => (entry_type::BODY, 1),
        };
        live.feed(kind, source, 100_000, bytes);
    }
    live.finish();
    live.segment.truncate(kept_length(live.writer.position(), live.segment.len()));
    Ok(live.segment)
}

pub fn run(data: &[u8]) {
    let before = read(data);
    let recovered = JournalWriter::open(data);
    if let (Err(error), true) = (&recovered, before) {
        assert!(error.code == "E_JOURNAL_CLOSED", "read whole, yet not recovered: {error:?}");
    }
    let (host, ended) = session::replay(data);
    if !ended {
        let fault = host.session.core.fault();
        let Some(fault) = fault else { panic!("FAULT without an error") };
        expect_code(fault, &["E_JOURNAL", "E_INPUT", "E_STAMP_ORDER"]);
    }
}

/// Whether it reads to its end.
fn read(data: &[u8]) -> bool {
    let done = (|| {
        let mut reader = SegmentReader::new(data)?;
        let mut chain = Chain::new(b"");
        let _ = chain.begin(reader.header());
        let mut position = 0;
        for entry in reader.by_ref() {
            let entry = entry?;
            assert!(entry.offset >= position && entry.end() <= data.len());
            position = entry.end();
        }
        let end = reader.end()?;
        assert!(end.position + end.torn_bytes <= data.len() + 4_096);
        chain.end(&end);
        Ok(())
    })();
    done.inspect_err(|error: &CoreError| expect_code(error, &["E_JOURNAL"])).is_ok()
}
