#!/usr/bin/env bash
# Takes the picture of the stepper's page that stands in the README and the guide (docs/images/stepper.png), with the browser that
# ci/browser.sh installs. To be run by hand when the page has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --package selvedge-cli --locked
output=$(mktemp)
target/debug/selvedge serve balance/unlocked --from s1AgMGAwECAQIB74o > "$output" &
server=$!
trap 'kill "$server"; rm -f "$output"' EXIT
until grep -q '^step through it at ' "$output"; do sleep 0.1; done
address=$(sed -n 's/^step through it at //p' "$output")
mkdir -p docs/images
chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1180,720 --virtual-time-budget=5000 \
  --screenshot=docs/images/stepper.png "$address" 2> /dev/null
