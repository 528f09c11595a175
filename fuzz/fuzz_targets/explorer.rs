//! Bytes are a random program: the explorer and the oracle that enumerates must see the same outcomes
//! and the same number of classes of equivalent executions.
#![no_main]

#[path = "../bodies/explorer.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
