//! Sessions behind handles: hot calls return a code, cold ones leave a reply.

use crate::journal::WasmJournal;
use crate::memory::{bytes, keep, text};
use std::cell::RefCell;
use tickwright_engine::CoreError;
use tickwright_engine::schema::code;
use tickwright_world::host::Reply;
use tickwright_world::session::{SessionHost, Windows};

/// Bytes of the plain input window of a session without a journal.
const PLAIN_WINDOW: usize = 8 << 20;

struct Slot {
    host: SessionHost,
    journal: Option<WasmJournal>,
    plain: Vec<u64>,
    /// The block or segment that a replay is in, as lines of 64 bytes.
    window: Vec<[u64; 8]>,
    window_length: usize,
}

thread_local! {
    static SESSIONS: RefCell<Vec<Option<Slot>>> = const { RefCell::new(Vec::new()) };
}

impl Slot {
    fn split(&mut self) -> (&mut SessionHost, Windows<'_>) {
        let (writer, journal) = match &mut self.journal {
            Some(journal) => {
                let (writer, segment) = journal.parts();
                (Some(writer), segment)
            }
            None => (None, bytes_of_mut(&mut self.plain)),
        };
        let segment = &lines(&self.window)[..self.window_length];
        (&mut self.host, Windows { journal, writer, segment })
    }
}

fn lines(of: &[[u64; 8]]) -> &[u8] {
    // SAFETY: plain numbers seen as bytes.
    unsafe { std::slice::from_raw_parts(of.as_ptr().cast(), size_of_val(of)) }
}

fn bytes_of_mut(of: &mut [u64]) -> &mut [u8] {
    // SAFETY: plain numbers seen as bytes; the exclusive borrow goes along.
    unsafe { std::slice::from_raw_parts_mut(of.as_mut_ptr().cast(), size_of_val(of)) }
}

fn with<T>(handle: usize, absent: T, call: impl FnOnce(&mut Slot) -> T) -> T {
    SESSIONS.with_borrow_mut(|sessions| match sessions.get_mut(handle) {
        Some(Some(slot)) => call(slot),
        _ => absent,
    })
}

fn hot(handle: usize, call: impl FnOnce(&mut SessionHost, Windows<'_>) -> u8) -> u32 {
    with(handle, u32::from(code::FAULT), |slot| {
        let (host, windows) = slot.split();
        u32::from(call(host, windows))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_feed(handle: usize) -> u32 {
    hot(handle, SessionHost::feed)
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_advance(handle: usize) -> u32 {
    hot(handle, SessionHost::advance)
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_resume(handle: usize) -> u32 {
    hot(handle, SessionHost::resume)
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_query(handle: usize) -> u32 {
    hot(handle, |host, _| host.query())
}

/// Opens a session; the reply's JSON is `[handle, opened]`.
///
/// # Safety
/// Each pair of address and length is a range that JavaScript wrote.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tw_session_open(
    args: *const u8,
    args_length: usize,
    data: *const u8,
    data_length: usize,
) -> u32 {
    // SAFETY: passed on.
    let (args, data) = unsafe { (text(args, args_length), bytes(data, data_length)) };
    keep(SessionHost::open(args, data).map(|(host, opened)| {
        let mut slot = Slot {
            host,
            journal: None,
            plain: vec![0; PLAIN_WINDOW / 8],
            window: Vec::new(),
            window_length: 0,
        };
        publish(&mut slot);
        let handle = SESSIONS.with_borrow_mut(|sessions| {
            sessions.push(Some(slot));
            sessions.len() - 1
        });
        Reply { json: format!("[{handle},{}]", opened.json), bytes: Vec::new() }
    }))
}

fn publish(slot: &mut Slot) {
    let (host, windows) = slot.split();
    host.publish_window(windows);
}

/// A cold call by name; journal calls are answered here.
///
/// # Safety
/// As `tw_session_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tw_session_call(
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
    let none = Err(CoreError::new("E_ARGUMENT", format!("there is no session {handle}")));
    keep(with(handle, none, |slot| match op {
        "createJournal" => create_journal(slot, args),
        "closeSegment" => close_segment(slot, args == "true"),
        "nextSegment" => next_segment(slot),
        _ => {
            let (host, windows) = slot.split();
            host.call(op, args, data, windows)
        }
    }))
}

fn create_journal(slot: &mut Slot, args: &str) -> Result<Reply, CoreError> {
    let first_seq = slot.host.session.core.next_seq();
    slot.journal = Some(WasmJournal::create(args, first_seq)?);
    let (host, windows) = slot.split();
    host.set_journal(windows);
    Reply::json(&())
}

/// Answers how many bytes of the segment are kept.
fn close_segment(slot: &mut Slot, last: bool) -> Result<Reply, CoreError> {
    Reply::json(&slot.journal.as_mut().map_or(0, |journal| journal.close(last)))
}

fn next_segment(slot: &mut Slot) -> Result<Reply, CoreError> {
    if let Some(journal) = &mut slot.journal {
        journal.next()?;
    }
    publish(slot);
    Reply::json(&())
}

/// Where a region lies: 0 to 6 as `Regions::all`, 7 the input window.
#[unsafe(no_mangle)]
pub extern "C" fn tw_region(handle: usize, which: usize) -> *const u8 {
    with(handle, std::ptr::null(), |slot| match which {
        7 => slot.split().1.journal.as_ptr(),
        _ => slot.host.regions.all().get(which).map_or(std::ptr::null(), |r| r.address),
    })
}

/// Its length in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn tw_region_length(handle: usize, which: usize) -> usize {
    with(handle, 0, |slot| match which {
        7 => slot.split().1.journal.len(),
        _ => slot.host.regions.all().get(which).map_or(0, |r| r.bytes),
    })
}

/// Byte behind the journal's last entry, in its segment; 0 without a journal.
#[unsafe(no_mangle)]
pub extern "C" fn tw_journal_position(handle: usize) -> usize {
    with(handle, 0, |slot| slot.journal.as_ref().map_or(0, WasmJournal::position))
}

/// Memory for the next block or segment of a replay.
#[unsafe(no_mangle)]
pub extern "C" fn tw_window(handle: usize, length: usize) -> *mut u8 {
    with(handle, std::ptr::null_mut(), |slot| {
        slot.window.resize(length.div_ceil(64), [0; 8]);
        slot.window_length = length;
        slot.window.as_mut_ptr().cast()
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn tw_session_close(handle: usize) {
    SESSIONS.with_borrow_mut(|sessions| {
        if let Some(slot) = sessions.get_mut(handle) {
            *slot = None;
        }
    });
}
