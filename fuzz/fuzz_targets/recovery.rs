//! A master with a state that is killed at any moment, and goes on.
#![no_main]

#[path = "../bodies/recovery.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
