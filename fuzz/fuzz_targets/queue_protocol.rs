//! The queues of a master, whatever clients do.
#![no_main]

#[path = "../bodies/queue_protocol.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
