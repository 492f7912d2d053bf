"""Square: Bearer, keys as a member of the body, cursors in query and body, deliveries signed over URL and body."""

import re

from base import Api, MARK, Response, SEED, route
from crypto import b64, mac, rfc3339


class Server(Api):
    SIGNATURE = "x-square-hmacsha256-signature"
    TIMED = False

    def start(self):
        self.settings = {"access_token": f"{MARK}-square-token", "signature_key": f"{MARK}-square-signature-key",
                         "former_signature_key": f"{MARK}-square-former-key"}
        self.payments = [self.payment({"amount_money": {"amount": 1000 + number, "currency": "USD"}}) for number in range(SEED)]
        self.customers = [{"id": self.id("CUST"), "given_name": f"Name {number}"} for number in range(SEED)]

    def payment(self, order):
        return {"id": self.id("PAY"), "created_at": rfc3339(), "status": "COMPLETED", "amount_money": order["amount_money"],
                "source_type": "CARD"} | {name: order[name] for name in ("reference_id", "note") if name in order}

    def error(self, status, code, message, category="INVALID_REQUEST_ERROR", **members):
        return Response(status, {"errors": [{"category": category, "code": code, "detail": message} | members]})

    def failure(self, status):
        return self.error(status, "INTERNAL_SERVER_ERROR", "the server failed on request of the test", "API_ERROR")

    def check(self, request):
        authorized = request.header("Authorization") == "Bearer " + self.settings["access_token"]
        self.need(authorized, 401, "UNAUTHORIZED", "wrong token", category="AUTHENTICATION_ERROR")
        version = request.header("Square-Version", "2026-01-01")
        self.need(re.fullmatch(r"\d{4}-\d\d-\d\d", version), 400, "BAD_REQUEST", f"no version: {version}")
        if request.method == "POST":
            kind = request.header("Content-Type").partition(";")[0]
            self.need(kind == "application/json" and request.json() is not None, 400, "INVALID_CONTENT_TYPE", "the body is not JSON")

    def key(self, request):
        return request.json().get("idempotency_key")

    def fingerprint(self, request):
        return request.json()

    def conflict(self, request, entry):
        return self.error(400, "IDEMPOTENCY_KEY_REUSED", "the key has another request", field="idempotency_key")

    def busy(self, request):
        return self.error(409, "CONFLICT", "a request with this key is being executed")

    @route("POST", "/v2/payments", pays=True)
    def pay(self, request):
        order = request.json()
        key, money = order.get("idempotency_key"), order.get("amount_money") or {}
        self.need(isinstance(key, str) and key, 400, "MISSING_REQUIRED_PARAMETER", "no key", field="idempotency_key")
        self.need(len(key) <= 45, 400, "VALUE_TOO_LONG", "the key has more than 45 characters", field="idempotency_key")
        self.need(order.get("source_id"), 400, "MISSING_REQUIRED_PARAMETER", "no source", field="source_id")
        self.need(isinstance(money.get("amount"), int), 400, "MISSING_REQUIRED_PARAMETER", "no amount", field="amount_money")
        self.payments.append(self.payment(order))
        return Response(200, {"payment": self.payments[-1]})

    @route("GET", "/v2/payments")
    def list(self, request):
        query = request.parameters()
        return self.listed("payments", self.payments, query.get("cursor"), query.get("limit"))

    @route("GET", "/v2/payments/(PAY[0-9]+)")
    def get(self, request, identifier):
        return Response(200, {"payment": self.payments[self.after(self.payments, identifier) - 1]})

    # Its key is optional: a customer without one is made twice.
    @route("POST", "/v2/customers", pays=True)
    def customer(self, request):
        self.customers.append({"id": self.id("CUST"), "given_name": request.json().get("given_name", "")})
        return Response(200, {"customer": self.customers[-1]})

    @route("POST", "/v2/customers/search")
    def search(self, request):
        body = request.json()
        return self.listed("customers", self.customers, body.get("cursor"), body.get("limit"))

    def listed(self, name, records, cursor, limit):
        start = int((cursor or "c0")[1:])
        records, more = self.page(records, start, limit)
        return Response(200, {name: records} | ({"cursor": f"c{start + len(records)}"} if more else {}))

    def not_found(self):
        self.refuse(404, "NOT_FOUND", "no such resource")

    def event(self):
        return {"merchant_id": "MERCHANT1", "type": "payment.updated", "event_id": "evt-1", "created_at": rfc3339(),
                "data": {"type": "payment", "id": "PAY000001", "object": {"payment": {"amount_money": {"amount": 1050}}}}}

    def sign(self, body, when, key):
        secret = self.settings["former_signature_key" if key == "former" else "signature_key"]
        # `url` is the address as configured at Square, if the receiver has another one.
        return b64(mac(secret.encode(), self.local.order.get("url", self.local.order.get("to")).encode() + body))
