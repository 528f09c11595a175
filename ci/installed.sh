#!/usr/bin/env bash
# Sees that a program is there: installs Debian's packages if it is missing. Fails where they cannot be installed.
# Usage: ci/installed.sh PROGRAM PACKAGE..
set -euo pipefail
program=$1
shift
command -v "$program" > /dev/null && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
export DEBIAN_FRONTEND=noninteractive
{ command -v apt-get && "${as_root[@]}" apt-get update -q \
  && "${as_root[@]}" apt-get install -y -q --no-install-recommends "$@"; } > /dev/null
