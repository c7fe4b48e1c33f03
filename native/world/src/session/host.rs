//! A session behind a handle: hot calls by code, cold calls by name. Bindings add memory and nothing else.

use super::open::{SessionRequest, open};
use super::{Drive, Regions, Session, Windows};
use crate::host::{Reply, arguments, unknown};
use serde::Deserialize;
use tickwright_engine::CoreError;
use tickwright_engine::schema::code;

/// The session and the regions that it shares.
pub struct SessionHost {
    pub session: Session,
    pub regions: Regions,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BookArguments {
    instrument: usize,
    depth: usize,
}

impl SessionHost {
    /// Opens a session; the reply says what strategies and drivers must know.
    ///
    /// # Errors
    /// `E_CONFIG`, `E_TAPE_…`: as the parts say.
    pub fn open(args: &str, bytes: &[u8]) -> Result<(Self, Reply), CoreError> {
        let request: SessionRequest = arguments("open", args)?;
        let (mut session, reply) = open(request, bytes)?;
        let instruments = session.core.directory().instruments.len();
        let mut regions = Regions::new(session.core.view_stride() * instruments);
        session.core.refresh_view(&mut regions.memory(Windows::default()));
        Ok((Self { session, regions }, Reply::json(&reply)?))
    }

    /// Live: from now on inputs are appended to a journal.
    pub fn set_journal(&mut self, windows: Windows<'_>) {
        let next_seq = windows.writer.as_ref().map_or(1, |w| w.next_seq());
        self.session.core.set_journal(next_seq);
        self.publish_window(windows);
    }

    /// Says where the next payload must lie: after opening and after each rotation.
    pub fn publish_window(&mut self, windows: Windows<'_>) {
        self.session.core.publish_window(&mut self.regions.memory(windows));
    }

    pub fn feed(&mut self, windows: Windows<'_>) -> u8 {
        self.session.feed(&mut self.regions.memory(windows))
    }

    pub fn advance(&mut self, windows: Windows<'_>) -> u8 {
        self.session.advance(&mut self.regions.memory(windows))
    }

    pub fn resume(&mut self, windows: Windows<'_>) -> u8 {
        self.session.resume(&mut self.regions.memory(windows))
    }

    pub fn query(&mut self) -> u8 {
        let mut mem = self.regions.memory(Windows::default());
        self.session.core.query(&mut mem)
    }

    /// The core is broken by a caught panic: it answers FAULT from now on.
    pub fn poison(&mut self, seen: String) -> u8 {
        let error = CoreError::new("E_PANIC", seen).hint("please report this");
        self.session.core.poison(error);
        code::FAULT
    }

    /// A cold call.
    ///
    /// # Errors
    /// As the call says; `E_ARGUMENT` for an unknown one.
    pub fn call(
        &mut self,
        op: &str,
        args: &str,
        bytes: &[u8],
        windows: Windows<'_>,
    ) -> Result<Reply, CoreError> {
        let core = &mut self.session.core;
        match op {
            "digest" => Reply::json(&core.digests()),
            "describe" => Reply::json(&core.describe()),
            "book" => {
                let BookArguments { instrument, depth } = arguments(op, args)?;
                Reply::json(&core.describe_book(instrument, depth))
            }
            "fault" => Reply::json(&core.fault().map(fault)),
            "outputs" => Ok(Reply::json(&())?.with_bytes(encode(core.outputs_mut().take()))),
            "save" => {
                let mut mem = self.regions.memory(windows);
                let document = self.session.checkpoint(&mut mem, args.as_bytes())?;
                self.session.core.publish_window(&mut mem);
                Ok(Reply::json(&())?.with_bytes(document))
            }
            "restore" => {
                let state = self.session.restore(bytes)?;
                let json = String::from_utf8_lossy(state).into_owned();
                let mut mem = self.regions.memory(windows);
                self.session.core.refresh_view(&mut mem);
                Ok(Reply { json, bytes: Vec::new() })
            }
            "finish" => {
                let mut mem = self.regions.memory(windows);
                self.session.finish(&mut mem)?;
                Reply::json(&())
            }
            "verdict" => match &self.session.drive {
                Drive::Journal(drive) => Reply::json(drive.verdict()),
                _ => unknown("a session that replays no journal", op),
            },
            _ => unknown("session", op),
        }
    }
}

/// An error as its fields, for JSON.
#[must_use]
pub fn fault(error: &CoreError) -> serde_json::Value {
    serde_json::json!({
        "code": error.code, "message": error.message, "at": error.at, "hint": error.hint
    })
}

/// Outputs for a run's file: for each type, leg, cause, stamp, length, payload.
fn encode(outputs: Vec<tickwright_engine::core::Output>) -> Vec<u8> {
    let mut out = Vec::new();
    for o in outputs {
        out.extend_from_slice(&u32::from(o.entry_type).to_le_bytes());
        out.extend_from_slice(&o.leg.to_le_bytes());
        out.extend_from_slice(&o.cause_seq.to_le_bytes());
        out.extend_from_slice(&o.stamp.to_le_bytes());
        out.extend_from_slice(&(o.payload.len() as u64).to_le_bytes());
        out.extend_from_slice(&o.payload);
    }
    out
}
