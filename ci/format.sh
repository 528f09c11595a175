#!/usr/bin/env bash
# Formatting: rustfmt, nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --all --check
