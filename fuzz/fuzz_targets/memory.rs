//! Bytes are a straight-line program on a few atomics: the explorer and the axioms of the language's memory model must agree on
//! outcomes and graphs.
#![no_main]

#[path = "../bodies/memory.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
