#!/usr/bin/env bash
# Measures the runtime next to handwritten code (benches/runtime/handwritten.rs), and prints a table for each measure.
#
#   benches/runtime.sh [calls] [sign] [webhook] [times] [crowd] [journal]
#
# Counts (`calls`, `sign`, `webhook`) need valgrind; `journal` measures PostgreSQL too where it is installed, in $FOLDER.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- calls sign webhook times crowd journal
others=() journal=no
for what in "$@"; do
  if [ "$what" = journal ]; then journal=yes; else others+=("$what"); fi
done
[ ${#others[@]} -eq 0 ] || benches/runtime/run.py "${others[@]}"
[ "$journal" = no ] || cargo bench --quiet --package sdkwright-benches --bench journal
