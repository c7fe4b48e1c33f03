//! Recordings and journals become tapes; recordings become a live session's inputs.
//!
//! `begin chunk… end` for each file, then `plan`; then `import` or `inputs` and the files once more, or
//! `wanted` and `provide` where the plan needs random access; `finish`. For a journal: `session`,
//! `segment` …, `finish`.

use super::inputs::push_input;
use super::row_arguments::RowArguments;
use crate::host::{Reply, Tool, arguments, unknown};
use crate::import::{
    Format, Frames, ImportConfig, Importer, Plan, Progress, Received, RecordedSession, Repairs,
    Survey, Want, parse_told,
};
use crate::session::describe_instruments;
use crate::tape::{Codec, DEFAULT_BLOCK_EVENTS, Origin};
use serde::Deserialize;
use serde_json::{Value, json};
use tickwright_engine::CoreError;
use tickwright_engine::core::CoreConfig;
use tickwright_engine::schema::entry_type;
use tickwright_engine::venue::Venue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenArguments {
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    venue: Option<String>,
    /// Names of `--repair`, and what `clock-shift` adds once it was measured.
    #[serde(default)]
    repairs: Vec<String>,
    #[serde(default)]
    clock_shift_ns: Option<String>,
    #[serde(default)]
    rows: RowArguments,
    /// How many files there are.
    #[serde(default)]
    files: Option<usize>,
    #[serde(default)]
    codec: Option<String>,
    #[serde(default)]
    block_events: Option<u32>,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    no_quotes: bool,
    /// Text of `--instrument FILE`.
    #[serde(default)]
    told: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FileArguments {
    #[serde(default)]
    name: String,
    #[serde(default)]
    sha256: String,
    /// As stored.
    #[serde(default)]
    bytes: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SurveyArguments {
    whole: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BeginArguments {
    #[serde(default)]
    origins: Vec<FileArguments>,
    #[serde(default)]
    session: Option<CoreConfig>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TruncatedArguments {
    detail: String,
}

enum Stage {
    Survey(Box<Survey>),
    Planned,
    Import(Box<Importer>),
    Session(Box<RecordedSession>),
    Inputs(Box<Frames>),
}

pub struct ImportTool {
    config: ImportConfig,
    stage: Stage,
    plan: Option<Plan>,
}

impl ImportTool {
    /// # Errors
    /// `E_ARGUMENT`, `E_IMPORT_FORMAT`, `E_VENUE_UNKNOWN`, `E_IMPORT_INSTRUMENT`.
    pub fn open(args: &str) -> Result<Self, CoreError> {
        let args: OpenArguments = arguments("import", args)?;
        let config = ImportConfig {
            format: args.format.as_deref().map(Format::from_name).transpose()?,
            venue: args.venue.as_deref().and_then(Venue::parse),
            repairs: Repairs::parse(&args.repairs, args.clock_shift_ns.as_deref())?,
            rows: args.rows.options(args.venue),
            files: args.files,
            codec: args.codec.as_deref().map_or(Ok(Codec::default()), codec_of)?,
            block_events: args.block_events.unwrap_or(DEFAULT_BLOCK_EVENTS),
            strict: args.strict,
            no_quotes: args.no_quotes,
            told: args.told.as_deref().map_or(Ok(Vec::new()), parse_told)?,
            ..ImportConfig::default()
        };
        let stage = Stage::Survey(Box::new(Survey::new(&config)));
        Ok(Self { config, stage, plan: None })
    }

    /// Starts over: a plan from the recording's beginning did not hold.
    fn survey(&mut self, whole: bool) -> Result<Reply, CoreError> {
        let survey = if whole { Survey::whole(&self.config) } else { Survey::new(&self.config) };
        self.stage = Stage::Survey(Box::new(survey));
        Reply::json(&())
    }

    fn begin(&mut self, file: &FileArguments) -> Result<Reply, CoreError> {
        match &mut self.stage {
            Stage::Survey(survey) => survey.begin_file(&file.name),
            Stage::Import(importer) => importer.begin_file(&file.name),
            Stage::Inputs(frames) => frames.begin_file(&file.name),
            Stage::Planned | Stage::Session(_) => return Err(out_of_turn("begin")),
        }
        Reply::json(&())
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<Reply, CoreError> {
        match &mut self.stage {
            Stage::Survey(survey) => progress(survey.push_chunk(bytes)?),
            Stage::Import(importer) => {
                importer.push_chunk(bytes)?;
                written(importer)
            }
            Stage::Inputs(frames) => with_inputs(|mut visit| frames.push_chunk(bytes, &mut visit)),
            Stage::Planned | Stage::Session(_) => Err(out_of_turn("chunk")),
        }
    }

    fn end(&mut self, file: &FileArguments) -> Result<Reply, CoreError> {
        match &mut self.stage {
            Stage::Survey(survey) => progress(survey.end_file()?),
            Stage::Import(importer) => {
                importer.end_file(&file.sha256, file.bytes)?;
                written(importer)
            }
            Stage::Inputs(frames) => with_inputs(|mut visit| frames.end_file(&mut visit)),
            Stage::Planned | Stage::Session(_) => Err(out_of_turn("end")),
        }
    }

    fn plan(&mut self) -> Result<Reply, CoreError> {
        let Stage::Survey(survey) = std::mem::replace(&mut self.stage, Stage::Planned) else {
            return Err(out_of_turn("plan"));
        };
        let plan = survey.finish()?;
        let reply = describe(&plan);
        self.plan = Some(plan);
        Reply::json(&reply)
    }

    fn import(&mut self, args: BeginArguments) -> Result<Reply, CoreError> {
        let origins = args.origins.into_iter().map(|f| Origin {
            name: f.name,
            sha256: f.sha256,
            bytes: f.bytes,
        });
        self.config.origins = origins.collect();
        self.stage = match (&args.session, &self.plan) {
            (Some(session), _) => {
                Stage::Session(Box::new(RecordedSession::new(session, &self.config)?))
            }
            (None, Some(plan)) => Stage::Import(Box::new(Importer::new(plan, &self.config)?)),
            (None, None) => return Err(out_of_turn("import")),
        };
        Reply::json(&())
    }

    fn inputs(&mut self) -> Result<Reply, CoreError> {
        let Some(plan) = &self.plan else { return Err(out_of_turn("inputs")) };
        self.stage = Stage::Inputs(Box::new(Frames::new(plan)?));
        Reply::json(&())
    }

    fn wanted(&self) -> Result<Reply, CoreError> {
        let wanted = match &self.stage {
            Stage::Import(importer) => importer.wanted(),
            Stage::Inputs(frames) => frames.wanted(),
            _ => None,
        };
        let range = |Want { offset, length }| json!({ "offset": offset, "length": length });
        Reply::json(&wanted.map(range))
    }

    fn provide(&mut self, bytes: &[u8]) -> Result<Reply, CoreError> {
        match &mut self.stage {
            Stage::Import(importer) => {
                importer.provide(bytes)?;
                written(importer)
            }
            Stage::Inputs(frames) => with_inputs(|mut visit| frames.provide(bytes, &mut visit)),
            _ => Err(out_of_turn("provide")),
        }
    }

    fn segment(&mut self, file: &FileArguments, bytes: &[u8]) -> Result<Reply, CoreError> {
        let Stage::Session(session) = &mut self.stage else { return Err(out_of_turn("segment")) };
        session.segment(&file.name, &file.sha256, bytes)?;
        written(session.importer())
    }

    fn finish(&mut self) -> Result<Reply, CoreError> {
        let importer = match &mut self.stage {
            Stage::Import(importer) => importer,
            Stage::Session(session) => session.importer(),
            Stage::Inputs(frames) => {
                let passed = frames.passed();
                let report = json!({ "refusedLines": passed.refused, "otherLines": passed.other });
                return Reply::json(&report);
            }
            _ => return Err(out_of_turn("finish")),
        };
        let report = importer.finish()?;
        let bytes = std::mem::take(importer.output());
        Ok(Reply::json(&report)?.with_bytes(bytes))
    }

    /// The error of a file whose packing ends too early, with its place.
    fn truncated(&self, detail: &str) -> Result<Reply, CoreError> {
        match &self.stage {
            Stage::Import(importer) => Err(importer.truncated(detail)),
            _ => Err(CoreError::new("E_IMPORT_TRUNCATED", detail)
                .hint("fetch the file again, or unpack what is left of it and import that")),
        }
    }
}

fn out_of_turn(op: &str) -> CoreError {
    CoreError::new("E_ARGUMENT", format!("import: {op} out of turn"))
}

/// # Errors
/// `E_ARGUMENT` naming the codecs there are.
pub(super) fn codec_of(name: &str) -> Result<Codec, CoreError> {
    Codec::from_name(name).ok_or_else(|| {
        CoreError::new("E_ARGUMENT", format!("codec {name:?} is not known"))
            .hint("one of none, delta, delta+zstd")
    })
}

fn progress(progress: Progress) -> Result<Reply, CoreError> {
    Reply::json(&json!({ "enough": progress == Progress::Enough }))
}

fn written(importer: &mut Importer) -> Result<Reply, CoreError> {
    let written = importer.written();
    let bytes = std::mem::take(importer.output());
    let reply = json!({ "frames": written.frames, "events": written.events, "rows": written.rows });
    Ok(Reply::json(&reply)?.with_bytes(bytes))
}

/// Collects inputs as the generator gives them: source 0 is the stream, 1 and on the snapshots of
/// instrument 0 and on.
fn with_inputs(
    read: impl FnOnce(&mut dyn FnMut(Received<'_>)) -> Result<(), CoreError>,
) -> Result<Reply, CoreError> {
    let (mut out, mut inputs) = (Vec::new(), 0);
    read(&mut |received| {
        let (kind, source) = match received.snapshot_of {
            None => (entry_type::FRAME, 0),
            Some(instrument) => (entry_type::BODY, 1 + instrument),
        };
        push_input(&mut out, kind, source, received.ts_recv, received.bytes);
        inputs += 1;
    })?;
    Ok(Reply::json(&json!({ "inputs": inputs }))?.with_bytes(out))
}

fn describe(plan: &Plan) -> Value {
    let mut instruments = json!(describe_instruments(&plan.directory));
    if let Some(list) = instruments.as_array_mut() {
        for (instrument, &tick) in list.iter_mut().zip(&plan.likely_ticks) {
            instrument["tick"] = json!(tick);
        }
    }
    json!({
        "format": plan.format.name(),
        "venue": plan.venue_name(),
        "startNs": plan.start_ns.to_string(),
        "instruments": instruments,
        "whole": plan.whole,
        "needsRandomAccess": plan.needs_random_access(),
    })
}

impl Tool for ImportTool {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "survey" => self.survey(arguments::<SurveyArguments>(op, args)?.whole),
            "begin" => self.begin(&arguments(op, args)?),
            "chunk" => self.chunk(bytes),
            "end" => self.end(&arguments(op, args)?),
            "plan" => self.plan(),
            "import" => self.import(arguments(op, args)?),
            "inputs" => self.inputs(),
            "wanted" => self.wanted(),
            "provide" => self.provide(bytes),
            "segment" => self.segment(&arguments(op, args)?, bytes),
            "finish" => self.finish(),
            "truncated" => self.truncated(&arguments::<TruncatedArguments>(op, args)?.detail),
            _ => unknown("import", op),
        }
    }
}
