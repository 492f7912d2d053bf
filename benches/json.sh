#!/usr/bin/env bash
# Compares our JSON codec with serde's derive on response types of large contracts and prints the ratios.
#
#   benches/json.sh FOLDER [--contracts NAME,...] [--rounds N] [--instructions] [--types]
#
# FOLDER holds github.json, openai.json, digitalocean.yaml and kubernetes.json. Crates go into $SCRATCH (/tmp/json-bench).
# It needs PyYAML for a contract in YAML.
#
# Types: the component schemas that most operations return, as the generator writes them. Twin: the same structs with serde's derive
# (benches/json/twin.py). It ignores members that the contract does not name, which ours keep. Documents: examples of the contract, and
# three documents per type from benches/json/values.py. A document counts if both sides read it and write the same JSON. left-out.txt,
# next to the crate, lists the others. Time: batches of both sides alternate in one process, and the quickest counts. A ratio above 1
# means that ours is quicker. Instructions: the same work under valgrind, which counts the same on a busy machine.
set -euo pipefail
cd "$(dirname "$0")/.."
SCRATCH="${SCRATCH:-/tmp/json-bench}"
if [ -z "${XTASK:-}" ]; then
  cargo build --quiet --release --package xtask
fi
exec python3 benches/json/run.py --scratch "$SCRATCH" "$@"
