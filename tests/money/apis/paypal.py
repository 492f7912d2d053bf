"""PayPal: client credentials, `PayPal-Request-Id`, pages by link, deliveries signed by a certificate of a chain."""

import json
import secrets
import time
import urllib.parse
import zlib

from base import Api, MARK, Response, route
from crypto import b64, certificate, pem, pkcs1, rfc3339, rsa_key
from cryptography.hazmat.primitives import hashes

NAME = "messageverificationcerts.sandbox.paypal.com"
CERTIFICATE_PATH = "/v1/notifications/certs/"


class Server(Api):
    SIGNATURE, KEY_HEADER = "PAYPAL-TRANSMISSION-SIG", "PayPal-Request-Id"
    MORE_BAD = ("host", "http", "sha1", "expired", "chain", "name", "webhook-id")

    def start(self):
        root_key, self.leaf_key, issuer_key, other_key = rsa_key(), rsa_key(), rsa_key(), rsa_key()
        root = certificate("Payment servers root", root_key, authority=True)
        issuer = certificate("Payment servers issuer", issuer_key, root, root_key, authority=True)
        other = certificate("Other root", other_key, authority=True)
        leaf = lambda name=NAME, by=(issuer, issuer_key), days=30: certificate(name, self.leaf_key, *by, days=days)
        self.chains = {"current": [leaf(), issuer], "expired": [leaf(days=-1), issuer], "chain": [leaf(by=(other, other_key)), other],
                       "name": [leaf("paypal.com.example"), issuer]}
        self.settings = {"client_id": "paypal-client", "client_secret": f"{MARK}-paypal-secret", "webhook_id": "WEBHOOK1",
                         "root_file": self.file("root.pem", pem(root)), "issuer_file": self.file("issuer.pem", pem(issuer)),
                         "certificate_path": CERTIFICATE_PATH + "current"}
        self.tokens, self.issued, self.orders, self.payouts = {}, 0, {}, {}

    def error(self, status, code, message, issue=None, **members):
        details = [{"issue": issue or code, "description": message}]
        body = {"name": code, "message": message, "debug_id": self.id("debug"), "details": details, "links": []}
        return Response(status, body | members)

    def finish(self, request, response):
        response.headers.append(("PayPal-Debug-Id", self.id("debug")))

    # A token is not a payment: `/_executed` reports its count apart.
    @route("POST", "/v1/oauth2/token", free=True)
    def token(self, request):
        credentials = f"{self.settings['client_id']}:{self.settings['client_secret']}"
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        if request.header("Authorization") != "Basic " + b64(credentials.encode()):
            return Response(401, {"error": "invalid_client", "error_description": "wrong client"}, [("WWW-Authenticate", "Basic")])
        kind = request.header("Content-Type").partition(";")[0]
        if form.get("grant_type") != "client_credentials" or kind != "application/x-www-form-urlencoded":
            return Response(400, {"error": "unsupported_grant_type", "error_description": "no form with client_credentials"})
        token, self.issued = f"{MARK}-{secrets.token_hex(8)}", self.issued + 1
        self.tokens[token] = time.time() + 32400
        body = {"access_token": token, "token_type": "Bearer", "expires_in": 32400, "scope": form.get("scope", ""), "app_id": "APP-1"}
        return Response(200, body)

    def control(self, order):
        if order.get("fault") == "revoke":
            self.tokens.clear()
            return {"tokens": 0}
        return super().control(order)

    def own(self, request):
        return super().own(request) | ({"tokens": self.issued} if request.target == "/_executed" else {})

    def check(self, request):
        scheme, _, token = request.header("Authorization").partition(" ")
        valid = scheme == "Bearer" and self.tokens.get(token, 0) > time.time()
        self.need(valid, 401, "AUTHENTICATION_FAILURE", "no valid token")
        limit = 1000 if "payouts" in request.path else 108
        length = len(request.header(self.KEY_HEADER))
        self.need(length <= limit, 400, "INVALID_REQUEST", f"PayPal-Request-Id has more than {limit} characters")
        if request.method == "POST" and request.body:
            self.need(request.json() is not None, 400, "INVALID_REQUEST", "the body is not JSON")

    def busy(self, request):
        return self.error(422, "UNPROCESSABLE_ENTITY", "a request with this id is being executed", "PREVIOUS_REQUEST_IN_PROGRESS")

    # The latest state, with 200 in place of 201.
    def replay(self, request, entry):
        state = self.orders.get(json.loads(entry.response.body).get("id"))
        return Response(200, self.shown(request, state)) if state else entry.response

    def shown(self, request, order):
        minimal = request.method == "POST" and request.header("Prefer", "return=minimal") == "return=minimal"
        return {name: order[name] for name in ("id", "status", "links")} if minimal else order

    @route("POST", "/v2/checkout/orders", pays=True)
    def order(self, request):
        order = request.json() or {}
        self.need(order.get("intent") in ("CAPTURE", "AUTHORIZE"), 400, "INVALID_REQUEST", "no intent")
        self.need(order.get("purchase_units"), 400, "INVALID_REQUEST", "no purchase_units")
        identifier = self.id("ORDER")
        link = {"href": f"{self.url}/v2/checkout/orders/{identifier}", "rel": "self", "method": "GET"}
        order = {"id": identifier, "intent": order["intent"], "status": "CREATED", "links": [link], "create_time": rfc3339(),
                 "purchase_units": [{"reference_id": "default"} | unit for unit in order["purchase_units"]]}
        self.orders[identifier] = order
        return Response(201, self.shown(request, order))

    @route("GET", "/v2/checkout/orders/([A-Z0-9]+)")
    def get(self, request, identifier):
        return Response(200, self.orders.get(identifier) or self.not_found())

    @route("POST", "/v2/checkout/orders/([A-Z0-9]+)/capture", pays=True)
    def capture(self, request, identifier):
        order = self.orders.get(identifier) or self.not_found()
        kind = request.header("Content-Type").partition(";")[0]
        self.need(kind == "application/json", 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type is not application/json")
        self.need(order["status"] != "COMPLETED", 422, "UNPROCESSABLE_ENTITY", "captured before", issue="ORDER_ALREADY_CAPTURED")
        order["status"] = "COMPLETED"
        return Response(201, self.shown(request, order))

    @route("POST", "/v1/payments/payouts", pays=True)
    def pay_out(self, request):
        order = request.json() or {}
        header, items = order.get("sender_batch_header") or {}, order.get("items")
        self.need(items and all(item.get("receiver") and item.get("amount") for item in items), 400, "VALIDATION_ERROR", "no items")
        first = [batch for batch in self.payouts.values() if header.get("sender_batch_id") in (batch["sender"], "")]
        if header.get("sender_batch_id") and first:
            link = {"href": f"{self.url}/v1/payments/payouts/{first[0]['id']}", "rel": "self", "method": "GET"}
            self.refuse(400, "USER_BUSINESS_ERROR", "the sender_batch_id was used", links=[link])
        batch = {"id": self.id("BATCH"), "sender": header.get("sender_batch_id"), "items": [
            {"payout_item_id": self.id("ITEM"), "payout_batch_id": "", "payout_item": item} for item in items]}
        self.payouts[batch["id"]] = batch
        return Response(201, {"batch_header": self.batch_header(batch), "links": [
            {"href": f"{self.url}/v1/payments/payouts/{batch['id']}", "rel": "self", "method": "GET"}]})

    def batch_header(self, batch):
        return {"payout_batch_id": batch["id"], "batch_status": "PENDING", "sender_batch_header": {
            "sender_batch_id": batch["sender"] or ""}, "time_created": rfc3339()}

    @route("GET", "/v1/payments/payouts/(BATCH[0-9]+)")
    def payout(self, request, identifier):
        batch, query = self.payouts.get(identifier) or self.not_found(), request.parameters()
        number, size = int(query.get("page", "1")), min(int(query.get("page_size", "1000")), 3)
        records, more = self.page(batch["items"], (number - 1) * size, size)
        links = [{"href": f"{self.url}{request.path}?page={number}&page_size={size}", "rel": "self", "method": "GET"}]
        if more:
            href = f"{self.url}{request.path}?page={number + 1}&page_size={size}"
            links.append({"href": href, "rel": "next", "method": "GET"})
        return Response(200, {"batch_header": self.batch_header(batch), "items": records, "links": links, "total_items":
                              len(batch["items"]), "total_pages": -(-len(batch["items"]) // size)})

    @route("GET", CERTIFICATE_PATH + "(current|expired|chain|name)", free=True)
    def chain(self, request, name):
        return Response(200, b"".join(map(pem, self.chains[name])), [("Content-Type", "application/x-pem-file")])

    def event(self):
        return {"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "create_time": rfc3339(), "resource_type": "capture",
                "resource": {"id": "CAPTURE1", "amount": {"value": "1050"}}}

    def sign(self, body, when, key):
        webhook = "WEBHOOK2" if key in ("former", "webhook-id") else self.settings["webhook_id"]
        text = f"transmission-1|{rfc3339(when)}|{webhook}|{zlib.crc32(body)}".encode()
        return b64(self.leaf_key.sign(text, *pkcs1(hashes.SHA1 if key == "sha1" else hashes.SHA256)))

    def place(self, body, signatures, when, order):
        bad = order.get("bad")
        name = bad if bad in self.chains else "current"
        host = {"host": "https://www.paypal.com.example", "http": "http://api.sandbox.paypal.com"}.get(bad, "https://api.sandbox.paypal.com")
        # The certificates of a test are at this server.
        host = self.url if order.get("loopback") and bad not in ("host", "http") else host
        headers = [("PAYPAL-TRANSMISSION-ID", "transmission-1"), ("PAYPAL-TRANSMISSION-TIME", rfc3339(when)),
                   ("PAYPAL-CERT-URL", order.get("cert_url", f"{host}{CERTIFICATE_PATH}{name}")),
                   ("PAYPAL-AUTH-ALGO", "SHA1withRSA" if bad == "sha1" else "SHA256withRSA")]
        return headers + [(self.SIGNATURE, text) for text in signatures], body
