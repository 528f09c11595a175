#!/usr/bin/env bash
# Redis, for the tests of `selvedge worker --redis`: installs Debian's server where it is missing. Where it cannot be installed those
# tests say NOT TESTED; SELVEDGE_REDIS_REQUIRED=1 makes that an error.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! ci/installed.sh redis-server redis-server; then
  echo "NOT TESTED: there is no redis-server on this machine, and it cannot be installed"
  if [ -n "${SELVEDGE_REDIS_REQUIRED:-}" ]; then exit 1; fi
fi
