//! Journal entries and segments over slices: no file is touched here.
