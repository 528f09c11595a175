#!/usr/bin/env bash
# The pages in a real browser: installs Debian's chromium and its driver where they are missing, and runs the tests of
# tests/browser. Where they cannot be installed it says so, and tests nothing; SELVEDGE_BROWSER_REQUIRED=1 makes that an error.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! ci/installed.sh chromedriver chromium chromium-driver fonts-dejavu-core; then
  echo "NOT TESTED: there is no browser on this machine, and it cannot be installed (chromium, chromium-driver)"
  if [ -n "${SELVEDGE_BROWSER_REQUIRED:-}" ]; then exit 1; fi
  exit 0
fi
# What `cargo test` builds: the program with other features would be built again.
cargo test --no-run --locked
SELVEDGE_BROWSER_REQUIRED=1 cargo test --package selvedge-browser --locked
