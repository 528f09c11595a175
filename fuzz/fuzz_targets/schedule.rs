//! Bytes choose a scenario, its parameters, and its schedule. Correct scenarios are right on every
//! schedule, and every execution replays from its token.
#![no_main]

#[path = "../bodies/schedule.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::body(bytes));
