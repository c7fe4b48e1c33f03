//! What lies behind a session's functions: the session, its journal and the window of a replay.

use std::any::Any;
use std::cell::RefCell;
use std::fs::File;
use tickwright_engine::schema::code;
use tickwright_map::{BoundBuffer, JournalDir, Window};
use tickwright_world::session::{SessionHost, Windows};

/// Bytes of the plain input window of a session without a journal.
const PLAIN_WINDOW: usize = 32 << 20;

pub struct Inner {
    pub host: SessionHost,
    pub journal: Option<JournalDir>,
    /// Where inputs lie when there is no journal.
    pub plain: BoundBuffer,
    /// The block or segment that a replay is in.
    pub window: Option<Window>,
    pub file: Option<(String, File)>,
}

impl Inner {
    /// Splits into the session and the memory that it works on.
    pub fn split(&mut self) -> (&mut SessionHost, Windows<'_>) {
        let (writer, journal) = match &mut self.journal {
            Some(dir) => {
                let (writer, segment) = dir.parts();
                (Some(writer), segment)
            }
            None => (None, self.plain.slice_mut()),
        };
        let segment = self.window.as_deref().unwrap_or_default();
        (&mut self.host, Windows { journal, writer, segment })
    }
}

/// Shared by the functions of one session; used on one thread, one call at a time.
pub struct Cell(pub RefCell<Inner>);

impl Cell {
    pub fn new(host: SessionHost) -> Self {
        Self(RefCell::new(Inner {
            host,
            journal: None,
            plain: BoundBuffer::new(PLAIN_WINDOW),
            window: None,
            file: None,
        }))
    }

    fn run(&self, call: impl FnOnce(&mut SessionHost, Windows<'_>) -> u8) -> u8 {
        let Ok(mut inner) = self.0.try_borrow_mut() else { return code::FAULT };
        let (host, windows) = inner.split();
        call(host, windows)
    }

    pub fn feed(&self) -> u8 {
        self.run(SessionHost::feed)
    }

    pub fn advance(&self) -> u8 {
        self.run(SessionHost::advance)
    }

    pub fn resume(&self) -> u8 {
        self.run(SessionHost::resume)
    }

    pub fn query(&self) -> u8 {
        self.run(|host, _| host.query())
    }

    /// A panic was caught on its way to JavaScript.
    pub fn panicked(&self, panic: &(dyn Any + Send)) {
        let seen = panic.downcast_ref::<String>().map(String::as_str);
        let seen = seen.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
        if let Ok(mut inner) = self.0.try_borrow_mut() {
            inner.host.poison(format!("panic: {seen}"));
        }
    }
}
