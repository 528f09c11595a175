#!/usr/bin/env bash
# More of what the tests do, for a scheduled job: the largest programs whose counts are known, explored undivided, by several
# workers and in shards; and many more random programs against the oracle, and divided against undivided. How long it takes as a
# whole has yet to be measured: big2 alone takes two minutes with one worker.
set -euo pipefail
cd "$(dirname "$0")/.."
export SELVEDGE_DEEP=1
cargo test --release --locked --test suite division:: -- --nocapture
SELVEDGE_PROGRAMS=20000 SELVEDGE_SEED=1000 cargo test --release --locked --test suite differential:: -- --nocapture
