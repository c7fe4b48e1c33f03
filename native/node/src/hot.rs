//! The hot calls: no arguments, no objects; what goes in and out lies in bound memory.
//!
//! Registered by hand: a macro-made call costs several times as much as the work behind it.

use crate::cell::Cell;
use napi::sys;
use std::ffi::{CStr, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use tickwright_engine::schema::code;

/// Runs a call on the cell behind a function and returns its code as a number.
unsafe fn call(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    work: impl FnOnce(&Cell) -> u8,
) -> sys::napi_value {
    let mut data = ptr::null_mut();
    let none = ptr::null_mut();
    // SAFETY: `env` and `info` are those that Node gave to the callback; `data` was set to an
    // `Rc<Cell>` by `add`, which the function keeps alive through its finalizer.
    unsafe { sys::napi_get_cb_info(env, info, ptr::null_mut(), ptr::null_mut(), none, &mut data) };
    let cell = unsafe { &*data.cast::<Cell>() };
    let code = catch_unwind(AssertUnwindSafe(|| work(cell))).unwrap_or_else(|panic| {
        cell.panicked(panic.as_ref());
        code::FAULT
    });
    let mut value = ptr::null_mut();
    // SAFETY: `value` is a place for one result.
    unsafe { sys::napi_create_uint32(env, u32::from(code), &mut value) };
    value
}

unsafe extern "C" fn feed(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: called by Node with its own arguments.
    unsafe { call(env, info, Cell::feed) }
}

unsafe extern "C" fn advance(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as above.
    unsafe { call(env, info, Cell::advance) }
}

unsafe extern "C" fn resume(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as above.
    unsafe { call(env, info, Cell::resume) }
}

unsafe extern "C" fn query(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as above. Which query and its arguments lie in CTL, so does the result.
    unsafe { call(env, info, Cell::query) }
}

unsafe extern "C" fn drop_cell(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: `data` is the pointer that `add` made of an Rc; each function drops its own once.
    drop(unsafe { Rc::from_raw(data.cast::<Cell>().cast_const()) });
}

/// Puts the hot functions on an object.
///
/// # Safety
/// `env` and `object` are live N-API handles of the current callback.
pub unsafe fn add(
    env: sys::napi_env,
    object: sys::napi_value,
    cell: &Rc<Cell>,
) -> sys::napi_status {
    let entries: [(&CStr, sys::napi_callback); 4] = [
        (c"feed", Some(feed)),
        (c"advance", Some(advance)),
        (c"resume", Some(resume)),
        (c"query", Some(query)),
    ];
    for (name, callback) in entries {
        let data = Rc::into_raw(Rc::clone(cell)).cast_mut().cast::<c_void>();
        let mut function = ptr::null_mut();
        // SAFETY: `name` is a C string of the given length; `data` lives until the finalizer drops it.
        unsafe {
            let length = name.to_bytes().len() as isize;
            let made = sys::napi_create_function(
                env,
                name.as_ptr(),
                length,
                callback,
                data,
                &mut function,
            );
            if made != sys::Status::napi_ok {
                return made;
            }
            let end = Some(drop_cell as unsafe extern "C" fn(_, _, _));
            sys::napi_add_finalizer(env, function, data, end, ptr::null_mut(), ptr::null_mut());
            let set = sys::napi_set_named_property(env, object, name.as_ptr(), function);
            if set != sys::Status::napi_ok {
                return set;
            }
        }
    }
    sys::Status::napi_ok
}
