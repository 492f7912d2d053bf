"""Plaid: two credentials in headers or body, keys in the body, cursors and offsets in bodies, deliveries as JWS ES256."""

import time

from base import Api, MARK, Response, SEED, route
from crypto import b64url, compact, ec_key, jwk, mac, pem, rfc3339, sha256
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

VERSION = "2020-09-14"


class Server(Api):
    SIGNATURE = "Plaid-Verification"
    # `publish` makes the unknown key known.
    STATES = ("publish",)
    MORE_BAD = ("none", "hs256", "unknown-kid", "expired-key", "other-key")

    def start(self):
        self.keys = {name: ec_key() for name in ("key-current", "key-former", "key-expired", "key-unknown")}
        self.settings = {"client_id": "plaid-client", "secret": f"{MARK}-plaid-secret", "version": VERSION, "kid": "key-current"}
        self.authorizations, self.transfers = {}, {}
        self.transactions = [{
            "transaction_id": self.id("tx"), "account_id": "account-1", "amount": 10.5 + number, "iso_currency_code": "USD",
            "unofficial_currency_code": None, "date": "2026-11-01", "pending": False, "name": f"Purchase {number}", "category": None,
            "category_id": None, "location": dict.fromkeys("address city region postal_code country lat lon store_number".split()),
            "payment_meta": dict.fromkeys("reference_number ppd_id payee by_order_of payer payment_method payment_processor reason".split()),
            "account_owner": None, "pending_transaction_id": None, "authorized_date": None, "authorized_datetime": None, "datetime": None,
            "payment_channel": "online", "transaction_code": None} for number in range(SEED)]

    def error(self, status, code, message, kind="INVALID_REQUEST", **members):
        return Response(status, {"error_type": kind, "error_code": code, "error_message": message, "display_message": None,
                                 "request_id": self.id("req"), "causes": []})

    def failure(self, status):
        return self.error(status, "INTERNAL_SERVER_ERROR", "the server failed on request of the test", "API_ERROR")

    def not_found(self):
        self.refuse(404, "NOT_FOUND", "no such route")

    def answer(self, **members):
        return Response(200, members | {"request_id": self.id("req")})

    def check(self, request):
        body = request.json()
        self.need(body is not None, 400, "INVALID_BODY", "the body is not JSON")
        sent = [request.header(f"PLAID-{name.upper().replace('_', '-')}") or body.get(name) for name in ("client_id", "secret")]
        right = sent == [self.settings["client_id"], self.settings["secret"]]
        self.need(right, 400, "INVALID_API_KEYS", "wrong client_id or secret", kind="INVALID_INPUT")
        self.need(request.header("Plaid-Version", VERSION) == VERSION, 400, "INVALID_HEADERS", "no such Plaid-Version")

    # The authorization is the key of a transfer.
    def key(self, request):
        name = "authorization_id" if request.path == "/transfer/create" else "idempotency_key"
        return request.json().get(name)

    # A transfer exists although its response was 500. All other errors open the key again.
    def stores(self, response):
        return response.status < 300

    def busy(self, request):
        return self.error(409, "CONFLICT", "a request with this key is being executed", "API_ERROR")

    def need_members(self, request, *names):
        for name in names:
            self.need(request.json().get(name), 400, "MISSING_FIELDS", f"no {name}")
        return request.json()

    @route("POST", "/transfer/authorization/create", pays=True)
    def authorize(self, request):
        order = self.need_members(request, "access_token", "account_id", "type", "network", "amount", "user")
        self.need(len(order.get("idempotency_key") or "") <= 50, 400, "INVALID_FIELD", "the key has more than 50 characters")
        authorization = {
            "id": self.id("auth"), "created": rfc3339(), "decision": "approved", "decision_rationale": None, "guarantee_decision": None,
            "guarantee_decision_rationale": None, "payment_risk": None, "proposed_transfer": {
                "ach_class": "ppd", "account_id": order["account_id"], "funding_account_id": None, "ledger_id": None,
                "type": order["type"], "user": self.user(order["user"]), "amount": order["amount"], "requested_amount": order["amount"],
                "network": order["network"],
                "origination_account_id": "orig-1", "iso_currency_code": "USD", "originator_client_id": None, "credit_funds_source": None}}
        self.authorizations[authorization["id"]] = authorization
        return self.answer(authorization=authorization)

    def user(self, user):
        return {"legal_name": user["legal_name"], "phone_number": None, "email_address": None, "address": None}

    @route("POST", "/transfer/create", pays=True)
    def transfer(self, request):
        order = self.need_members(request, "access_token", "account_id", "authorization_id", "description")
        authorization = self.authorizations.get(order["authorization_id"])
        self.need(authorization, 400, "TRANSFER_INVALID_AUTHORIZATION", "no such authorization", kind="TRANSFER_ERROR")
        # The first transfer of an authorization is the only one, also after an internal error.
        kept = [one for one in self.transfers.values() if one["authorization_id"] == authorization["id"]]
        if kept:
            response = self.answer(transfer=kept[0])
            response.existing = True
            return response
        proposed = authorization["proposed_transfer"]
        names = ("ach_class", "account_id", "funding_account_id", "ledger_id", "type", "user", "amount", "network", "origination_account_id",
                 "iso_currency_code", "originator_client_id", "credit_funds_source")
        transfer = {name: proposed[name] for name in names} | {
            "id": self.id("transfer"), "authorization_id": authorization["id"], "description": order["description"], "created": rfc3339(),
            "status": "pending", "cancellable": True, "failure_reason": None, "metadata": None, "guarantee_decision": None,
            "guarantee_decision_rationale": None, "standard_return_window": None, "unauthorized_return_window": None,
            "expected_settlement_date": None, "refunds": [], "recurring_transfer_id": None, "funding_account_id": "fund-1"}
        self.transfers[transfer["id"]] = transfer
        return self.answer(transfer=transfer)

    @route("POST", "/transfer/list")
    def list(self, request):
        body = request.json()
        records, _ = self.page(list(self.transfers.values()), int(body.get("offset") or 0), body.get("count"))
        return self.answer(transfers=records)

    def account(self):
        balances = {"available": 100.0, "current": 110.0, "limit": None, "iso_currency_code": "USD", "unofficial_currency_code": None}
        return {"account_id": "account-1", "balances": balances, "mask": "0000", "name": "Checking", "official_name": None, "type":
                "depository", "subtype": "checking"}

    @route("POST", "/transactions/sync")
    def sync(self, request):
        body = self.need_members(request, "access_token")
        start = int((body.get("cursor") or "s0")[1:])
        records, more = self.page(self.transactions, start, body.get("count"))
        return self.answer(transactions_update_status="HISTORICAL_UPDATE_COMPLETE", accounts=[self.account()], added=records,
                           modified=[], removed=[], next_cursor=f"s{start + len(records)}", has_more=more)

    @route("POST", "/transactions/get")
    def offset(self, request):
        options = self.need_members(request, "access_token", "start_date", "end_date").get("options") or {}
        records, _ = self.page(self.transactions, int(options.get("offset") or 0), options.get("count"))
        item = {"item_id": "item-1", "webhook": None, "error": None, "available_products": [], "billed_products": [],
                "consent_expiration_time": None, "update_type": "background"}
        return self.answer(accounts=[self.account()], transactions=records, total_transactions=len(self.transactions), item=item)

    @route("POST", "/webhook_verification_key/get")
    def verification_key(self, request):
        name = self.need_members(request, "key_id")["key_id"]
        known = name in self.keys and (name != "key-unknown" or "publish" in self.states)
        self.need(known, 400, "INVALID_WEBHOOK_VERIFICATION_KEY_ID", "no such key")
        now = int(time.time())
        times = {"created_at": now - 9000, "expired_at": now - 60 if name == "key-expired" else None}
        return self.answer(key=jwk(self.keys[name].public_key(), kid=name, alg="ES256") | times)

    def event(self):
        return {"webhook_type": "TRANSFER", "webhook_code": "TRANSFER_EVENTS_UPDATE", "environment": "sandbox", "note": "1050"}

    def sign(self, body, when, key):
        kid = {"former": "key-former", "expired-key": "key-expired", "unknown-kid": "key-unknown"}.get(key, "key-current")
        algorithm = {"none": "none", "hs256": "HS256"}.get(key, "ES256")
        header = {"alg": algorithm, "kid": kid, "typ": "JWT"}
        claims = {"iat": int(when), "request_body_sha256": sha256(body).hex()}
        text = f"{b64url(compact(header))}.{b64url(compact(claims))}"
        private = self.keys["key-former" if key == "other-key" else kid]
        if algorithm == "none":
            return text + "."
        if algorithm == "HS256":
            return f"{text}.{b64url(mac(pem(private.public_key()), text.encode()))}"
        r, s = utils.decode_dss_signature(private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{b64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
