"""Fireblocks: API key with a JWT per request, keys refused after an internal error, deliveries as detached JWS RS512."""

import time

from base import Api, MARK, Response, SEED, route
from crypto import b64, b64url, compact, jwk, jws, mac, parse_object, pem, pkcs1, rsa_key, sha256, verifies
from cryptography.hazmat.primitives import hashes


class Server(Api):
    SIGNATURE = "Fireblocks-Webhook-Signature"
    TIMED = False
    # `publish` adds the unknown key to the JWKS, `pad` makes the JWKS larger.
    STATES = ("publish", "pad")
    MORE_BAD = ("none", "hs256", "rs256", "unknown-kid", "other-key", "attached")

    def start(self):
        private = rsa_key()
        self.public, self.nonces = private.public_key(), set()
        self.keys = {name: rsa_key() for name in ("kid-current", "kid-former", "kid-unknown")}
        self.settings = {"api_key": f"{MARK}-fireblocks-key", "private_key_file": self.file("private.pem", pem(private)),
                         "legacy_public_key_file": self.file("legacy.pem", pem(self.keys["kid-current"].public_key())),
                         "jwks_path": "/.well-known/jwks.json"}
        self.accounts = [{"id": str(number), "name": f"Vault {number}", "assets": [], "hiddenOnUI": False} for number in range(SEED)]
        self.tags = [{"id": self.uuid(), "label": f"tag {number}", "isProtected": False, "updatedAt": 1} for number in range(SEED)]
        self.transactions = [self.transaction(1000 + number) for number in range(SEED)]

    def transaction(self, time_of):
        return {"id": self.uuid(), "status": "SUBMITTED", "createdAt": time_of, "lastUpdated": time_of}

    def error(self, status, code, message, **members):
        return Response(status, {"message": message, "code": code if isinstance(code, int) else -status})

    def check(self, request):
        token = jws(request.header("Authorization").removeprefix("Bearer "))
        self.need(request.header("X-API-Key") == self.settings["api_key"], 401, -7, "unknown X-API-Key")
        self.need(token, 401, -7, "Authorization has no compact JWS")
        header, payload, signature, signed = token
        claims, now = parse_object(payload), time.time()
        self.need(header.get("alg") == "RS256" and verifies(self.public, signature, signed, *pkcs1()), 401, -7, "no RS256 signature of the key")
        self.need(claims and set(claims) == {"uri", "nonce", "iat", "exp", "sub", "bodyHash"}, 401, -7, "other claims than the six")
        body = request.body if request.method in ("POST", "PUT", "PATCH") else b""
        for name, value in {"uri": request.target, "sub": self.settings["api_key"], "bodyHash": sha256(body).hex()}.items():
            self.need(claims[name] == value, 401, -7, f"the claim {name} is not the one of the request")
        times = [claims["iat"], claims["exp"]]
        self.need(all(isinstance(one, int) for one in times), 401, -7, "iat or exp is not an integer")
        self.need(now - 60 < times[0] <= now + 5 and now < times[1] <= times[0] + 55, 401, -7, "iat or exp is outside of the window")
        self.need(claims["nonce"] not in self.nonces, 401, -7, "the nonce was used")
        self.nonces.add(claims["nonce"])
        self.need(len(request.header(self.KEY_HEADER)) <= 40, 400, 1400, "the key has more than 40 characters")

    def finish(self, request, response):
        response.headers.append(("X-Request-ID", self.uuid()))

    def stores(self, response):
        return True

    def replay(self, request, entry):
        if entry.response.status < 500:
            return entry.response
        return self.error(400, 1427, "the request with this key ended in an internal error: the key cannot be used again")

    @route("POST", "/v1/transactions", pays=True)
    def pay(self, request):
        order = request.json()
        self.need(order is not None, 400, 1400, "the body is not JSON")
        for name in ("assetId", "amount", "source", "destination"):
            self.need(order.get(name), 400, 1400, f"no {name}")
        self.transactions.append(self.transaction(int(time.time() * 1000)) | {"externalTxId": order.get("externalTxId", "")})
        return Response(200, {name: self.transactions[-1][name] for name in ("id", "status")})

    @route("GET", "/v1/transactions/([0-9a-f-]{36})")
    def get(self, request, identifier):
        return Response(200, self.transactions[self.after(self.transactions, identifier) - 1])

    # The look-up after an unknown outcome.
    @route("GET", "/v1/transactions/external_tx_id/([^/]+)")
    def external(self, request, identifier):
        return Response(200, self.transactions[self.after(self.transactions, identifier, "externalTxId") - 1])

    @route("GET", "/v1/transactions")
    def list(self, request):
        query = request.parameters()
        later = [one for one in self.transactions if one["createdAt"] > int(query.get("after") or 0)]
        records, more = self.page(later, 0, query.get("limit"))
        href = f"{self.url}{request.path}?after={records[-1]['createdAt']}&limit={len(records)}" if more else None
        return Response(200, records, [("next-page", href)] if href else [])

    @route("GET", "/v1/vault/accounts_paged")
    def paged(self, request):
        query = request.parameters()
        records, more = self.page(self.accounts, self.after(self.accounts, query.get("after")), query.get("limit"))
        return Response(200, {"accounts": records, "paging": {"after": records[-1]["id"]} if more else {}})

    @route("GET", "/v1/tags")
    def cursor(self, request):
        query = request.parameters()
        start = int(query.get("pageCursor", "c0")[1:])
        records, more = self.page(self.tags, start, query.get("pageSize"))
        return Response(200, {"data": records} | ({"next": f"c{start + len(records)}"} if more else {}))

    @route("GET", "/.well-known/jwks.json", free=True)
    def jwks(self, request):
        kids = ["kid-former", "kid-current"] + ["kid-unknown"] * ("publish" in self.states)
        keys = [jwk(self.keys[kid].public_key(), kid=kid, alg="RS512") for kid in kids]
        padding = " " * self.states.get("pad", {}).get("bytes", 0)
        return Response(200, compact({"keys": keys}) + padding.encode(), [("Cache-Control", "max-age=3600")])

    def event(self):
        return {"id": self.uuid(1), "eventType": "transaction.created", "createdAt": 1050, "data": {"status": "SUBMITTED"}}

    def sign(self, body, when, key):
        kid = {"former": "kid-former", "unknown-kid": "kid-unknown"}.get(key, "kid-current")
        algorithm = {"none": "none", "hs256": "HS256", "rs256": "RS256"}.get(key, "RS512")
        header = b64url(compact({"alg": algorithm, "kid": kid}))
        text, private = f"{header}.{b64url(body)}".encode(), self.keys["kid-former" if key == "other-key" else kid]
        if algorithm == "HS256":
            signature = mac(pem(private.public_key()), text)
        else:
            signature = private.sign(text, *pkcs1(hashes.SHA256 if key == "rs256" else hashes.SHA512))
        signature = "" if key == "none" else b64url(signature)
        return f"{header}.{b64url(body) if key == 'attached' else ''}.{signature}"

    # `legacy` adds the header of the former scheme.
    def place(self, body, signatures, when, order):
        headers = [(self.SIGNATURE, text) for text in signatures]
        if order.get("legacy"):
            signature = b64(self.keys["kid-current"].sign(body, *pkcs1(hashes.SHA512)))
            headers.append(("Fireblocks-Signature", signature))
        return headers, body
