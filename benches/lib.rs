//! Nothing: the measurements are in `facade.rs` and `engines.rs`.
