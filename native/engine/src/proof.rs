//! Best-quote cross-check: how far a book is proven, and why not.
