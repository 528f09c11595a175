#!/bin/bash -eu
# Builds every fuzz target, and puts it where ClusterFuzzLite looks, with its seeds, its dictionary and its options.
cd "$SRC/selvedge"
cargo fuzz build --release
for source in fuzz/fuzz_targets/*.rs; do
  target="$(basename "$source" .rs)"
  cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
  zip --quiet --junk-paths "$OUT/${target}_seed_corpus.zip" "fuzz/seeds/$target"/*
  [ ! -f "fuzz/dictionaries/$target.dict" ] || cp "fuzz/dictionaries/$target.dict" "$OUT/"
  # What a discarded execution owns is leaked on purpose.
  printf '[asan]\ndetect_leaks=0\ndetect_stack_use_after_return=0\n' >"$OUT/$target.options"
done
