//! The market generator: inputs as a venue sends them, or a tape at once.

use super::import::codec_of;
use super::inputs::push_input;
use crate::generator::{GeneratedKind, Generator, GeneratorConfig, MarketStats};
use crate::host::{Reply, Tool, arguments, unknown};
use crate::session::describe_instruments;
use crate::tape::{DEFAULT_BLOCK_EVENTS, TapeMeta, TapeWriter};
use serde::Deserialize;
use serde_json::{Value, json};
use tickwright_engine::digest::hex;
use tickwright_engine::schema::{entry_type, kind};
use tickwright_engine::{CoreError, Directory};

/// Bytes of tape or frames that one call makes before it comes back, for progress and flat memory.
const CHUNK_BYTES: usize = 4 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenArguments {
    seed: u64,
    seconds: u32,
    #[serde(default)]
    venue: Option<String>,
    #[serde(default)]
    symbols: Vec<String>,
    #[serde(default)]
    codec: Option<String>,
    #[serde(default)]
    block_events: Option<u32>,
}

pub struct GenerateTool {
    generator: Generator,
    config: GeneratorConfig,
    directory: Directory,
    writer: Option<TapeWriter>,
    meta: TapeMeta,
    stats: MarketStats,
    last_recv: i64,
    frame: Vec<u8>,
    ended: bool,
}

impl GenerateTool {
    /// # Errors
    /// `E_ARGUMENT`, `E_GENERATOR_CONFIG`.
    pub fn open(args: &str) -> Result<Self, CoreError> {
        let args: OpenArguments = arguments("generate", args)?;
        let mut config = GeneratorConfig::new(args.seed, args.seconds);
        if args.venue.is_some() || !args.symbols.is_empty() {
            let venue = args.venue.as_deref().unwrap_or("binance-usdm");
            let default = [if venue == "binance-coinm" { "BTCUSD_PERP" } else { "BTCUSDT" }];
            let given: Vec<_> = args.symbols.iter().map(String::as_str).collect();
            config =
                config.with_symbols(venue, if given.is_empty() { &default } else { &given })?;
        }
        let generator = Generator::new(&config)?;
        let directory = generator.directory().clone();
        let mut meta = TapeMeta::new(directory.clone());
        meta.start_ns = config.start_ns;
        meta.block_events = args.block_events.unwrap_or(DEFAULT_BLOCK_EVENTS);
        if let Some(name) = &args.codec {
            meta.codec = codec_of(name)?;
        }
        let stats = MarketStats::new(directory.instruments[0].current().tick);
        Ok(Self {
            last_recv: config.start_ns,
            generator,
            config,
            directory,
            writer: None,
            meta,
            stats,
            frame: Vec::new(),
            ended: false,
        })
    }

    /// What a live session needs to take these inputs.
    fn describe(&self) -> Value {
        json!({
            "startNs": self.config.start_ns.to_string(),
            "endNs": self.end_ns().to_string(),
            "instruments": describe_instruments(&self.directory),
        })
    }

    fn end_ns(&self) -> i64 {
        self.config.start_ns + i64::from(self.config.seconds) * 1_000_000_000
    }

    /// Inputs in a row, each with its instrument as source: [`push_input`].
    fn inputs(&mut self) -> Result<Reply, CoreError> {
        let mut out = Vec::new();
        let mut count = 0;
        while out.len() < CHUNK_BYTES && !self.ended {
            self.frame.clear();
            let Some(input) = self.generator.next_input(&mut self.frame) else {
                self.ended = true;
                break;
            };
            let entry = match input.kind {
                GeneratedKind::Frame => entry_type::FRAME,
                GeneratedKind::Snapshot => entry_type::BODY,
            };
            push_input(&mut out, entry, input.instrument, input.ts_recv, &self.frame);
            count += 1;
        }
        Ok(Reply::json(&json!({ "inputs": count, "ended": self.ended }))?.with_bytes(out))
    }

    /// The next bytes of a tape; at the end its summary.
    fn tape(&mut self) -> Result<Reply, CoreError> {
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => TapeWriter::new(&self.meta)?,
        };
        while writer.output().len() < CHUNK_BYTES && !self.ended {
            self.frame.clear();
            let Some(input) = self.generator.next_input(&mut self.frame) else {
                self.ended = true;
                break;
            };
            self.last_recv = input.ts_recv;
            for event in self.generator.events().iter() {
                self.stats.push(event);
                writer.push(event)?;
            }
        }
        let summary = if self.ended { self.finish(&mut writer)? } else { Value::Null };
        let events = writer.events();
        let bytes = std::mem::take(writer.output());
        self.writer = Some(writer);
        Ok(Reply::json(&json!({ "events": events, "done": summary }))?.with_bytes(bytes))
    }

    fn finish(&mut self, writer: &mut TapeWriter) -> Result<Value, CoreError> {
        let report = json!({
            "generator": { "seed": self.config.seed, "seconds": self.config.seconds },
            "gaps": 0, "duplicates": 0, "negativeLatency": 0, "crossed": 0, "refusedFrames": 0,
            "ignoredFrames": 0, "precisionLoss": 0, "schemaDrift": [], "corrections": [],
        });
        writer.lasts_until(self.end_ns().max(self.last_recv));
        let end = writer.finish(&report.to_string(), &self.directory)?;
        let by_kind: serde_json::Map<String, Value> =
            end.by_kind.iter().map(|&(k, n)| (kind::name(k).to_owned(), json!(n))).collect();
        let figures = self.stats.finish();
        let recorded = self.config.profile.recorded;
        let comparisons = figures.compare(&recorded);
        let figures: Vec<_> = comparisons
            .iter()
            .map(|c| {
                json!({
                    "name": c.name, "generated": c.generated, "recorded": c.recorded,
                    "ratio": c.ratio, "promised": c.promised, "within": c.within()
                })
            })
            .collect();
        Ok(json!({
            "events": end.events,
            "rows": end.rows,
            "byKind": by_kind,
            "instruments": describe_instruments(&self.directory),
            "bytes": end.file_bytes,
            "contentHash": hex(end.content_hash),
            "report": report,
            "figures": figures,
        }))
    }
}

impl Tool for GenerateTool {
    fn call(&mut self, op: &str, _args: &str, _bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "describe" => Reply::json(&self.describe()),
            "inputs" => self.inputs(),
            "tape" => self.tape(),
            _ => unknown("generate", op),
        }
    }
}
