//! Programs that start with `cargo run --example NAME`: this package has nothing else.
