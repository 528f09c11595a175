//! What the fuzz targets of the wire protocol are seeded with, and what they found before, run once each: so that a finding
//! does not come back. The targets themselves need nightly; their bodies do not.

#[path = "../fuzz/bodies/frame.rs"]
mod frame;
#[path = "../fuzz/bodies/handshake.rs"]
mod handshake;
#[path = "../fuzz/bodies/network.rs"]
mod network;
#[path = "../fuzz/bodies/pickle.rs"]
mod pickle;
#[path = "../fuzz/bodies/queue_protocol.rs"]
mod queue_protocol;
#[path = "../fuzz/bodies/token.rs"]
mod token;

use proptest::prelude::*;

/// What checks one input.
type Body = fn(&[u8]);

/// The targets, with their bodies.
const TARGETS: &[(&str, Body)] = &[
    ("frame", frame::body),
    ("handshake", handshake::body),
    ("network", network::body),
    ("pickle", pickle::body),
    ("queue_protocol", queue_protocol::body),
    ("token", token::body),
];

#[test]
fn seeds_and_past_findings() {
    for (name, body) in TARGETS {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
        let files: Vec<_> =
            std::fs::read_dir(&folder).expect("seeds").map(|entry| entry.expect("a file").path()).collect();
        assert!(files.len() > 1, "{name} has no seeds");
        for file in files {
            body(&std::fs::read(&file).expect("a seed"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_by_chance(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        TARGETS.iter().for_each(|(_, body)| body(&bytes));
    }
}
