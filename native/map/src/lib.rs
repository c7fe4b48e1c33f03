//! Mapped files and bound buffers.
