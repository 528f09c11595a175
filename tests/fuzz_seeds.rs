//! What the fuzz targets are seeded with, and what they found before, run once each: so that a finding does not come back. The
//! targets themselves need nightly; their bodies do not. And for each target there is a bug to plant, which it finds
//! (`ci/planted.sh`): here only that it can still be planted.

#[path = "../fuzz/bodies/explorer.rs"]
mod explorer;
#[path = "../fuzz/bodies/frame.rs"]
mod frame;
#[path = "../fuzz/bodies/handshake.rs"]
mod handshake;
#[path = "../fuzz/bodies/history.rs"]
mod history;
#[path = "../fuzz/bodies/memory.rs"]
mod memory;
#[path = "../fuzz/bodies/network.rs"]
mod network;
#[path = "../fuzz/bodies/pickle.rs"]
mod pickle;
#[path = "../fuzz/bodies/queue_protocol.rs"]
mod queue_protocol;
#[path = "../fuzz/bodies/recovery.rs"]
mod recovery;
#[path = "../fuzz/bodies/schedule.rs"]
mod schedule;
#[path = "../fuzz/bodies/token.rs"]
mod token;

use std::path::{Path, PathBuf};

use proptest::prelude::*;

/// What checks one input.
type Body = fn(&[u8]);

/// The targets, with their bodies.
const TARGETS: &[(&str, Body)] = &[
    ("explorer", explorer::body),
    ("frame", frame::body),
    ("handshake", handshake::body),
    ("history", history::body),
    ("memory", memory::body),
    ("network", network::body),
    ("pickle", pickle::body),
    ("queue_protocol", queue_protocol::body),
    ("recovery", recovery::body),
    ("schedule", schedule::body),
    ("token", token::body),
];

/// Those of which an input takes long.
const SLOW: &[&str] = &["explorer", "memory", "recovery", "schedule"];

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("a file").path()).collect()
}

#[test]
fn every_target_is_here() {
    let mut names: Vec<String> = files(&fuzz().join("fuzz_targets"))
        .iter()
        .map(|file| file.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
}

#[test]
fn seeds_and_past_findings() {
    for (name, body) in TARGETS {
        let seeds = files(&fuzz().join("seeds").join(name));
        assert!(seeds.len() > 1, "{name} has no seeds");
        seeds.iter().for_each(|file| body(&std::fs::read(file).expect("a seed")));
    }
}

/// What a bug takes away is where it takes it away from.
#[test]
fn every_bug_can_be_planted() {
    for (name, _) in TARGETS {
        let patch = std::fs::read_to_string(fuzz().join("planted").join(format!("{name}.patch"))).expect("a bug");
        let file = patch.lines().find_map(|line| line.strip_prefix("--- a/")).expect("a file");
        let text = std::fs::read_to_string(fuzz().with_file_name(file)).expect(file);
        let before =
            patch.lines().skip_while(|line| !line.starts_with("@@")).skip(1).filter(|line| !line.starts_with('+'));
        let before: Vec<&str> = before.filter_map(|line| line.get(1..)).collect();
        assert!(before.len() > 1 && text.contains(&before.join("\n")), "{name}: {file} is not as the bug has it");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_by_chance(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        TARGETS.iter().filter(|(name, _)| !SLOW.contains(name)).for_each(|(_, body)| body(&bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_by_chance_for_the_slow_ones(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        TARGETS.iter().filter(|(name, _)| SLOW.contains(name)).for_each(|(_, body)| body(&bytes));
    }
}
