//! A tape in formats that others read.

use crate::convert::{
    ColumnBatch, ColumnSink, CsvSink, Names, Piece, Scales, Selection, Table, TardisSink, rows,
};
use crate::host::{Reply, Tool, arguments, unknown};
use crate::tape::{BlockDecoder, TapeIndex};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tickwright_engine::CoreError;
use tickwright_engine::event::EventRef;

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Format {
    Csv,
    Tardis,
    /// For a columnar file.
    Columns,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenArguments {
    to: Format,
    /// Names of tables; none of them: all.
    #[serde(default)]
    tables: Vec<String>,
    /// Names or symbols; none of them: all.
    #[serde(default)]
    instruments: Vec<String>,
    /// First event, and the one behind the last.
    #[serde(default)]
    from_event: Option<u64>,
    #[serde(default)]
    to_event: Option<u64>,
    /// First receive time, and the one behind the last: nanoseconds since 1970 as text.
    #[serde(default)]
    from_time: Option<String>,
    #[serde(default)]
    to_time: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockArguments {
    index: usize,
}

/// `index` with the tape's index tells which blocks are wanted; `block` for each of them in order;
/// `finish`.
pub struct ConvertTool {
    args: OpenArguments,
    work: Option<Work>,
}

struct Work {
    index: TapeIndex,
    names: Names,
    selection: Selection,
    sink: AnySink,
    decoder: BlockDecoder,
    events: u64,
}

enum AnySink {
    Csv(CsvSink),
    Tardis(TardisSink),
    Columns(ColumnSink),
}

impl ConvertTool {
    /// # Errors
    /// `E_ARGUMENT`.
    pub fn open(args: &str) -> Result<Self, CoreError> {
        Ok(Self { args: arguments("convert", args)?, work: None })
    }

    fn index(&mut self, bytes: &[u8]) -> Result<Reply, CoreError> {
        let index = TapeIndex::from_bytes(bytes)?;
        let names = Names::new(&index.meta.directory);
        let selection = self.selection(&names)?;
        let scales = Scales::of(&names, |i| selection.instrument(i));
        let sink = match self.args.to {
            Format::Csv => AnySink::Csv(CsvSink::default()),
            Format::Tardis => AnySink::Tardis(TardisSink::new(names.clone())),
            Format::Columns => AnySink::Columns(ColumnSink::new(scales)),
        };
        let blocks = wanted(&index, &selection);
        let decoder = BlockDecoder::new();
        self.work = Some(Work { index, names, selection, sink, decoder, events: 0 });
        Reply::json(&json!({ "first": blocks.0, "end": blocks.1, "tables": schemas(scales) }))
    }

    fn selection(&self, names: &Names) -> Result<Selection, CoreError> {
        let args = &self.args;
        let times = (time(&args.from_time, i64::MIN)?, time(&args.to_time, i64::MAX)?);
        Ok(Selection {
            tables: args.tables.iter().map(|name| table(name)).collect::<Result<_, _>>()?,
            instruments: args
                .instruments
                .iter()
                .map(|name| instrument(names, name))
                .collect::<Result<_, _>>()?,
            events: (args.from_event.unwrap_or(0), args.to_event.unwrap_or(u64::MAX)),
            times,
        })
    }
}

/// The blocks that hold what is selected: the first, and the one behind the last.
fn wanted(index: &TapeIndex, selection: &Selection) -> (usize, usize) {
    let all = index.blocks.len();
    let by_event = |ordinal| index.block_of_event(ordinal).unwrap_or(all);
    let by_time = |ns| index.block_of_time(ns).unwrap_or(all);
    let first = by_event(selection.events.0).max(by_time(selection.times.0));
    let (last_event, last_time) = (selection.events.1, selection.times.1);
    let end_of = |last: usize| (last + 1).min(all);
    let end = end_of(by_event(last_event)).min(end_of(by_time(last_time)));
    (first, end.max(first))
}

fn table(name: &str) -> Result<Table, CoreError> {
    Table::from_name(name).ok_or_else(|| {
        let names: Vec<_> = Table::ALL.iter().map(|t| t.name()).collect();
        let seen = format!("{name:?} is no table: there are {}", names.join(", "));
        CoreError::new("E_ARGUMENT", seen).hint("see --kind in docs/formats/convert.md")
    })
}

fn instrument(names: &Names, name: &str) -> Result<u32, CoreError> {
    let found = names.instruments.iter().position(|i| i.name == name || i.symbol == name);
    found.map(|index| index as u32).ok_or_else(|| {
        let all: Vec<_> = names.instruments.iter().map(|i| i.name.as_str()).collect();
        let seen = format!("{name:?} is not on the tape; it has {}", all.join(", "));
        CoreError::new("E_ARGUMENT", seen)
    })
}

fn time(text: &Option<String>, default: i64) -> Result<i64, CoreError> {
    let Some(text) = text else { return Ok(default) };
    text.parse().map_err(|_| CoreError::new("E_ARGUMENT", format!("{text:?} is no time")))
}

/// Names, kinds and scales of all columns, by table.
fn schemas(scales: Scales) -> Vec<Value> {
    let column = |c: crate::convert::Column| {
        let (kind, scale) = (c.kind.name(), scales.scale(c.kind));
        json!({ "name": c.name, "kind": kind, "nullable": c.nullable, "scale": scale })
    };
    let schema = |t: Table| json!({ "name": t.name(), "columns": t.columns().map(column).collect::<Vec<_>>() });
    Table::ALL.map(schema).to_vec()
}

impl Work {
    fn block(&mut self, at: usize, bytes: &[u8]) -> Result<Reply, CoreError> {
        if at >= self.index.blocks.len() {
            return Err(CoreError::new("E_ARGUMENT", format!("there is no block {at}")));
        }
        let block = self.decoder.decode(bytes, self.index.expect(at))?;
        for (ordinal, event) in (block.first_event..).zip(block.events()) {
            if self.selection.wants(ordinal, event) {
                self.events += 1;
                self.sink.event(&self.names, ordinal, event)?;
            }
        }
        self.ready()
    }

    /// What has come together: pieces of files, or batches of columns and the words they name.
    fn ready(&mut self) -> Result<Reply, CoreError> {
        let mut bytes = Vec::new();
        let reply = match &mut self.sink {
            AnySink::Csv(CsvSink { pieces }) => pieces_reply(pieces.take(), &mut bytes),
            AnySink::Tardis(sink) => pieces_reply(sink.pieces.take(), &mut bytes),
            AnySink::Columns(sink) => {
                let batches: Vec<_> = sink
                    .take()
                    .into_iter()
                    .map(|ColumnBatch { table, rows, bytes: more }| {
                        bytes.extend_from_slice(&more);
                        json!({ "table": table.name(), "rows": rows, "length": more.len() })
                    })
                    .collect();
                json!({ "batches": batches, "words": sink.new_words() })
            }
        };
        Ok(Reply::json(&reply)?.with_bytes(bytes))
    }

    fn finish(&self) -> Result<Reply, CoreError> {
        let (mut left_out, mut files, mut cut_times) = (Map::new(), Map::new(), 0);
        match &self.sink {
            AnySink::Csv(sink) => files.extend(counts(sink.pieces.rows())),
            AnySink::Tardis(sink) => {
                files.extend(counts(sink.pieces.rows()));
                left_out.extend(counts(sink.left_out()));
                cut_times = sink.cut_times;
            }
            AnySink::Columns(_) => {}
        }
        let events = self.events;
        let rest = json!({ "leftOut": left_out, "cutTimes": cut_times, "files": files });
        Reply::json(&json!({ "events": events, "written": rest }))
    }
}

fn counts<'a>(
    named: impl Iterator<Item = (&'a str, u64)>,
) -> impl Iterator<Item = (String, Value)> {
    named.map(|(name, count)| (name.to_owned(), json!(count)))
}

fn pieces_reply(pieces: Vec<Piece>, bytes: &mut Vec<u8>) -> Value {
    let told: Vec<_> = pieces
        .into_iter()
        .map(|Piece { file, bytes: mut more }| {
            let length = more.len();
            bytes.append(&mut more);
            json!({ "file": file, "length": length })
        })
        .collect();
    json!({ "pieces": told })
}

impl AnySink {
    fn event(&mut self, names: &Names, ordinal: u64, event: EventRef<'_>) -> Result<(), CoreError> {
        match self {
            Self::Csv(sink) => rows(names, ordinal, event, sink),
            Self::Columns(sink) => rows(names, ordinal, event, sink),
            Self::Tardis(sink) => {
                sink.event(event);
                Ok(())
            }
        }
    }
}

impl Tool for ConvertTool {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        if op == "index" {
            return self.index(bytes);
        }
        let Some(work) = &mut self.work else {
            return Err(CoreError::new("E_ARGUMENT", "the index comes first"));
        };
        match op {
            "block" => work.block(arguments::<BlockArguments>(op, args)?.index, bytes),
            "finish" => work.finish(),
            _ => unknown("convert", op),
        }
    }
}
