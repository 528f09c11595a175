//! Values, whatever bytes there are.
#![no_main]

#[path = "../bodies/pickle.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
