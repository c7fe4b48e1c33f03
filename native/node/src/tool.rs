//! Imports, generators and indices behind a handle.

use crate::error::to_js;
use crate::session::NativeReply;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use std::cell::RefCell;
use tickwright_world::host::Tool;
use tickwright_world::tools::open_tool;

#[napi]
pub struct NativeTool {
    tool: RefCell<Box<dyn Tool>>,
}

#[napi]
impl NativeTool {
    /// `kind`: "import", "generate", "tape", "journal".
    #[napi(constructor, catch_unwind)]
    pub fn new(kind: String, args: String) -> napi::Result<Self> {
        let tool = open_tool(&kind, &args).map_err(|e| to_js(&e))?;
        Ok(Self { tool: RefCell::new(tool) })
    }

    #[napi(catch_unwind)]
    pub fn call(&self, op: String, args: String, bytes: Uint8Array) -> napi::Result<NativeReply> {
        let reply = self.tool.borrow_mut().call(&op, &args, &bytes).map_err(|e| to_js(&e))?;
        Ok(reply.into())
    }
}

/// Version of the engine that this addon was built from.
#[napi]
#[allow(dead_code, reason = "called by JavaScript alone")]
pub fn engine_version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
