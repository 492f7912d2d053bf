"""Binance spot: the signature is the last parameter of the query, by HMAC, RSA or Ed25519. It has no keys and no deliveries."""

import re
import time
import urllib.parse

from base import Api, MARK, Response, SEED, route
from crypto import ed_key, mac, pem, pkcs1, rsa_key, unb64, verifies


class Server(Api):
    def start(self):
        rsa, ed = rsa_key(), ed_key()
        self.public = {"rsa": rsa.public_key(), "ed25519": ed.public_key()}
        self.settings = {f"{kind}_api_key": f"{MARK}-binance-{kind}" for kind in ("hmac", "rsa", "ed25519")}
        self.settings |= {"hmac_secret": f"{MARK}-binance-secret", "rsa_key_file": self.file("rsa.pem", pem(rsa)),
                          "ed25519_key_file": self.file("ed25519.pem", pem(ed))}
        self.orders = []
        self.trades = [{"symbol": "BTCUSDT", "id": 100 + number, "orderId": number, "orderListId": -1, "price": "1.0", "qty": "1.0",
                        "quoteQty": "1.0", "commission": "0", "commissionAsset": "BNB", "time": 1700000000000 + number, "isBuyer": True,
                        "isMaker": False, "isBestMatch": True} for number in range(SEED)]

    def error(self, status, code, message, **members):
        return Response(status, {"code": code if isinstance(code, int) else -1000, "msg": message})

    def failure(self, status):
        return self.error(status, -1007, "no response of the backend: the execution is unknown")

    def check(self, request):
        kinds = [kind for kind in ("hmac", "rsa", "ed25519") if request.header("X-MBX-APIKEY") == self.settings[f"{kind}_api_key"]]
        self.need(kinds, 401, -2015, "unknown X-MBX-APIKEY")
        body = request.body.decode()
        kind = request.header("Content-Type").partition(";")[0]
        self.need(not body or kind == "application/x-www-form-urlencoded", 400, -1100, "the body is not a form")
        # The signature is the last parameter of the query or of the body, and the only one of its name.
        texts = [request.query, body]
        place = 1 if "signature=" in body else 0
        match = re.fullmatch(r"(?:(.*)&)?signature=([^&]+)", texts[place])
        self.need(match and "".join(texts).count("signature=") == 1, 400, -1102, "signature is not the last parameter, or occurs twice")
        texts[place] = match[1] or ""
        signed, signature = "".join(texts).encode(), urllib.parse.unquote_plus(match[2])
        self.need(self.verify(kinds[0], signature, signed), 400, -1022, f"the signature is not one of {signed.decode()!r}")
        request.form = dict(urllib.parse.parse_qsl("&".join(filter(None, texts)), keep_blank_values=True))
        now, stamp = time.time() * 1000, request.form.get("timestamp", "")
        self.need(stamp.isdigit(), 400, -1102, "timestamp is missing or no integer")
        stamp, window = int(stamp), float(request.form.get("recvWindow", "5000"))
        stamp = stamp / 1000 if stamp > 10**14 else stamp
        self.need(window <= 60000, 400, -1131, "recvWindow is above 60000")
        self.need(stamp < now + 1000 and now - stamp <= window, 400, -1021, "timestamp is outside of recvWindow")

    def verify(self, kind, signature, signed):
        if kind == "hmac":
            return signature.lower() == mac(self.settings["hmac_secret"].encode(), signed).hex()
        data = unb64(signature)
        return data is not None and verifies(self.public[kind], data, signed, *(pkcs1() if kind == "rsa" else ()))

    @route("GET", "/api/v3/ping", free=True)
    def ping(self, request):
        return Response(200, {})

    @route("GET", "/api/v3/time", free=True)
    def time(self, request):
        return Response(200, {"serverTime": int(time.time() * 1000)})

    @route("POST", "/api/v3/order", pays=True)
    def pay(self, request):
        order = request.form
        for name in ("symbol", "side", "type"):
            self.need(order.get(name), 400, -1102, f"no {name}")
        client = order.get("newClientOrderId") or self.id("client-")
        self.need(not any(one["clientOrderId"] == client for one in self.orders), 400, -2010, "Duplicate order sent.")
        now, quantity = int(time.time() * 1000), order.get("quantity", "0")
        self.orders.append({"symbol": order["symbol"], "orderId": self.next(), "orderListId": -1, "clientOrderId": client,
                            "price": order.get("price", "0"), "origQty": quantity, "executedQty": quantity, "cummulativeQuoteQty": "1.0",
                            "status": "FILLED", "timeInForce": order.get("timeInForce", "GTC"), "type": order["type"], "side": order["side"],
                            "stopPrice": "0", "icebergQty": "0", "time": now, "updateTime": now, "isWorking": True, "workingTime": now,
                            "origQuoteOrderQty": "0", "selfTradePreventionMode": "NONE"})
        names = ("symbol", "orderId", "orderListId", "clientOrderId")
        return Response(200, {name: self.orders[-1][name] for name in names} | {"transactTime": now})

    @route("GET", "/api/v3/order")
    def get(self, request):
        wanted = [(name, request.form[key]) for key, name in (("orderId", "orderId"), ("origClientOrderId", "clientOrderId"))
                  if key in request.form]
        found = [one for one in self.orders if wanted and all(str(one[name]) == value for name, value in wanted)]
        self.need(found, 400, -2013, "Order does not exist.")
        return Response(200, found[0])

    @route("GET", "/api/v3/myTrades")
    def list(self, request):
        start = int(request.form.get("fromId", "0"))
        records, _ = self.page([one for one in self.trades if one["id"] >= start], 0, request.form.get("limit"))
        return Response(200, records)
