"""Open Banking UK payments: detached JWS PS256 on requests and responses, keys at least a second apart, `Links.Next`.

The token comes from `/token` with `private_key_jwt`. Mutual TLS is out of scope: the server has no TLS.
"""

import secrets
import time
import urllib.parse

from base import Api, MARK, PAGE, Response, SEED, route
from crypto import b64url, compact, jwk, jws, parse_object, pem, pss, rfc3339, rsa_key, verifies

PREFIX = "/open-banking/v4.0/pisp"
IAT, ISS, TAN = (f"http://openbanking.org.uk/{name}" for name in ("iat", "iss", "tan"))


class Server(Api):
    CONTENT_TYPE = "application/json; charset=utf-8"
    KEY_HEADER = "x-idempotency-key"

    def start(self):
        private, self.bank = rsa_key(), rsa_key()
        self.public, self.tokens, self.seen, self.issued = private.public_key(), {}, set(), 0
        self.settings = {"client_id": "obuk-client", "kid": "tpp-key-1", "issuer": "0014H00001/statement1", "trust_anchor":
                         "openbanking.org.uk", "private_key_file": self.file("tpp.pem", pem(private)), "bank_public_key_file":
                         self.file("bank.pem", pem(self.bank.public_key())), "bank_kid": "bank-key-1", "bank_issuer": "0015800001/bank",
                         "jwks_path": "/jwks", "token_path": "/token", "code": f"{MARK}-obuk-code", "psu_token": f"{MARK}-obuk-psu"}
        self.tokens[self.settings["psu_token"]] = "psu"
        self.consents, self.payments = {}, {}

    def error(self, status, code, message, **members):
        errors = [{"ErrorCode": code, "Message": message}]
        return Response(status, {"Id": self.uuid(), "Code": str(status), "Message": message, "Errors": errors})

    @route("POST", "/token", free=True)
    def token(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        parts = jws(form.get("client_assertion", ""))
        claims = (parts and parse_object(parts[1])) or {}
        client, now = self.settings["client_id"], time.time()
        audience = claims.get("aud") if isinstance(claims.get("aud"), list) else [claims.get("aud")]
        right = (
            form.get("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            and parts and parts[0].get("alg") == "PS256" and parts[0].get("kid") == self.settings["kid"]
            and verifies(self.public, parts[2], parts[3], *pss()) and claims.get("iss") == claims.get("sub") == client
            and f"{self.url}/token" in audience and claims.get("jti") and claims["jti"] not in self.seen
            and now < claims.get("exp", 0) <= now + 3600
        )
        if not right:
            self.refused.append(f"401 invalid_client: {claims}")
            return Response(401, {"error": "invalid_client", "error_description": "no valid client_assertion"})
        self.seen.add(claims["jti"])
        kind = form.get("grant_type")
        if not (kind == "client_credentials" or kind == "authorization_code" and form.get("code") == self.settings["code"]):
            return Response(400, {"error": "invalid_grant", "error_description": "no such grant"})
        token, self.issued = f"{MARK}-{secrets.token_hex(8)}", self.issued + 1
        self.tokens[token] = "psu" if kind == "authorization_code" else "tpp"
        return Response(200, {"access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": form.get("scope", "payments")})

    def control(self, order):
        if order.get("fault") == "revoke":
            self.tokens = {self.settings["psu_token"]: "psu"}
            return {"tokens": 0}
        return super().control(order)

    def own(self, request):
        return super().own(request) | ({"tokens": self.issued} if request.target == "/_executed" else {})

    @route("GET", "/jwks", free=True)
    def jwks(self, request):
        return Response(200, {"keys": [jwk(self.bank.public_key(), kid=self.settings["bank_kid"], alg="PS256")]})

    def check(self, request):
        scheme, _, token = request.header("Authorization").partition(" ")
        wanted = "psu" if (request.method, request.path) == ("POST", PREFIX + "/domestic-payments") else "tpp"
        self.need(scheme == "Bearer" and self.tokens.get(token) == wanted, 401, "U009", f"no token of kind {wanted}")
        if request.method != "POST":
            return
        kind = request.header("Content-Type").partition(";")[0]
        self.need(kind == "application/json" and request.json() is not None, 400, "U002", "the body is not JSON")
        key = request.header(self.KEY_HEADER)
        self.need(key and key == key.strip() and len(key) <= 40, 400, "U013", "x-idempotency-key is missing or not 1 to 40 characters")
        problem = self.unsigned(request.header("x-jws-signature"), request.body)
        self.need(not problem, 400, "U014" if not request.header("x-jws-signature") else "U015", f"x-jws-signature: {problem}")

    def unsigned(self, text, body):
        """Returns what is wrong with a detached JWS, or None."""
        protected, middle, signature = (text.split(".") + ["", "", ""])[:3]
        parts = jws(f"{protected}.{b64url(body)}.{signature}")
        if not parts or middle or text.count(".") != 2:
            return "it is not a detached JWS"
        header = parts[0]
        if set(header) - {"typ", "cty"} != {"alg", "kid", "crit", IAT, ISS, TAN}:
            return f"the names of its header are {sorted(header)}"
        if header.get("typ", "JOSE") != "JOSE" or header.get("cty", "json") not in ("json", "application/json"):
            return "typ or cty is wrong"
        if not isinstance(header["crit"], list) or sorted(header["crit"]) != sorted([IAT, ISS, TAN]):
            return "crit does not list the three names"
        expected = {"alg": "PS256", "kid": self.settings["kid"], ISS: self.settings["issuer"], TAN: self.settings["trust_anchor"]}
        wrong = [name for name, value in expected.items() if header[name] != value]
        if wrong:
            return f"wrong value of {wrong}"
        if not isinstance(header[IAT], (int, float)) or not time.time() - 300 < header[IAT] <= time.time() + 1:
            return "iat is not a time of the last minutes"
        return None if verifies(self.public, parts[2], parts[3], *pss()) else "no PS256 signature of the key"

    def finish(self, request, response):
        if request.header("x-fapi-interaction-id"):
            response.headers.append(("x-fapi-interaction-id", request.header("x-fapi-interaction-id")))
        if request.path.startswith(PREFIX) and response.body:
            header = {"alg": "PS256", "kid": self.settings["bank_kid"], "typ": "JOSE", "cty": "application/json", IAT: int(time.time()),
                      ISS: self.settings["bank_issuer"], TAN: "openbanking.org.uk", "crit": [IAT, ISS, TAN]}
            text = b64url(compact(header))
            signature = b64url(self.bank.sign(f"{text}.{b64url(response.body)}".encode(), *pss()))
            response.headers.append(("x-jws-signature", f"{text}..{signature}"))

    def conflict(self, request, entry):
        return self.error(400, "U013", "the key has another body")

    def busy(self, request):
        response = self.error(429, "U033", "a request with this key came less than a second ago, or is being executed")
        response.headers.append(("Retry-After", "1"))
        return response

    # The current state, with 201 again.
    def replay(self, request, entry):
        last, entry.at = entry.at, time.monotonic()
        if entry.at - last < 1:
            return self.busy(request)
        identifier = parse_object(entry.response.body)["Data"].get("DomesticPaymentId")
        if identifier:
            self.payments[identifier]["Data"]["Status"] = "ACSC"
        return Response(201, self.payments[identifier]) if identifier else entry.response

    def links(self, path):
        return {"Links": {"Self": self.url + path}, "Meta": {"TotalPages": 1}}

    @route("POST", PREFIX + "/domestic-payment-consents", pays=True)
    def consent(self, request):
        body, identifier = request.json(), self.id("consent-")
        self.need("Initiation" in body.get("Data", {}) and "Risk" in body, 400, "U002", "no Data.Initiation or no Risk")
        data = body["Data"] | {"ConsentId": identifier, "CreationDateTime": rfc3339(), "Status": "AUTH", "StatusUpdateDateTime": rfc3339()}
        self.consents[identifier] = {"Data": data, "Risk": body["Risk"]} | self.links(f"{request.path}/{identifier}")
        return Response(201, self.consents[identifier])

    @route("POST", PREFIX + "/domestic-payments", pays=True)
    def pay(self, request):
        body, identifier = request.json(), self.id("payment-")
        data = body.get("Data", {})
        consent = self.consents.get(data.get("ConsentId"))
        self.need(consent, 400, "U008", "no such consent")
        same = data.get("Initiation") == consent["Data"]["Initiation"] and body.get("Risk") == consent["Risk"]
        self.need(same, 400, "U005", "Initiation or Risk differs from the consent")
        data = {"DomesticPaymentId": identifier, "ConsentId": data["ConsentId"], "CreationDateTime": rfc3339(), "Status": "PDNG",
                "StatusUpdateDateTime": rfc3339(), "Initiation": data["Initiation"]}
        self.payments[identifier] = {"Data": data} | self.links(f"{request.path}/{identifier}")
        return Response(201, self.payments[identifier])

    @route("GET", PREFIX + "/domestic-payments/([a-z0-9-]+)")
    def get(self, request, identifier):
        return Response(200, self.payments.get(identifier) or self.not_found())

    @route("GET", PREFIX + "/domestic-payments/([a-z0-9-]+)/payment-details")
    def list(self, request, identifier):
        number = int(request.parameters().get("page", "1"))
        records, more = self.page(list(range(SEED)), (number - 1) * PAGE, PAGE)
        status = [{"PaymentTransactionId": f"{identifier}-{one}", "Status": "ACSC", "StatusUpdateDateTime": rfc3339()} for one in records]
        page = lambda number: f"{self.url}{request.path}?page={number}"
        links = {"Self": page(number), "First": page(1)} | ({"Next": page(number + 1)} if more else {})
        return Response(200, {"Data": {"PaymentStatus": status}, "Links": links, "Meta": {"TotalPages": -(-SEED // PAGE)}})
