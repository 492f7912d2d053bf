"""Svix: Bearer, keys, iterators, and deliveries of Standard Webhooks with HMAC (`v1`) and Ed25519 (`v1a`)."""

from base import Api, MARK, Response, SEED, route
from crypto import b64, ed_key, mac, pem, rfc3339, unb64
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Server(Api):
    SIGNATURE, LIST = "webhook-signature", " "
    MORE_BAD = ("v1a", "unknown-version", "dotted-id")

    def start(self):
        self.key_of_v1a = ed_key(f"{MARK}-svix-v1a-ed25519-key".encode()[:32])
        public = self.key_of_v1a.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        secret = lambda name: "whsec_" + b64(f"{MARK}-svix-{name}-secret".encode())
        self.settings = {"token": f"{MARK}-svix-token", "webhook_secret": secret("current"), "former_webhook_secret": secret("former"),
                         "webhook_public_key": "whpk_" + b64(public), "public_key_file": self.file("v1a.pem", pem(
                             self.key_of_v1a.public_key()))}
        self.messages = [self.message({"eventType": "payment.made", "payload": {"number": number}}) for number in range(SEED)]

    def message(self, order):
        return {"id": f"msg_{self.next():027d}", "timestamp": rfc3339()} | order

    def error(self, status, code, message, **members):
        return Response(status, {"code": code, "detail": message})

    def check(self, request):
        authorized = request.header("Authorization") == "Bearer " + self.settings["token"]
        self.need(authorized, 401, "authentication_failed", "wrong token")

    @route("POST", "/api/v1/app/([a-zA-Z0-9._-]+)/msg", pays=True)
    def send(self, request, application):
        order = request.json()
        for name in ("eventType", "payload"):
            self.need(order and order.get(name) is not None, 400, "validation", f"no {name}")
        self.messages.append(self.message(order))
        return Response(202, self.messages[-1])

    @route("GET", "/api/v1/app/([a-zA-Z0-9._-]+)/msg")
    def list(self, request, application):
        query = request.parameters()
        start = self.after(self.messages, query.get("iterator"))
        records, more = self.page(self.messages, start, query.get("limit"))
        last = records[-1]["id"] if records else self.messages[-1]["id"]
        return Response(200, {"data": records, "iterator": last, "prevIterator": None, "done": not more})

    def message_id(self):
        return "msg_1.2" if self.local.order.get("bad") == "dotted-id" else "msg_000000000000000000000000001"

    def sign(self, body, when, key):
        text = f"{self.message_id()}.{int(when)}.".encode() + body
        if key == "v1a" or self.local.order.get("kind") == "v1a":
            return "v1a," + b64(self.key_of_v1a.sign(text))
        secret = self.settings["former_webhook_secret" if key == "former" else "webhook_secret"]
        return ("v9," if key == "unknown-version" else "v1,") + b64(mac(unb64(secret[6:]), text))

    def place(self, body, signatures, when, order):
        prefix = order.get("prefix", "webhook")
        headers = [("webhook-id", self.message_id()), ("webhook-timestamp", str(int(when)))]
        headers += [(self.SIGNATURE, text) for text in signatures]
        return [(name.replace("webhook", prefix), value) for name, value in headers], body
