"""Revolut Merchant: Bearer, a required version, keys on three operations, page tokens, `v1=` deliveries in milliseconds."""

import time

from base import Api, MARK, Response, SEED, route
from crypto import mac, rfc3339

VERSIONS = ("2023-09-01", "2024-05-01", "2024-09-01", "2025-10-16", "2025-12-04", "2026-03-12", "2026-04-20")


class Server(Api):
    SIGNATURE, LIST = "Revolut-Signature", ","

    def start(self):
        self.settings = {"secret_key": f"sk_{MARK}_revolut", "api_version": VERSIONS[-1], "signing_secret": f"wsk_{MARK}current",
                         "former_signing_secret": f"wsk_{MARK}former"}
        usage = {"subscription_id": self.uuid(), "subscription_item_code": "calls", "usage_date": rfc3339()}
        self.usages = [self.usage(usage | {"quantity": number + 1}) for number in range(SEED)]
        self.orders = {}

    def usage(self, order):
        return {"id": self.uuid(), "subscription_cycle_id": self.uuid(0), "created_at": rfc3339(), "updated_at": rfc3339()} | order

    def error(self, status, code, message, **members):
        return Response(status, {"code": code, "message": message, "timestamp": int(time.time() * 1000)})

    def check(self, request):
        authorized = request.header("Authorization") == "Bearer " + self.settings["secret_key"]
        self.need(authorized, 401, "unauthenticated", "wrong key")
        self.need(request.header("Revolut-Api-Version") in VERSIONS, 400, "bad_request", "no known Revolut-Api-Version")

    def need_members(self, body, **kinds):
        for name, kind in kinds.items():
            self.need(body and isinstance(body.get(name), kind), 400, "validation", f"no {name}")
        return body

    # Only these two operations read a key.
    def key(self, request):
        return super().key(request) if request.path in ("/api/subscription-usages", "/api/subscriptions") else None

    @route("POST", "/api/orders", pays=True)
    def order(self, request):
        order = self.need_members(request.json(), amount=int, currency=str)
        order = {"id": self.uuid(), "token": self.uuid(), "type": "payment", "state": "pending", "created_at": rfc3339(),
                 "updated_at": rfc3339(), "amount": order["amount"], "currency": order["currency"], "outstanding_amount":
                 order["amount"], "capture_mode": "manual", "enforce_challenge": "automatic", "authorisation_type": "final",
                 "checkout_url": "https://checkout.example/pay"}
        self.orders[order["id"]] = order
        return Response(201, order)

    @route("GET", "/api/orders/([0-9a-f-]{36})")
    def get(self, request, identifier):
        return Response(200, self.orders.get(identifier) or self.not_found())

    @route("POST", "/api/orders/([0-9a-f-]{36})/capture", pays=True)
    def capture(self, request, identifier):
        order = self.orders.get(identifier) or self.not_found()
        existing = order["state"] == "completed"
        order |= {"state": "completed", "outstanding_amount": 0}
        response = Response(200, order)
        response.existing = existing
        return response

    @route("POST", "/api/subscription-usages", pays=True)
    def report(self, request):
        self.need(request.header(self.KEY_HEADER), 400, "bad_request", "no Idempotency-Key")
        body = self.need_members(request.json(), subscription_id=str, subscription_item_code=str, usage_date=str, quantity=(int, float))
        self.usages.append(self.usage(body))
        return Response(201, self.usages[-1])

    @route("GET", "/api/subscription-usages")
    def list(self, request):
        query = request.parameters()
        start = int(query.get("page_token", "p0")[1:])
        records, more = self.page(self.usages, start, query.get("limit"))
        body = {"subscription_usages": records} | ({"next_page_token": f"p{start + len(records)}"} if more else {})
        return Response(200, body)

    def event(self):
        return {"event": "ORDER_COMPLETED", "order_id": self.uuid(1), "merchant_order_ext_ref": "1050"}

    def sign(self, body, when, key):
        secret = self.settings["former_signing_secret" if key == "former" else "signing_secret"]
        return "v1=" + mac(secret.encode(), f"v1.{round(when * 1000)}.".encode() + body).hex()

    def place(self, body, signatures, when, order):
        time_of = ("Revolut-Request-Timestamp", str(round(when * 1000)))
        return [time_of, *[(self.SIGNATURE, text) for text in signatures]], body
