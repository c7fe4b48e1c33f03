//! What the command line needs besides sessions, each behind a handle.
