#!/usr/bin/env bash
# Whether fuzzing finds anything: plants a bug for each target in a copy of the project, and has each target look for its own, which
# has to take less than a minute. Needs what `ci/fuzz.sh` does. Usage: ci/planted.sh [TARGET..]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=60
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
root="$PWD"
export CARGO_TARGET_DIR="$root/fuzz/target/planted"
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
[ $# -gt 0 ] || set -- $(cargo +nightly fuzz list)
# Only what git knows, so that nothing built comes along.
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create | tar --extract --directory "$copy"
cd "$copy"
for target in "$@"; do
  patch --strip=1 --quiet <"$root/fuzz/planted/$target.patch"
done
cargo +nightly fuzz build
missed=()
for target in "$@"; do
  begun="$SECONDS"
  if ci/fuzz.sh "$seconds" "$target" >log 2>&1; then
    missed+=("$target")
    echo "$target: NOT FOUND in $seconds s"
  elif grep -q 'panicked at' log; then
    echo "$target: found in $((SECONDS - begun)) s: $(grep -m1 -A1 'panicked at' log | tail -1 | cut -c1-120)"
  else
    missed+=("$target")
    tail -20 log
  fi
done
[ ${#missed[@]} -eq 0 ] || { echo "not found: ${missed[*]}"; exit 1; }
