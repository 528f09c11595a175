#!/usr/bin/env bash
# More of what the tests do, for a scheduled job: the largest programs whose counts are known, explored undivided, by several
# workers and in shards; many more random programs against the oracle, a million against the axioms of the memory model, and
# divided against undivided; every scenario on an engine of each kind, as the README runs it; workers that are killed for as
# long as 20,000 tasks take; and 10,000 kills of a master with a state and its workers.
set -euo pipefail
cd "$(dirname "$0")/.."
ci/catalogue.sh
export SELVEDGE_DEEP=1
cargo test --release --locked -p selvedge-tests --test suite -- --nocapture division:: schedules:: arc_random:: samplers:: weak_counts:: orderings:: real_objects:: catalogue:: queues:: linearizable::
cargo test --release --locked -p selvedge-cli --test suite -- catalogue::
SELVEDGE_PROGRAMS=20000 SELVEDGE_SEED=1000 cargo test --release --locked -p selvedge-tests --test suite -- --nocapture differential::
SELVEDGE_PROGRAMS=1000000 SELVEDGE_SEED=1000000 cargo test --release --locked -p selvedge-tests --test suite -- --nocapture weak_memory::random_programs
SELVEDGE_SOAK_TASKS=20000 SELVEDGE_SOAK_KILLS=10000 cargo test --release --locked -p selvedge-cli --test soak
