//! A master and its workers, whatever the network does.
#![no_main]

#[path = "../bodies/network.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
