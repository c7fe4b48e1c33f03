//! The journal of a live session.

use crate::error::to_js;
use crate::session::NativeSession;
use napi_derive::napi;
use serde::Deserialize;
use tickwright_engine::CoreError;
use tickwright_map::journal::Durability;
use tickwright_map::{JournalDir, JournalOptions};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateArguments {
    path: String,
    manifest: String,
    /// Nanoseconds since 1970, as text.
    epoch: String,
    segment_bytes: usize,
    /// "process" or "power".
    durability: String,
}

impl CreateArguments {
    fn options(&self, first_seq: u64) -> Result<JournalOptions, CoreError> {
        let epoch = self.epoch.parse().map_err(|_| {
            CoreError::new("E_CONFIG", format!("epoch must be nanoseconds, was {:?}", self.epoch))
        })?;
        let durability = match self.durability.as_str() {
            "process" => Durability::Process,
            "power" => Durability::Power,
            other => {
                let seen = format!("durability must be process or power, was {other:?}");
                return Err(CoreError::new("E_CONFIG", seen));
            }
        };
        Ok(JournalOptions {
            segment_bytes: self.segment_bytes,
            durability,
            epoch,
            first_seq,
            manifest: self.manifest.clone(),
            ..JournalOptions::default()
        })
    }
}

#[napi]
impl NativeSession {
    /// Creates the journal's directory; inputs are appended to it from now on.
    #[napi(catch_unwind)]
    pub fn create_journal(&self, args: String) -> napi::Result<()> {
        let args: CreateArguments =
            tickwright_world::host::arguments("createJournal", &args).map_err(|e| to_js(&e))?;
        let first_seq = self.cell.0.borrow().host.session.core.next_seq();
        let options = args.options(first_seq).map_err(|e| to_js(&e))?;
        let dir = JournalDir::create(args.path.as_ref(), &options).map_err(|e| to_js(&e))?;
        {
            let mut inner = self.cell.0.borrow_mut();
            inner.journal = Some(dir);
            let (host, windows) = inner.split();
            host.set_journal(windows);
        }
        Ok(())
    }

    /// Goes on in the next segment; ask for `window` anew. With `reserve`, in the one that was kept for
    /// a full disk: enough to stop in good order.
    #[napi(catch_unwind)]
    pub fn rotate_journal(&self, reserve: bool) -> napi::Result<()> {
        {
            let mut inner = self.cell.0.borrow_mut();
            let Some(dir) = &mut inner.journal else { return Ok(()) };
            let done = if reserve { dir.use_reserve() } else { dir.rotate() };
            done.map_err(|e| to_js(&e))?;
        }
        self.publish();
        Ok(())
    }

    /// Data sync; answers through which byte of which segment, JSON.
    #[napi(catch_unwind)]
    pub fn sync_journal(&self) -> napi::Result<String> {
        let mut inner = self.cell.0.borrow_mut();
        let Some(dir) = &mut inner.journal else { return Ok("null".to_owned()) };
        let point = dir.sync().map_err(|e| to_js(&e))?;
        let json = serde_json::json!({
            "segment": point.segment, "position": point.position, "nextSeq": point.next_seq
        });
        Ok(json.to_string())
    }

    /// Closes in good order; the last segment is cut to its used length.
    #[napi(catch_unwind)]
    pub fn close_journal(&self) -> napi::Result<()> {
        let dir = self.cell.0.borrow_mut().journal.take();
        if let Some(dir) = dir {
            dir.close().map_err(|e| to_js(&e))?;
        }
        self.publish();
        Ok(())
    }
}
