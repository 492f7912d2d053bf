#!/usr/bin/env bash
# Compares this generator with its peers on large contracts and prints the ratios.
#
#   benches/compare.sh FOLDER... [--contracts NAME,...] [--tools NAME,...] [--measures NAME,...] [--rounds N] [--reuse] [--write]
#
# The folders hold github.json, openai.json, digitalocean.yaml, kubernetes.json, recurly.yaml, asana.yaml, box.json and
# twilio-api.json. The ratios are those of processor time. The peers are installed once, at the
# versions below, into $PEERS (target/peers); crates and results go into $SCRATCH (/tmp/compare). --reuse keeps the
# figures of the last run that are not measured again, --write puts the table into docs/benchmarks.md; see --help.
set -euo pipefail
cd "$(dirname "$0")/.."
export PEERS="${PEERS:-$PWD/target/peers}"
SCRATCH="${SCRATCH:-/tmp/compare}"
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_PROFILE_DEV_DEBUG
mkdir -p "$PEERS"

peer() {
  local package="$1" version="$2" program="$3"
  [ -x "$PEERS/bin/$program" ] && return
  echo "installing $package $version" >&2
  CARGO_TARGET_DIR="$PEERS/target" nice -n 5 cargo install --quiet --locked --jobs 2 --root "$PEERS" "$package" --version "=$version"
}

python_packages() {
  [ -d "$PEERS/python" ] && return
  python3 -m venv "$PEERS/python"
  "$PEERS/python/bin/pip" install --quiet --disable-pip-version-check openapi-generator-cli==7.26.0 pyyaml==6.0.3
}

wants() { case " $* " in *" --help "* | *" -h "*) return 1 ;; esac; }

if wants "$@"; then
  peer oas3-gen 0.29.0 oas3-gen
  peer openapi-to-rust 0.23.0 openapi-to-rust
  peer ploidy 0.15.0 ploidy
  peer cargo-progenitor 0.15.1 cargo-progenitor
  python_packages
  command -v java >/dev/null || { apt-get update -qq && apt-get install -y -qq default-jre-headless; }
  if [ -z "${XTASK:-}" ]; then
    cargo build --quiet --release --package xtask
  fi
fi
exec python3 benches/compare/run.py --scratch "$SCRATCH" "$@"
