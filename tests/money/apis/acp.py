"""Agentic Commerce Protocol: Bearer, a required version and key, results below 500 kept, `t=,v1=` deliveries.

The protocol defines no bytes for the signature of a request. The server only checks the form of `Signature` and `Timestamp`.
"""

from base import Api, MARK, Response, route
from crypto import mac, parse_time, unb64

VERSION = "2026-04-17"


class Server(Api):
    SIGNATURE, LIST = "Merchant-Signature", ","
    MORE_BAD = ("t-twice", "upper")

    def start(self):
        self.settings = {"api_key": f"{MARK}-acp-key", "api_version": VERSION, "webhook_secret": f"{MARK}-acp-webhook",
                         "former_webhook_secret": f"{MARK}-acp-former"}
        self.sessions = {}

    def error(self, status, code, message, kind="invalid_request", **members):
        return Response(status, {"type": kind, "code": code, "message": message} | members)

    def failure(self, status):
        return self.error(status, "internal_error", "the server failed on request of the test", "service_unavailable")

    def check(self, request):
        authorized = request.header("Authorization") == "Bearer " + self.settings["api_key"]
        self.need(authorized, 401, "unauthorized", "wrong key")
        self.need(request.header("API-Version") == VERSION, 400, "unsupported_api_version", f"API-Version is not {VERSION}")
        signature, stamp = request.header("Signature"), request.header("Timestamp")
        self.need(not signature or unb64(signature, url=True), 400, "invalid_signature", "Signature is not base64url")
        self.need(not stamp or parse_time(stamp), 400, "invalid_timestamp", "Timestamp is not RFC 3339")
        if request.method == "POST":
            key = request.header(self.KEY_HEADER)
            self.need(key, 400, "idempotency_key_required", "no Idempotency-Key")
            self.need(len(key) <= 255, 400, "invalid_idempotency_key", "the key has more than 255 characters")
            self.need(request.json() is not None, 400, "invalid_json", "the body is not JSON")

    def finish(self, request, response):
        for name in (self.KEY_HEADER, "Request-Id"):
            if request.header(name):
                response.headers.append((name, request.header(name)))

    def fingerprint(self, request):
        return request.json()

    def conflict(self, request, entry):
        return self.error(422, "idempotency_conflict", "the key has another body")

    def busy(self, request):
        response = self.error(409, "idempotency_in_flight", "a request with this key is being executed")
        response.headers.append(("Retry-After", "1"))
        return response

    def replay(self, request, entry):
        kept = entry.response
        return Response(kept.status, kept.body, [*kept.headers, ("Idempotent-Replayed", "true")])

    @route("POST", "/checkout_sessions", pays=True)
    def create(self, request):
        order = request.json()
        for name in ("line_items", "currency", "capabilities"):
            self.need(order.get(name) is not None, 400, "missing", f"no {name}", param=f"$.{name}")
        total = {"type": "total", "display_text": "Total", "amount": 1050}
        session = {"id": self.id("cs_"), "status": "ready_for_payment", "currency": order["currency"], "capabilities": {},
                   "line_items": [], "fulfillment_options": [], "totals": [total], "messages": [], "links": []}
        self.sessions[session["id"]] = session
        return Response(201, session)

    @route("GET", "/checkout_sessions/(cs_[0-9]+)")
    def get(self, request, identifier):
        return Response(200, self.sessions.get(identifier) or self.not_found())

    @route("POST", "/checkout_sessions/(cs_[0-9]+)/complete", pays=True)
    def complete(self, request, identifier):
        session = self.sessions.get(identifier) or self.not_found()
        self.need(request.json().get("payment_data"), 400, "missing", "no payment_data", param="$.payment_data")
        session |= {"status": "completed", "order": {"id": self.id("order_"), "checkout_session_id": identifier,
                                                     "permalink_url": "https://merchant.example/orders/1"}}
        return Response(200, session)

    def event(self):
        total = {"type": "total", "display_text": "Total", "amount": 1050}
        return {"type": "order_create", "data": {"type": "order", "id": "order_1", "checkout_session_id": "cs_000001",
                                                 "permalink_url": "https://merchant.example/orders/1", "status": "created",
                                                 "totals": [total]}}

    def sign(self, body, when, key):
        secret = self.settings["former_webhook_secret" if key == "former" else "webhook_secret"]
        text = mac(secret.encode(), f"{int(when)}.".encode() + body).hex()
        # Both cases of hexadecimal digits are right.
        return "v1=" + (text.upper() if key == "upper" else text)

    def place(self, body, signatures, when, order):
        first = f"t={int(when) - 900}," if order.get("bad") == "t-twice" else ""
        return [(self.SIGNATURE, f"{first}t={int(when)},{text}") for text in signatures], body
