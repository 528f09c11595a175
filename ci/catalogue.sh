#!/usr/bin/env bash
# The catalogue: the program checks every scenario on every engine, as the README shows it.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo run --release --locked
