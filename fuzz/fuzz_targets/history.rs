//! The check of histories against its naive twin, on histories made of bytes: four for each operation.
#![no_main]

#[path = "../bodies/history.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
