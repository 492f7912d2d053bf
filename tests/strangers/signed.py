"""Signs requests as the contract of the Partner API says, for clients of other authors."""

import datetime
import hashlib
import hmac
import uuid

CLIENT, SECRET = "demo-client", "demo-secret-for-tests-only"


def headers(method, target, body, key=None):
    """Returns the headers of a request: its bytes as sent, and the idempotency key of a request with an effect."""
    key = key or ("" if method in ("GET", "HEAD", "OPTIONS") else str(uuid.uuid4()))
    instant = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = uuid.uuid4().hex
    text = "\n".join([method, target, hashlib.sha256(body).hexdigest(), instant, nonce, key])
    named = {
        "X-Partner-Client-Id": CLIENT,
        "X-Partner-Timestamp": instant,
        "X-Partner-Nonce": nonce,
        "X-Partner-Signature": hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest(),
        "X-Request-Id": str(uuid.uuid4()),
    }
    return named | ({"Idempotency-Key": key} if key else {})
