//! Rows of a feature set from a tape: for research.

use crate::host::{Reply, Tool, arguments, unknown};
use crate::rows::{RowBuffer, RowPlan, RowWalker, Sheet, SheetFormat};
use crate::tape::{BlockDecoder, Located, TapeIndex};
use serde::Deserialize;
use serde_json::json;
use tickwright_engine::CoreError;
use tickwright_engine::core::{Batch, Cursor};
use tickwright_engine::features::FeatureSet;

/// Values of the rows that one call hands over, for flat memory.
const CHUNK_VALUES: usize = 1 << 19;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenArguments {
    format: SheetFormat,
    plan: RowPlan,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockArguments {
    index: usize,
}

/// `set` with a feature set's JSON; `index` with the tape's index; `block` for each block in order, again
/// with the same bytes until it is done; `finish`, likewise.
pub struct FeatureRowsTool {
    args: OpenArguments,
    set: Option<FeatureSet>,
    work: Option<Work>,
}

struct Work {
    index: TapeIndex,
    walker: RowWalker,
    sheet: Sheet,
    rows: RowBuffer,
    decoder: BlockDecoder,
    /// The block in hand and the place in it.
    open: Option<(usize, Located, Cursor)>,
}

impl FeatureRowsTool {
    /// # Errors
    /// `E_ARGUMENT`.
    pub fn open(args: &str) -> Result<Self, CoreError> {
        Ok(Self { args: arguments("feature rows", args)?, set: None, work: None })
    }

    fn index(&mut self, bytes: &[u8]) -> Result<Reply, CoreError> {
        let Some(set) = self.set.clone() else {
            return Err(CoreError::new("E_ARGUMENT", "the set comes first"));
        };
        let index = TapeIndex::from_bytes(bytes)?;
        let walker = self.args.plan.walker(set, &index)?;
        let columns = walker.names().to_vec();
        let sheet = Sheet::new(self.args.format, &columns, &index.meta.directory)?;
        let mut begin = Vec::new();
        sheet.begin(&mut begin);
        let reply = json!({
            "columns": columns,
            "instruments": sheet.instruments(),
            "set": walker.set_hash(),
        });
        let rows = RowBuffer::new(columns.len(), CHUNK_VALUES / columns.len());
        let decoder = BlockDecoder::new();
        self.work = Some(Work { index, walker, sheet, rows, decoder, open: None });
        Ok(Reply::json(&reply)?.with_bytes(begin))
    }
}

impl Work {
    fn block(&mut self, at: usize, bytes: &[u8]) -> Result<Reply, CoreError> {
        if at >= self.index.blocks.len() {
            return Err(CoreError::new("E_ARGUMENT", format!("there is no block {at}")));
        }
        let (place, mut cursor) = match self.open {
            Some((block, place, cursor)) if block == at => (place, cursor),
            _ => {
                let block = self.decoder.decode(bytes, self.index.expect(at))?;
                (block.place(), Cursor::default())
            }
        };
        let (headers, entries) = self.decoder.located(place, bytes);
        let done = self.walker.run(Batch { headers, entries }, &mut cursor, &mut self.rows);
        self.open = (!done).then_some((at, place, cursor));
        self.ready(done)
    }

    fn finish(&mut self) -> Result<Reply, CoreError> {
        let done = self.walker.finish(self.index.end_ns, &mut self.rows);
        self.ready(done)
    }

    fn ready(&mut self, done: bool) -> Result<Reply, CoreError> {
        let mut bytes = Vec::new();
        let rows = self.rows.len();
        self.sheet.write(&self.rows, &mut bytes);
        self.rows.clear();
        let reply = json!({ "done": done, "ended": self.walker.ended(), "rows": rows });
        Ok(Reply::json(&reply)?.with_bytes(bytes))
    }

    fn report(&self) -> Result<Reply, CoreError> {
        Reply::json(&json!({
            "rows": self.sheet.rows(),
            "hash": self.sheet.hash(),
            "nulls": self.walker.nulls(),
        }))
    }
}

impl Tool for FeatureRowsTool {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "set" => {
                self.set = Some(FeatureSet::parse(bytes)?);
                return Reply::json(&());
            }
            "index" => return self.index(bytes),
            _ => {}
        }
        let Some(work) = &mut self.work else {
            return Err(CoreError::new("E_ARGUMENT", "the index comes first"));
        };
        match op {
            "block" => work.block(arguments::<BlockArguments>(op, args)?.index, bytes),
            "finish" => work.finish(),
            "report" => work.report(),
            _ => unknown("feature rows", op),
        }
    }
}
