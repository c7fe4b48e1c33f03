//! A session as JavaScript sees it.

use crate::buffers::external;
use crate::cell::Cell;
use crate::error::to_js;
use crate::hot;
use napi::bindgen_prelude::{Buffer, Env, Object, ToNapiValue, Uint8Array};
use napi::{JsValue, sys};
use napi_derive::napi;
use std::fs::File;
use std::rc::Rc;
use tickwright_engine::CoreError;
use tickwright_map::Window;
use tickwright_world::host::Reply;
use tickwright_world::session::SessionHost;

/// Answer of a cold call.
#[napi(object)]
pub struct NativeReply {
    pub json: String,
    pub bytes: Buffer,
}

impl From<Reply> for NativeReply {
    fn from(reply: Reply) -> Self {
        Self { json: reply.json, bytes: reply.bytes.into() }
    }
}

#[napi]
pub struct NativeSession {
    pub(crate) cell: Rc<Cell>,
    opened: String,
}

#[napi]
impl NativeSession {
    /// Opens a session: JSON of the request, and a tape's index where it is one.
    #[napi(constructor, catch_unwind)]
    pub fn new(request: String, bytes: Uint8Array) -> napi::Result<Self> {
        let (host, reply) = SessionHost::open(&request, &bytes).map_err(|e| to_js(&e))?;
        let cell = Rc::new(Cell::new(host));
        let session = Self { cell, opened: reply.json };
        session.publish();
        Ok(session)
    }

    /// What `open` answered, JSON.
    #[napi(getter)]
    pub fn opened(&self) -> String {
        self.opened.clone()
    }

    /// `{ feed, advance, resume, query, buffers: { ctl, ev, … } }`.
    #[napi(catch_unwind)]
    pub fn hot<'a>(&self, env: &'a Env) -> napi::Result<Object<'a>> {
        let mut out = Object::new(env)?;
        let mut buffers = Object::new(env)?;
        let regions = self.cell.0.borrow().host.regions.all();
        for region in regions {
            // SAFETY: regions are never resized and live as long as the cell.
            let value = unsafe { external(env.raw(), &self.cell, region.address, region.bytes)? };
            buffers.set(region.name, Raw(value))?;
        }
        out.set("buffers", buffers)?;
        // SAFETY: both handles are of this callback.
        let status = unsafe { hot::add(env.raw(), out.raw(), &self.cell) };
        if status != sys::Status::napi_ok {
            return Err(napi::Error::from_reason("the hot functions could not be made"));
        }
        Ok(out)
    }

    /// The window that inputs are laid in: the journal's segment, or plain memory.
    #[napi(catch_unwind)]
    pub fn window(&self, env: &Env) -> napi::Result<Raw> {
        let inner = self.cell.0.borrow();
        let (address, bytes) = match &inner.journal {
            Some(dir) => (dir.segment().as_ptr(), dir.segment().len()),
            None => (inner.plain.as_ptr().cast_const(), inner.plain.len()),
        };
        // SAFETY: a segment stays mapped until the rotation after the next one; by then its ArrayBuffer
        // is detached. Plain memory lives as long as the cell.
        unsafe { external(env.raw(), &self.cell, address, bytes) }.map(Raw)
    }

    /// A cold call by name.
    #[napi(catch_unwind)]
    pub fn call(&self, op: String, args: String, bytes: Uint8Array) -> napi::Result<NativeReply> {
        let mut inner = self.cell.0.borrow_mut();
        let (host, windows) = inner.split();
        let reply = host.call(&op, &args, &bytes, windows).map_err(|e| to_js(&e))?;
        Ok(reply.into())
    }

    /// Replay: maps a range of a file as the window. A moving window keeps memory flat.
    #[napi(catch_unwind)]
    pub fn supply(&self, path: String, offset: f64, length: f64) -> napi::Result<()> {
        let mut inner = self.cell.0.borrow_mut();
        inner.window = None;
        if inner.file.as_ref().is_none_or(|(name, _)| *name != path) {
            let file = File::open(&path).map_err(|e| to_js(&cannot_open(&path, &e)))?;
            inner.file = Some((path, file));
        }
        let Some((path, file)) = &inner.file else { return Ok(()) };
        let window = Window::map(file, path.as_ref(), offset as u64, length as usize);
        let window = window.map_err(|e| to_js(&e))?;
        window.advise_sequential();
        inner.window = Some(window);
        Ok(())
    }

    pub(crate) fn publish(&self) {
        let mut inner = self.cell.0.borrow_mut();
        let (host, windows) = inner.split();
        host.publish_window(windows);
    }
}

fn cannot_open(path: &str, error: &std::io::Error) -> CoreError {
    CoreError::new("E_IO", format!("cannot open: {error}")).at(path)
}

/// A ready N-API value.
pub struct Raw(pub sys::napi_value);

impl ToNapiValue for Raw {
    unsafe fn to_napi_value(_: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        Ok(value.0)
    }
}
