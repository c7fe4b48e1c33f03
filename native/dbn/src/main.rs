//! `tickwright-dbn`: a request as JSON on standard input; on standard output one JSON object a line, progress and
//! then a report or an error. `tickwright import` runs it.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use tickwright_dbn::{Request, import};
use tickwright_engine::CoreError;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let CoreError { code, message, at, hint } = error;
            let error =
                serde_json::json!({ "code": code, "message": message, "at": at, "hint": hint });
            // Where nobody listens there is nobody to tell.
            drop(say(&serde_json::json!({ "error": error })));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), CoreError> {
    let io = |e: io::Error| CoreError::new("E_IO", e.to_string());
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(io)?;
    let request: Request = serde_json::from_str(&text)
        .map_err(|e| CoreError::new("E_ARGUMENT", e.to_string()).at("the request"))?;
    let mut closed = None;
    let report = import(&request, &mut |done, total| {
        let progress = serde_json::json!({ "progress": { "done": done, "total": total } });
        closed = say(&progress).err().or(closed.take());
    })?;
    say(&serde_json::json!({ "report": report })).map_err(io)?;
    closed.map_or(Ok(()), |error| Err(io(error)))
}

fn say(what: &serde_json::Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{what}")?;
    out.flush()
}
