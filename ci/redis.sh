#!/usr/bin/env bash
# Redis, for the tests of `selvedge worker --redis`: installs Debian's server where it is missing. Where it cannot be installed those
# tests say NOT TESTED; SELVEDGE_REDIS_REQUIRED=1 makes that an error.
set -euo pipefail
command -v redis-server > /dev/null && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
export DEBIAN_FRONTEND=noninteractive
if ! { command -v apt-get && "${as_root[@]}" apt-get update -q \
  && "${as_root[@]}" apt-get install -y -q --no-install-recommends redis-server; } > /dev/null; then
  echo "NOT TESTED: there is no redis-server on this machine, and it cannot be installed"
  if [ -n "${SELVEDGE_REDIS_REQUIRED:-}" ]; then exit 1; fi
fi
