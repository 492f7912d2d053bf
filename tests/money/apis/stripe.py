"""Stripe: Basic or Bearer, form bodies, keys that store each result, lists by the last or first id, `t=,v1=` deliveries."""

import re
import time
import urllib.parse

from base import Api, MARK, Response, SEED, route
from crypto import mac, unb64


class Server(Api):
    SIGNATURE, LIST = "Stripe-Signature", ","
    MORE_BAD = ("t-twice",)

    def start(self):
        self.settings = {"secret_key": f"sk_test_{MARK}", "webhook_secret": f"whsec_{MARK}_current",
                         "former_webhook_secret": f"whsec_{MARK}_former"}
        self.intents = [self.intent({"amount": 1000 + number, "currency": "eur"}) for number in range(SEED)]

    def intent(self, form):
        number = self.next()
        return {"id": f"pi_{number:06d}", "object": "payment_intent", "amount": int(form["amount"]), "currency": form["currency"],
                "capture_method": "automatic", "confirmation_method": "automatic", "created": int(time.time()), "livemode": False,
                "payment_method_types": ["card"], "status": "requires_payment_method",
                "metadata": {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}}

    def error(self, status, code, message, kind="invalid_request_error", **members):
        return Response(status, {"error": {"type": kind, "code": code, "message": message} | members})

    def failure(self, status):
        return self.error(status, "internal_error", "the server failed on request of the test", "api_error")

    def check(self, request):
        scheme, _, text = request.header("Authorization").partition(" ")
        key = (unb64(text) or b"").decode(errors="replace").removesuffix(":") if scheme == "Basic" else text
        self.need(scheme in ("Basic", "Bearer") and key == self.settings["secret_key"], 401, "invalid_api_key", "wrong key")
        version = request.header("Stripe-Version", "2026-01-01.name")
        self.need(re.fullmatch(r"\d{4}-\d\d-\d\d(\.\w+)?", version), 400, "invalid_version", f"no version: {version}")
        self.need(len(request.header(self.KEY_HEADER)) <= 255, 400, "invalid_key", "the key has more than 255 characters")
        if request.method == "POST":
            kind = request.header("Content-Type").partition(";")[0]
            self.need(kind == "application/x-www-form-urlencoded", 400, "invalid_content_type", f"the body is not a form: {kind}")

    def finish(self, request, response):
        response.headers.append(("Request-Id", self.id("req_")))

    # A key belongs to the account: another path is another parameter.
    def scope(self, request):
        return "account"

    def fingerprint(self, request):
        return request.path, request.body

    def stores(self, response):
        return True

    def conflict(self, request, entry):
        return self.error(400, "idempotency_key_reused", "the key has other parameters", "idempotency_error")

    def busy(self, request):
        return self.error(409, "idempotency_key_in_use", "a request with this key is being executed")

    @route("POST", "/v1/payment_intents", pays=True)
    def create(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        self.need(form.get("amount", "").isdigit(), 400, "parameter_missing", "amount is not an integer", param="amount")
        self.need(re.fullmatch("[a-z]{3}", form.get("currency", "")), 400, "parameter_missing", "no currency", param="currency")
        self.intents.append(self.intent(form))
        return Response(200, self.intents[-1])

    @route("GET", "/v1/payment_intents/(pi_[0-9]+)")
    def get(self, request, identifier):
        return Response(200, self.intents[self.after(self.intents, identifier) - 1])

    @route("GET", "/v1/payment_intents")
    def list(self, request):
        query, newest = request.parameters(), self.intents[::-1]
        limit = query.get("limit", "10")
        self.need(limit.isdigit() and 1 <= int(limit) <= 100, 400, "parameter_invalid_integer", "limit is 1 to 100", param="limit")
        if "ending_before" in query:
            records, more = self.page(newest[: self.after(newest, query["ending_before"]) - 1][::-1], 0, limit)
            records = records[::-1]
        else:
            records, more = self.page(newest, self.after(newest, query.get("starting_after")), limit)
        return Response(200, {"object": "list", "data": records, "has_more": more, "url": request.path})

    @route("GET", "/v1/payment_intents/search")
    def search(self, request):
        query, newest = request.parameters(), self.intents[::-1]
        self.need(query.get("query"), 400, "parameter_missing", "no query", param="query")
        start = int(query.get("page", "0"))
        records, more = self.page(newest, start, query.get("limit"))
        body = {"object": "search_result", "data": records, "has_more": more, "url": request.path,
                "next_page": str(start + len(records)) if more else None}
        return Response(200, body)

    def event(self):
        return {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "created": int(time.time()),
                "data": {"object": {"id": "pi_000001", "object": "payment_intent", "amount": 1050}}, "livemode": False,
                "pending_webhooks": 1}

    def sign(self, body, when, key):
        secret = self.settings["former_webhook_secret" if key == "former" else "webhook_secret"]
        return "v1=" + mac(secret.encode(), f"{int(when)}.".encode() + body).hex()

    def place(self, body, signatures, when, order):
        first = f"t={int(when) - 900}," if order.get("bad") == "t-twice" else ""
        return [(self.SIGNATURE, f"{first}t={int(when)},{text}") for text in signatures], body
