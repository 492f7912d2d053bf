#!/usr/bin/env bash
# Measures the runtime beside what one would write by hand: a table for each question of docs/benchmarks.md, "Runtime".
#
#   benches/runtime.sh [calls] [sign] [webhook] [crowd] [times] [journal]
#
# Counts (`calls`, `sign`, `webhook`) need valgrind; `journal` measures PostgreSQL too where it is installed, in $FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(calls sign webhook crowd times journal)
counted=()
for what in "${wanted[@]}"; do
  case "$what" in
    times | journal) ;;
    *) counted+=("$what") ;;
  esac
done
[ ${#counted[@]} -eq 0 ] || benches/runtime/run.py "${counted[@]}"
for what in "${wanted[@]}"; do
  case "$what" in
    times) cargo bench --quiet --package sdk-benches --bench signing --bench webhook -- --warm-up-time 1 --measurement-time 3 ;;
    journal) cargo bench --quiet --package sdk-benches --bench journal ;;
  esac
done
