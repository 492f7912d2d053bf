#!/usr/bin/env bash
# Recomputes the signature of every vector with openssl from the secret and the base string. Needs jq.
set -euo pipefail
cd "$(dirname "$0")"
count=0
for file in signing/*.json webhook/*.json; do
  field() { jq -j "$1" "$file"; }
  case "$(field '.signing.secret // "utf8"')" in
    utf8) key=$(field .secret | od -An -v -tx1 | tr -d ' \n') ;;
    hex) key=$(field .secret) ;;
    base64) key=$(field .secret | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n') ;;
  esac
  mac=$(field .base_string | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
  if [ "$(field '.signing.encoding // "hex"')" = hex ]; then
    mac=$(printf %s "$mac" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
  fi
  [ "$mac" = "$(field .signature)" ] || { echo "openssl disagrees on $file: $mac" >&2; exit 1; }
  if [ "$(field 'has("body_base64")')" = true ]; then
    digest=$(field .body_base64 | openssl base64 -d -A | openssl dgst -sha256 -r)
  else
    digest=$(field .body | openssl dgst -sha256 -r)
  fi
  [ "${digest%% *}" = "$(field .body_sha256)" ] || { echo "openssl disagrees on the body of $file" >&2; exit 1; }
  count=$((count + 1))
done
echo "openssl: $count vectors agree"
