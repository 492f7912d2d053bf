#!/usr/bin/env python3
"""Computes the name and the MAC of the test of `signing/src/signature.rs` with the standard library alone (RFC 5869, RFC 2104).

Fails where the test expects something else.
"""
import hashlib
import hmac
import pathlib
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "signing/src/signature.rs"


def mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def expand(extracted: bytes, info: bytes, length: int) -> bytes:
    out, block, count = b"", b"", 1
    while len(out) < length:
        block = mac(extracted, block + info + bytes([count]))
        out, count = out + block, count + 1
    return out[:length]


def seal(secret: bytes, parts: list[bytes]) -> tuple[str, str]:
    extracted = mac(b"sdk-journal", secret)
    key = expand(extracted, b"mac of a row, version 1", 32)
    name = expand(extracted, b"name of the key, version 1", 8)
    text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return name.hex(), mac(key, text).hex()


if __name__ == "__main__":
    values = seal(b"the secret of a client", [b"one", b"", b"three"])
    source = SOURCE.read_text()
    missing = [value for value in values if f'"{value}"' not in source]
    print(f"python: {len(values) - len(missing)} of {len(values)} values of the seal agree")
    sys.exit(f"{SOURCE}: expects something else than {missing}" if missing else 0)
