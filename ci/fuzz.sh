#!/usr/bin/env bash
# Fuzzing: each target for a bounded time, or those that are named. Needs a nightly toolchain, and installs cargo-fuzz if it is
# missing. Usage: ci/fuzz.sh [SECONDS [TARGET..]]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}"
shift || true
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
# What a discarded execution owns is leaked on purpose, and so is the address sanitizer's own copy of
# each of its stacks.
export ASAN_OPTIONS="detect_leaks=0:detect_stack_use_after_return=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
[ $# -gt 0 ] || set -- $(cargo +nightly fuzz list)
for target in "$@"; do
  arguments=(-max_total_time="$seconds")
  [ ! -f "fuzz/dictionaries/$target.dict" ] || arguments+=(-dict="fuzz/dictionaries/$target.dict")
  # New inputs go to the first folder; the seeds stay as they are.
  mkdir -p "fuzz/corpus/$target"
  cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- "${arguments[@]}"
done
