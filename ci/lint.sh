#!/usr/bin/env bash
# Lints: clippy over everything, warnings denied, and the library without its default features.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo clippy --package selvedge --no-default-features --locked -- -D warnings
