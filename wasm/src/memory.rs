//! Memory that JavaScript writes arguments to, and the reply that it reads.

use std::cell::RefCell;
use tickwright_engine::CoreError;
use tickwright_world::host::Reply;

thread_local! {
    static REPLY: RefCell<Reply> = RefCell::new(Reply::default());
}

/// Memory of `bytes` bytes, aligned to 64 as blocks of a tape want it.
#[unsafe(no_mangle)]
pub extern "C" fn tw_alloc(bytes: usize) -> *mut u8 {
    let lines: Vec<[u64; 8]> = vec![[0; 8]; bytes.div_ceil(64).max(1)];
    Box::leak(lines.into_boxed_slice()).as_mut_ptr().cast()
}

/// Gives memory back.
///
/// # Safety
/// `address` and `bytes` are those of one `tw_alloc` that was not freed yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tw_free(address: *mut u8, bytes: usize) {
    let lines = bytes.div_ceil(64).max(1);
    let slice = std::ptr::slice_from_raw_parts_mut(address.cast::<[u64; 8]>(), lines);
    // SAFETY: the same layout as `tw_alloc` made.
    drop(unsafe { Box::from_raw(slice) });
}

/// Bytes that JavaScript wrote.
///
/// # Safety
/// `address` is from `tw_alloc` with at least `bytes` bytes; nobody writes to it during the call.
pub unsafe fn bytes<'a>(address: *const u8, bytes: usize) -> &'a [u8] {
    if bytes == 0 {
        return &[];
    }
    // SAFETY: the caller vouches for the range.
    unsafe { std::slice::from_raw_parts(address, bytes) }
}

/// Text that JavaScript wrote; it encodes UTF-8, so anything else is empty.
///
/// # Safety
/// As [`bytes`].
pub unsafe fn text<'a>(address: *const u8, length: usize) -> &'a str {
    // SAFETY: passed on.
    std::str::from_utf8(unsafe { bytes(address, length) }).unwrap_or_default()
}

/// Keeps a reply to be read; 0 for one, 1 for an error as `{code, message, at, hint}`.
pub fn keep(result: Result<Reply, CoreError>) -> u32 {
    let (reply, status) = match result {
        Ok(reply) => (reply, 0),
        Err(error) => {
            let json = tickwright_world::session::fault(&error).to_string();
            (Reply { json, bytes: Vec::new() }, 1)
        }
    };
    REPLY.set(reply);
    status
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_reply_json() -> *const u8 {
    REPLY.with_borrow(|r| r.json.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_reply_json_length() -> usize {
    REPLY.with_borrow(|r| r.json.len())
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_reply_bytes() -> *const u8 {
    REPLY.with_borrow(|r| r.bytes.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_reply_bytes_length() -> usize {
    REPLY.with_borrow(|r| r.bytes.len())
}
