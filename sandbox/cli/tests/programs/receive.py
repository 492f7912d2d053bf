"""Receives webhooks, as a partner's own program in Python would: `receive.py ADDRESS [MISTAKE ...]`.

Without a mistake it is careful. Each mistake is one that receivers make.
"""

import hashlib
import hmac
import json
import os
import socket
import sys
import time

ADDRESS, MISTAKES = sys.argv[1], set(sys.argv[2:])
HOST = os.environ["OCEAFIN_PARTNER_API_BASE_URL"].removeprefix("http://")
CLIENT = os.environ["OCEAFIN_PARTNER_API_CLIENT_ID"]
SECRET = os.environ["OCEAFIN_PARTNER_API_CLIENT_SECRET"]
WEBHOOK_SECRET = os.environ["OCEAFIN_PARTNER_API_WEBHOOK_SECRET"]
KNOWN = {"customer.onboarding.submitted", "fiat_account.application.submitted", "crypto.deposit.pending_travel_rule",
         "crypto_withdrawal.created", "collection_wallet.created", "customer.transaction.updated", "conversion.created"}


def stamp():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def look_up(resource):
    """Reads the transaction of an event; that there is none is an answer, too."""
    target = "/partner/v1/transactions/" + resource
    now, nonce = stamp(), os.urandom(16).hex()
    parts = ["GET", target, hashlib.sha256(b"").hexdigest(), now, nonce, ""]
    mac = hmac.new(SECRET.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()
    head = [f"GET {target} HTTP/1.1", f"Host: {HOST}", "Connection: close", f"X-Partner-Client-Id: {CLIENT}",
            f"X-Partner-Timestamp: {now}", f"X-Partner-Nonce: {nonce}", f"X-Partner-Signature: {mac}",
            f"X-Request-Id: {nonce}", "", ""]
    name, _, port = HOST.rpartition(":")
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join(head).encode())
        while connection.recv(65536):
            pass


def is_genuine(headers, body):
    time_of, nonce = headers.get("x-oceafin-webhook-timestamp", ""), headers.get("x-oceafin-webhook-nonce", "")
    text = "\n".join([time_of, nonce, hashlib.sha256(body).hexdigest()])
    mac = hmac.new(WEBHOOK_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(mac, headers.get("x-oceafin-webhook-signature", "")):
        return False
    import calendar

    sent = calendar.timegm(time.strptime(time_of[:19], "%Y-%m-%dT%H:%M:%S"))
    return abs(time.time() - sent) < 300 or "any-time" in MISTAKES


seen, newest = set(), {}


def receive(headers, body):
    """The status of the answer, and the resource to look at."""
    if not is_genuine(headers, body) and "any-signature" not in MISTAKES:
        return 401, None
    event = json.loads(body)
    resource = event["resource"]["resourceId"]
    is_new = event["eventId"] not in seen
    seen.add(event["eventId"])
    if "busy-at-first" in MISTAKES and len(seen) == 1 and is_new:
        seen.clear()
        MISTAKES.remove("busy-at-first")
        return 503, None
    if "known-types" in MISTAKES and event["eventType"] not in KNOWN:
        return 400, None
    if "no-repeats" in MISTAKES and not is_new:
        return 409, None
    if "in-order" in MISTAKES and event["occurredAt"] < newest.get(resource, ""):
        return 409, None
    newest[resource] = max(event["occurredAt"], newest.get(resource, ""))
    return 204, resource if is_new or "acts-twice" in MISTAKES else None


def main():
    name, _, port = ADDRESS.rpartition(":")
    listener = socket.create_server((name, int(port)))
    while True:
        connection, _ = listener.accept()
        with connection:
            received = b""
            while b"\r\n\r\n" not in received:
                part = connection.recv(65536)
                if not part:
                    break
                received += part
            head, _, body = received.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")[1:]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            while len(body) < int(headers.get("content-length", 0)):
                body += connection.recv(65536)
            if not head:
                continue
            status, resource = receive(headers, body)
            connection.sendall(f"HTTP/1.1 {status} Answered\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        if resource:
            look_up(resource)


main()
