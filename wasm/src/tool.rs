//! Imports, generators and indices behind a handle.

use crate::memory::{bytes, keep, text};
use std::cell::RefCell;
use tickwright_engine::CoreError;
use tickwright_world::host::{Reply, Tool};
use tickwright_world::tools::open_tool;

thread_local! {
    static TOOLS: RefCell<Vec<Option<Box<dyn Tool>>>> = const { RefCell::new(Vec::new()) };
}

/// Opens a tool; its handle is the reply's JSON.
///
/// # Safety
/// Each pair of address and length is a range that JavaScript wrote.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tw_tool_open(
    kind: *const u8,
    kind_length: usize,
    args: *const u8,
    args_length: usize,
) -> u32 {
    // SAFETY: passed on.
    let (kind, args) = unsafe { (text(kind, kind_length), text(args, args_length)) };
    keep(open_tool(kind, args).and_then(|tool| {
        let handle = TOOLS.with_borrow_mut(|tools| {
            tools.push(Some(tool));
            tools.len() - 1
        });
        Reply::json(&handle)
    }))
}

/// A call to a tool.
///
/// # Safety
/// As `tw_tool_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tw_tool_call(
    handle: usize,
    op: *const u8,
    op_length: usize,
    args: *const u8,
    args_length: usize,
    data: *const u8,
    data_length: usize,
) -> u32 {
    // SAFETY: passed on.
    let (op, args, data) =
        unsafe { (text(op, op_length), text(args, args_length), bytes(data, data_length)) };
    keep(TOOLS.with_borrow_mut(|tools| match tools.get_mut(handle) {
        Some(Some(tool)) => tool.call(op, args, data),
        _ => Err(CoreError::new("E_ARGUMENT", format!("there is no tool {handle}"))),
    }))
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_tool_close(handle: usize) {
    TOOLS.with_borrow_mut(|tools| {
        if let Some(tool) = tools.get_mut(handle) {
            *tool = None;
        }
    });
}
