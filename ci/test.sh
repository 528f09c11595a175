#!/usr/bin/env bash
# Tests: the command that the README names.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo test --locked
