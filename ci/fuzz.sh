#!/usr/bin/env bash
# Fuzzing: each target for a bounded time. Needs a nightly toolchain, and installs cargo-fuzz if it is
# missing. Leaks are not looked for: what a discarded execution owns is leaked on purpose. Usage: ci/fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}"
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
for target in $(cargo +nightly fuzz list); do
  cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -detect_leaks=0
done
