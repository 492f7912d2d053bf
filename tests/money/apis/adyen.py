"""Adyen: API key or Basic, final results without `Transient-Error`, pages by number and by URL, two kinds of deliveries."""

import json

from base import Api, MARK, Refused, Response, SEED, route
from crypto import b64, compact, mac, rfc3339

ITEM = ("pspReference", "originalReference", "merchantAccountCode", "merchantReference", "value", "currency", "eventCode", "success")


class Server(Api):
    SIGNATURE = "HmacSignature"
    TIMED = False

    def start(self):
        key = lambda name: f"{MARK}-adyen-hmac-{name}-key-0123".encode()[:32].hex().upper()
        self.settings = {"api_key": f"{MARK}-adyen-key", "user": "ws@Company.Test", "password": f"{MARK}-adyen-password",
                         "hmac_key": key("new"), "former_hmac_key": key("old"), "checkout": "/v72", "management": "/v3",
                         "transfers": "/btl/v4"}
        self.merchants = [{"id": f"Merchant{number}", "name": f"Merchant {number}", "status": "Active"} for number in range(SEED)]
        self.moves = [self.move(1000 + number) for number in range(SEED)]

    def move(self, value):
        return {"id": self.id("TX"), "accountHolder": {"id": "AH1"}, "amount": {"currency": "EUR", "value": value}, "balanceAccount":
                {"id": "BA1"}, "balancePlatform": "Platform", "bookingDate": rfc3339(), "status": "booked", "valueDate": rfc3339()}

    def error(self, status, code, message, **members):
        if status == 404 or "/v72/" not in self.local.path:
            body = {"type": "https://docs.adyen.com/errors/general", "title": message, "detail": message, "errorCode": code}
            return Response(status, body | {"status": status, "requestId": self.id("REQ")} | members)
        return Response(status, {"status": status, "errorCode": code, "errorType": "validation", "message": message} | members)

    def check(self, request):
        self.local.path = request.path
        basic = "Basic " + b64(f"{self.settings['user']}:{self.settings['password']}".encode())
        authorized = request.header("X-API-Key") == self.settings["api_key"] or request.header("Authorization") == basic
        self.need(authorized, 401, "000", "wrong key")
        self.need(len(request.header(self.KEY_HEADER)) <= 64, 422, "702", "the key has more than 64 characters")
        if request.method == "POST":
            kind = request.header("Content-Type").partition(";")[0]
            self.need(kind == "application/json" and request.json() is not None, 400, "702", "the body is not JSON")

    # The scope of a key is the account.
    def scope(self, request):
        return "company account"

    # Errors are results, too: only `Transient-Error: true` opens the key again.
    def stores(self, response):
        return ("Transient-Error", "true") not in response.headers

    def execute(self, request, run, pays=True):
        try:
            return super().execute(request, run, pays)
        except Refused as refusal:
            self.refused.append(refusal.reason)
            return refusal.response

    def busy(self, request):
        response = self.error(422, "704", "a request with this key is being executed")
        response.headers.append(("Transient-Error", "true"))
        return response

    def finish(self, request, response):
        if request.method == "POST" and self.key(request):
            response.headers.append((self.KEY_HEADER, self.key(request)))

    def need_members(self, request, *names):
        for name in names:
            self.need(request.json().get(name), 422, "130", f"Required field '{name}' is not provided.")
        return request.json()

    @route("POST", "/v72/payments", pays=True)
    def pay(self, request):
        order = self.need_members(request, "amount", "merchantAccount", "paymentMethod", "reference", "returnUrl")
        return Response(200, {"pspReference": self.id("PSP"), "resultCode": "Authorised", "amount": order["amount"],
                              "merchantReference": order["reference"]})

    @route("POST", "/btl/v4/transfers", pays=True)
    def transfer(self, request):
        order = self.need_members(request, "amount", "category", "counterparty")
        self.moves.append(self.move(order["amount"]["value"]))
        return Response(202, {"id": self.id("TR"), "amount": order["amount"], "category": order["category"], "counterparty": {},
                              "status": "received", "reference": order.get("reference", "")})

    @route("GET", "/btl/v4/transactions")
    def transactions(self, request):
        query = request.parameters()
        self.need("createdSince" in query and "createdUntil" in query, 422, "30_112", "createdSince or createdUntil is not provided")
        start = int(query.get("cursor", "S0")[1:])
        records, more = self.page(self.moves, start, query.get("limit"))
        times = f"createdSince={query['createdSince']}&createdUntil={query['createdUntil']}"
        href = f"{self.url}{request.path}?{times}&cursor=S{start + len(records)}&limit={len(records)}"
        return Response(200, {"data": records, "_links": {"next": {"href": href}} if more else {}})

    @route("GET", "/v3/merchants")
    def list(self, request):
        query = request.parameters()
        number, size = int(query.get("pageNumber", "1")), min(int(query.get("pageSize", "10")), 3)
        records, more = self.page(self.merchants, (number - 1) * size, size)
        pages = -(-len(self.merchants) // size)
        link = lambda number: {"href": f"{self.url}{request.path}?pageNumber={number}&pageSize={size}"}
        links = {"first": link(1), "last": link(pages), "self": link(number)} | ({"next": link(number + 1)} if more else {})
        return Response(200, {"data": records, "itemsTotal": len(self.merchants), "pagesTotal": pages, "_links": links})

    def event(self):
        if self.local.order.get("kind") != "item":
            return {"data": {"id": "TR1", "amount": {"value": 1050}}, "environment": "test", "type": "balancePlatform.transfer.created"}
        item = lambda number: {"NotificationRequestItem": {
            "additionalData": {}, "pspReference": f"PSP{number}", "merchantAccountCode": "Merchant", "merchantReference": f"order-{number}",
            "amount": {"value": 1050, "currency": "EUR"}, "eventCode": "AUTHORISATION", "eventDate": rfc3339(), "success": "true",
            "reason": "", "operations": ["REFUND"], "paymentMethod": "visa"}}
        return {"live": "false", "notificationItems": [item(number) for number in range(self.local.order.get("items", 1))]}

    def hmac(self, key, data):
        return b64(mac(bytes.fromhex(self.settings["former_hmac_key" if key == "former" else "hmac_key"]), data))

    # One signature for each item, joined to one text until `place` divides it.
    def sign(self, body, when, key):
        if self.local.order.get("kind") != "item":
            return self.hmac(key, body)
        return " ".join(self.hmac(key, self.text(entry["NotificationRequestItem"])) for entry in json.loads(body)["notificationItems"])

    def text(self, item):
        values = item | item["amount"]
        return ":".join(str(values.get(name, "")) for name in ITEM).encode()

    def place(self, body, signatures, when, order):
        if order.get("kind") != "item":
            return super().place(body, signatures, when, order)
        value = json.loads(body)
        for entry, text in zip(value["notificationItems"], signatures[-1].split(" ") if signatures else []):
            entry["NotificationRequestItem"]["additionalData"]["hmacSignature"] = text
        body = compact(value)
        if len(signatures) == 2:
            body = body.replace(b'"hmacSignature":', f'"hmacSignature":"{signatures[0].split(" ")[0]}","hmacSignature":'.encode(), 1)
        return [], body
