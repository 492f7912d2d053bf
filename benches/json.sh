#!/usr/bin/env bash
# Compares our JSON codec with serde's derive on response types of large contracts and prints the ratios.
#
#   benches/json.sh FOLDER [--contracts NAME,...] [--rounds N] [--instructions] [--types]
#
# FOLDER holds github.json, openai.json, digitalocean.yaml and kubernetes.json. Crates go into $SCRATCH (/tmp/json-bench).
# docs/benchmarks.md describes the method, --help the options. It needs PyYAML for a contract in YAML.
set -euo pipefail
cd "$(dirname "$0")/.."
SCRATCH="${SCRATCH:-/tmp/json-bench}"
if [ -z "${XTASK:-}" ]; then
  cargo build --quiet --release --package xtask
fi
exec python3 benches/json/run.py --scratch "$SCRATCH" "$@"
