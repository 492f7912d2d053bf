#!/usr/bin/env python3
"""Recomputes every vector with hashlib and hmac. Exit 1 on the first difference."""
import base64, hashlib, hmac, json, pathlib, sys

HERE = pathlib.Path(__file__).parent
SCHEMES = {
    "signing": ["method", "target", "body-sha256-hex", "timestamp", "nonce", "idempotency-key"],
    "webhook": ["timestamp", "nonce", "body-sha256-hex"],
}
DECODE = {"utf8": str.encode, "hex": bytes.fromhex, "base64": base64.b64decode}


def body(vector):
    return base64.b64decode(vector["body_base64"]) if "body_base64" in vector else vector["body"].encode()


def check(path):
    vector = json.loads(path.read_text())
    scheme = {"components": SCHEMES[path.parent.name], "separator": "\n", "encoding": "hex", "secret": "utf8"}
    scheme |= vector.get("signing", {})
    digest = hashlib.sha256(body(vector))
    parts = {
        "method": vector.get("method"),
        "target": vector.get("path_and_query"),
        "body-sha256-hex": digest.hexdigest(),
        "body-sha256-base64": base64.b64encode(digest.digest()).decode(),
        "timestamp": vector["timestamp"],
        "nonce": vector["nonce"],
        "idempotency-key": vector.get("idempotency_key") or "",
        "client-id": vector.get("client_id") or "",
    }
    base = scheme["separator"].join(parts[component] for component in scheme["components"])
    mac = hmac.new(DECODE[scheme["secret"]](vector["secret"]), base.encode(), hashlib.sha256).digest()
    signature = mac.hex() if scheme["encoding"] == "hex" else base64.b64encode(mac).decode()
    assert vector["name"] == path.stem, path
    assert vector["body_sha256"] == digest.hexdigest(), path
    assert vector["base_string"] == base, path
    assert vector["signature"] == signature, path
    if path.parent.name == "webhook" and vector["expect"] != "signature":
        assert vector["header_signature"] == signature, path


paths = sorted(HERE.glob("*/*.json"))
for path in paths:
    check(path)
print(f"python: {len(paths)} vectors agree")
sys.exit(0 if paths else 1)
