#!/usr/bin/env bash
# Whether fuzzing finds anything: plants a bug for each target in a copy of the project, and has the target look for it, which
# has to take less than a minute. Needs what `ci/fuzz.sh` does. Usage: ci/planted.sh [TARGET..]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=60
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
export ASAN_OPTIONS="detect_leaks=0:detect_stack_use_after_return=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
root="$PWD"
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
[ $# -gt 0 ] || set -- $(cargo +nightly fuzz list)
# Only what git knows, so that nothing built comes along.
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create | tar --extract --directory "$copy"
cd "$copy"
missed=()
for target in "$@"; do
  patch --strip=1 --quiet <"$root/fuzz/planted/$target.patch"
  CARGO_TARGET_DIR="$root/fuzz/target/planted" cargo +nightly fuzz build "$target" 2>&1 | grep -E '^(error|warning: unused)' || true
  begun="$SECONDS"
  mkdir -p "fuzz/corpus/$target"
  if CARGO_TARGET_DIR="$root/fuzz/target/planted" cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" \
    -- -max_total_time="$seconds" >"$copy/log" 2>&1; then
    echo "$target: NOT FOUND in $seconds s"
    missed+=("$target")
  else
    echo "$target: found in $((SECONDS - begun)) s: $(grep -m1 -A1 'panicked at' "$copy/log" | tail -1)"
    grep -q 'panicked at\|ERROR: AddressSanitizer' "$copy/log" || { cat "$copy/log"; missed+=("$target"); }
  fi
  patch --strip=1 --quiet --reverse <"$root/fuzz/planted/$target.patch"
done
[ ${#missed[@]} -eq 0 ] || { echo "not found: ${missed[*]}"; exit 1; }
