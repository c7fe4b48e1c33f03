//! Memory of a session as ArrayBuffers, without a copy.

use crate::cell::Cell;
use napi::{Status, sys};
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

unsafe extern "C" fn release(_: sys::napi_env, _: *mut c_void, hint: *mut c_void) {
    // SAFETY: `hint` is the pointer that `external` made of an Rc; the buffer's finalizer runs once.
    drop(unsafe { Rc::from_raw(hint.cast::<Cell>().cast_const()) });
}

/// An ArrayBuffer over `bytes` bytes at `address`, which belong to the cell's session.
///
/// # Errors
/// Where Node refuses an external buffer.
///
/// # Safety
/// The memory must stay where it is while the cell lives; JavaScript may write to it between calls.
pub unsafe fn external(
    env: sys::napi_env,
    cell: &Rc<Cell>,
    address: *const u8,
    bytes: usize,
) -> napi::Result<sys::napi_value> {
    let hint = Rc::into_raw(Rc::clone(cell)).cast_mut().cast::<c_void>();
    let data = address.cast_mut().cast::<c_void>();
    let mut value = ptr::null_mut();
    let end = Some(release as unsafe extern "C" fn(_, _, _));
    // SAFETY: the caller vouches for the memory; the finalizer keeps its owner alive until then.
    let status =
        unsafe { sys::napi_create_external_arraybuffer(env, data, bytes, end, hint, &mut value) };
    if status == sys::Status::napi_ok {
        return Ok(value);
    }
    Err(napi::Error::new(Status::from(status), "an external ArrayBuffer was refused"))
}
