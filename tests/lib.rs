//! The tests are in the files that `Cargo.toml` names; here is nothing.
