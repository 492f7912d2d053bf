#!/usr/bin/env python3
"""Runs clients and verifiers of other authors against the servers: `referees.py [--wrong] [--shared FOLDER] [NAME ...]`.

Prints what each of them checked. With `--wrong`, one character of each delivery's signature and of what each server verifies is
changed: then every server must be found wrong, by its requests and by its deliveries. `--shared` is a folder with published
contracts and with files of published signatures. Needs `requirements.txt`.
"""

import argparse
import base64
import contextlib
import email.utils
import hashlib
import http.server
import io
import json
import pathlib
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
import uuid

import base
import contracts
import serve
import vectors


class Referee:
    """One server with a receiver of its deliveries, and the checks against both."""

    def __init__(self, name, folder, wrong):
        self.name, self.checks, self.received = name, [], []
        self.api, _ = serve.start(name, folder)
        self.url, self.settings = self.api.url, self.api.settings
        self.receiver, self.exchanges = self.receive(), []
        respond = self.api.respond

        def recorded(request):
            response = respond(request)
            self.exchanges.append((request.method, request.path, response.status, response.body))
            return response

        self.api.respond = recorded
        if wrong:
            sign, check = self.api.sign, self.api.check
            self.api.sign = lambda *order: base.changed(sign(*order), 8)

            def check_other(request):
                request.headers = [(name, altered(name, value)) for name, value in request.headers]
                check(request)

            def altered(name, value):
                verified = name in ("authorization", "x-api-key", "plaid-secret", "x-jws-signature", "signature", "x-mbx-apikey")
                return base.changed(value) if verified else value

            self.api.check = check_other

    def receive(self):
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append(([(name, value) for name, value in self.headers.items()], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/hook"

    def agree(self, what, check):
        """Records a check: a value, or a function that must not raise."""
        try:
            value = check() if callable(check) else check
            self.checks.append((what, None if value or value is None else "not so"))
        except Exception as problem:
            self.checks.append((what, f"{type(problem).__name__}: {str(problem)[:200]}"))

    def refuses(self, what, check):
        """Records that a verifier returns False or raises an error of its own."""
        try:
            value = check()
            self.checks.append((what, f"returned {value!r}" if value is not False else None))
        except (ConnectionError, AttributeError, TypeError, KeyError) as problem:
            self.checks.append((what, f"{type(problem).__name__}: {problem}"))
        except Exception:
            self.checks.append((what, None))

    def contract(self, shared):
        checked, found = contracts.problems(self.name, shared, self.exchanges)
        self.agree(f"{checked} of {len(self.exchanges)} responses match the contract", checked > 0)
        self.checks += [("a response matches the contract", problem) for problem in found]

    def own(self, path, order=None):
        """Calls a route of the test."""
        data = None if order is None else json.dumps(order).encode()
        with urllib.request.urlopen(self.url + path, data, timeout=30) as response:
            return json.load(response)

    def fault(self, **order):
        self.own("/_control", order)

    def executed(self):
        return self.own("/_executed")["count"]

    def lost(self, by, call, wait=0):
        """Loses the response of a call, repeats the call with the same key, and counts what was executed."""
        def check():
            before = self.executed()
            self.fault(fault="lose")
            with contextlib.suppress(Exception):
                call()
            time.sleep(wait)
            return call() is not False and self.executed() == before + 1

        self.agree(f"{by} repeats a call with a lost response, without a double", check)

    def busy(self, by, call):
        """Makes a call twice at the same time with one key: the client must retry the conflict and get the result."""
        before = self.executed()
        self.fault(fault="hold", seconds=1)

        def quietly():
            with contextlib.suppress(Exception):
                call()

        first = threading.Thread(target=quietly)
        first.start()
        time.sleep(0.3)
        conflicts = lambda: sum(status == 409 for _, _, status, _ in self.exchanges)
        self.agree(f"{by} retries a conflict until it has the result", lambda: call() and conflicts() and self.executed() == before + 1)
        first.join()

    def delivery(self, **order):
        """Returns the headers, by lower name, and the body of a delivery as it was received."""
        sent = self.own("/_deliver", {"to": self.receiver} | order)
        assert sent.get("statuses") == [204], sent
        headers, body = self.received[-1]
        joined = {}
        for name, value in headers:
            joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
        return joined, body

    def deliveries(self, by, verify, accepts=(), refuses=("mac", "body", "truncated", "former")):
        """Lets a verifier judge a good delivery, good ones of other kinds, and bad ones."""
        self.agree(f"{by} accepts a delivery", lambda: verify(*self.delivery()))
        for bad in accepts:
            self.agree(f"{by} accepts a delivery with `{bad}`", lambda: verify(*self.delivery(bad=bad)))
        for bad in refuses:
            self.refuses(f"{by} refuses a delivery with `{bad}`", lambda: verify(*self.delivery(bad=bad)))


def stripe(see):
    import stripe as sdk

    keys = see.settings
    client = sdk.StripeClient(keys["secret_key"], base_addresses={"api": see.url}, max_network_retries=2)
    order = {"amount": 1050, "currency": "eur", "metadata": {"a": "1"}}
    options = {"idempotency_key": "key-1"}
    intents = client.v1.payment_intents
    see.agree("stripe pays", lambda: intents.create(order, options)["amount"] == 1050)
    see.agree("stripe gets the result of a key again", lambda: intents.create(order, options) and see.executed() == 1)
    reused = raised(sdk.IdempotencyError, lambda: intents.create(order | {"amount": 1}, options))
    see.agree("stripe raises IdempotencyError for other parameters", reused)
    see.fault(fault="lose")
    see.agree("stripe retries a lost response without a double", lambda: intents.create(order) and see.executed() == 2)
    see.fault(fault="error", headers={"Stripe-Should-Retry": "false"})
    see.agree("stripe does not retry with Stripe-Should-Retry: false", raised(sdk.APIError, lambda: intents.create(order, {
        "idempotency_key": "key-2"})))
    kept = raised(sdk.APIError, lambda: sdk.StripeClient(keys["secret_key"], base_addresses={"api": see.url}, max_network_retries=0)
                  .v1.payment_intents.create(order, {"idempotency_key": "key-2"}))
    see.agree("stripe gets the kept 500 again", kept)
    see.busy("stripe", lambda: intents.create(order, {"idempotency_key": "key-3"}))
    listed = lambda **query: [one["id"] for one in intents.list(query).auto_paging_iter()]
    see.agree("stripe lists all pages", lambda: len(set(listed())) == 10 == len(listed(limit=2)))
    backwards = lambda: len([one for one in intents.list({"ending_before": "pi_000001", "limit": 2}).auto_paging_iter()]) == 9
    see.agree("stripe lists all pages backwards", backwards)
    see.agree("stripe searches all pages", lambda: len(list(intents.search({"query": "x"}).auto_paging_iter())) == 10)
    verify = lambda headers, body: sdk.Webhook.construct_event(body, headers["stripe-signature"], keys["webhook_secret"])
    see.deliveries("stripe", verify, ("two", "future"), ("mac", "body", "truncated", "former", "stale"))


def square(see):
    from square import Square
    from square.core.api_error import ApiError
    from square.utils.webhooks_helper import verify_signature

    client = Square(token=see.settings["access_token"], base_url=see.url)
    order = {"source_id": "card", "idempotency_key": "key-1", "amount_money": {"amount": 1050, "currency": "USD"}}
    see.agree("square pays", lambda: client.payments.create(**order).payment.amount_money.amount == 1050)
    see.agree("square gets the first response again", lambda: client.payments.create(**order) and see.executed() == 1)
    reused = order | {"amount_money": {"amount": 1, "currency": "USD"}}
    code = lambda problem: problem.body["errors"][0]["code"] == "IDEMPOTENCY_KEY_REUSED"
    see.agree("square reads IDEMPOTENCY_KEY_REUSED", raised(ApiError, lambda: client.payments.create(**reused), code))
    see.fault(fault="error")
    retried = lambda: client.payments.create(**order | {"idempotency_key": "key-2"}) and see.executed() == 2
    see.agree("square retries a 500 with the same key", retried)
    see.lost("square", lambda: client.payments.create(**order | {"idempotency_key": "key-3"}))
    see.agree("square lists all pages", lambda: len(list(client.payments.list(limit=2))) == 10)
    found = client.customers.search
    see.agree("square searches by a cursor in the body", lambda: len(paged(lambda cursor: (
        lambda page: (page.customers, page.cursor))(found(**({"cursor": cursor} if cursor else {}))))) == 7)

    def verify(headers, body):
        return verify_signature(request_body=body.decode(), signature_header=headers["x-square-hmacsha256-signature"],
                                signature_key=see.settings["signature_key"], notification_url=see.receiver)
    see.deliveries("square", verify)


def paypal(see):
    import paypalrestsdk.notifications as rest
    from paypalserversdk.configuration import Configuration, Environment, Server
    from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
    from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

    keys = see.settings
    Configuration.environments[Environment.SANDBOX] = {Server.DEFAULT: see.url}
    client = PaypalServersdkClient(client_credentials_auth_credentials=ClientCredentialsAuthCredentials(
        o_auth_client_id=keys["client_id"], o_auth_client_secret=keys["client_secret"]))
    amount = {"currency_code": "EUR", "value": "10.50"}
    order = {"body": {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}, "paypal_request_id": "key-1"}
    made = {}

    def pay():
        made["order"] = client.orders.create_order(order)
        return made["order"].status_code == 201 and made["order"].body.id

    see.agree("paypal-server-sdk fetches a token and makes an order", pay)
    again = lambda: client.orders.create_order(order)
    see.agree("paypal-server-sdk gets 200 in place of 201", lambda: again().status_code == 200 and see.executed() == 1)
    capture = lambda: client.orders.capture_order({"id": made["order"].body.id, "paypal_request_id": "key-2"})
    see.agree("paypal-server-sdk captures", lambda: capture().status_code == 201)
    see.agree("paypal-server-sdk gets the latest state", lambda: again().body.status == "COMPLETED")
    see.agree("one token was issued", lambda: see.own("/_executed")["tokens"] == 1)
    see.lost("paypal-server-sdk", lambda: client.orders.create_order(order | {"paypal_request_id": "key-3"}))
    import requests
    http = requests.Session()
    http.headers["Authorization"] = "Bearer " + next(iter(see.api.tokens), "")
    items = [{"receiver": f"a{number}@example.com", "amount": {"currency": "EUR", "value": "1"}} for number in range(7)]
    batch = lambda: http.post(see.url + "/v1/payments/payouts", json={"sender_batch_header": {"sender_batch_id": "b1"}, "items": items})
    first = batch()
    see.agree("requests pays out", first.status_code == 201)
    see.agree("requests gets a link to the original batch", batch().status_code == 400 and batch().json().get("links"))
    if first.status_code == 201:
        pages = lambda url: (lambda page: (page["items"], next((link["href"] for link in page["links"] if link["rel"] == "next"), None)))(
            http.get(url).json())
        see.agree("requests follows the links of all pages", len(paged(pages, first.json()["links"][0]["href"])) == 7)
    event = rest.WebhookEvent
    event._get_certificate_store = classmethod(lambda cls: store(keys["root_file"], keys["issuer_file"]))
    get = rest.requests.get
    # The address of a certificate is one of PayPal: the path leads to the server.
    rest.requests = type("requests", (), {"get": staticmethod(lambda url: get(see.url + urllib.parse.urlsplit(url).path)),
                                          "exceptions": requests.exceptions})
    if "crypto.verify" in pathlib.Path(rest.__file__).read_text():
        import OpenSSL.crypto
        # pyOpenSSL has no `verify` any more. `cryptography` takes its place.
        OpenSSL.crypto.verify = lambda cert, signature, data, digest: verify_rsa(cert, signature, data, digest)

    def verify(headers, body):
        part = lambda name: headers["paypal-" + name]
        # It prints why it refuses.
        with contextlib.redirect_stdout(io.StringIO()):
            return event.verify(part("transmission-id"), part("transmission-time"), keys["webhook_id"], body.decode(), part("cert-url"),
                                part("transmission-sig"), part("auth-algo"))
    see.deliveries("paypalrestsdk", verify, (), ("mac", "body", "truncated", "former", "expired", "chain", "name"))


def store(*paths):
    from OpenSSL import crypto

    certificates = crypto.X509Store()
    for path in paths:
        certificates.add_cert(crypto.load_certificate(crypto.FILETYPE_PEM, pathlib.Path(path).read_bytes()))
    return certificates


def verify_rsa(cert, signature, data, digest):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    algorithm = {"sha256WithRSAEncryption": hashes.SHA256}[digest]()
    cert.to_cryptography().public_key().verify(signature, data, padding.PKCS1v15(), algorithm)


def adyen(see):
    import Adyen
    from Adyen.util import is_valid_hmac_notification, is_valid_hmac_payload

    keys = see.settings
    client = Adyen.Adyen(xapikey=keys["api_key"], platform="test")
    client.client._determine_api_url = lambda platform, endpoint: see.url + urllib.parse.urlsplit(endpoint).path
    order = {"amount": {"value": 1050, "currency": "EUR"}, "merchantAccount": "Merchant", "paymentMethod": {"type": "scheme"},
             "reference": "order-1", "returnUrl": "https://example.com"}
    pay = lambda key="key-1", order=order: client.checkout.payments_api.payments(order, idempotency_key=key)
    see.agree("Adyen pays", lambda: pay().message["resultCode"] == "Authorised")
    see.agree("Adyen gets the result of a key again", lambda: pay() and see.executed() == 1)
    see.fault(fault="error")
    failed = Adyen.exceptions.AdyenAPICommunicationError
    see.agree("Adyen gets a final 500 again", lambda: raised(failed, lambda: pay("key-2"))() and raised(failed, lambda: pay("key-2"))())
    see.fault(fault="error", headers={"Transient-Error": "true"})
    see.agree("Adyen pays after a transient error", lambda: raised(failed, lambda: pay("key-3"))() and pay("key-3") and see.executed() == 2)
    see.lost("Adyen", lambda: pay("key-4"))
    merchants = lambda number: client.management.account_merchant_level_api.list_merchant_accounts(
        query_parameters={"pageNumber": number, "pageSize": 3}).message
    see.agree("Adyen lists all pages", lambda: sum(len(merchants(number)["data"]) for number in (1, 2, 3)) == 7
              and "next" not in merchants(3)["_links"])
    import requests
    times = "?createdSince=2026-01-01T00:00:00Z&createdUntil=2026-12-31T00:00:00Z"
    page = lambda url: (lambda body: (body["data"], body["_links"].get("next", {}).get("href")))(
        requests.get(url, headers={"X-API-Key": keys["api_key"]}).json())
    see.agree("requests follows the URLs of all pages", lambda: len(paged(page, see.url + "/btl/v4/transactions" + times)) == 7)
    see.deliveries("Adyen", lambda headers, body: is_valid_hmac_payload(headers["hmacsignature"], keys["hmac_key"], body))
    item = lambda headers, body: is_valid_hmac_notification(json.loads(body), keys["hmac_key"])
    see.agree("Adyen accepts a signed item", lambda: item(*see.delivery(kind="item")))
    for bad in ("mac", "body", "truncated", "former"):
        see.refuses(f"Adyen refuses an item with `{bad}`", lambda: item(*see.delivery(kind="item", bad=bad)))


def plaid(see):
    import plaid as sdk
    from jwcrypto import jwk, jws
    from plaid.api.plaid_api import PlaidApi
    from plaid.model.transactions_get_request import TransactionsGetRequest
    from plaid.model.transactions_get_request_options import TransactionsGetRequestOptions
    from plaid.model.transactions_sync_request import TransactionsSyncRequest
    from plaid.model.transfer_authorization_create_request import TransferAuthorizationCreateRequest
    from plaid.model.transfer_authorization_idempotency_key import TransferAuthorizationIdempotencyKey
    from plaid.model.transfer_authorization_user_in_request import TransferAuthorizationUserInRequest
    from plaid.model.transfer_create_request import TransferCreateRequest
    from plaid.model.transfer_network import TransferNetwork
    from plaid.model.transfer_type import TransferType
    from plaid.model.ach_class import ACHClass
    from plaid.model.webhook_verification_key_get_request import WebhookVerificationKeyGetRequest

    keys = see.settings
    api = PlaidApi(sdk.ApiClient(sdk.Configuration(host=see.url, api_key={
        "clientId": keys["client_id"], "secret": keys["secret"], "plaidVersion": keys["version"]})))
    order = lambda key: TransferAuthorizationCreateRequest(
        access_token="access", account_id="account-1", type=TransferType("credit"), network=TransferNetwork("ach"), amount="10.50",
        ach_class=ACHClass("ppd"), user=TransferAuthorizationUserInRequest(legal_name="A B"), idempotency_key=TransferAuthorizationIdempotencyKey(key))
    made = []
    authorize = lambda: made.append(api.transfer_authorization_create(order("key-1")).authorization.id)
    see.agree("plaid-python authorizes", authorize)
    see.agree("plaid-python gets the authorization of a key again", lambda: authorize() or made[0] == made[1] and see.executed() == 1)
    pay = lambda: api.transfer_create(TransferCreateRequest(
        access_token="access", account_id="account-1", authorization_id=made[0], description="payment"))
    see.fault(fault="executed-error")
    see.agree("plaid-python gets a 500 that created", raised(sdk.ApiException, pay, lambda problem: problem.status == 500))
    see.agree("plaid-python gets the transfer, once", lambda: pay().transfer.status.value == "pending" and see.executed() == 2)

    see.lost("plaid-python", lambda: api.transfer_authorization_create(order("key-2")))

    def sync(cursor):
        page = api.transactions_sync(TransactionsSyncRequest(access_token="access", **({"cursor": cursor} if cursor else {})))
        return page.added, page.next_cursor if page.has_more else None

    see.agree("plaid-python syncs all pages", lambda: len(paged(sync)) == 7)

    def offset(start):
        import datetime
        day = datetime.date(2026, 11, 1)
        page = api.transactions_get(TransactionsGetRequest(access_token="access", start_date=day, end_date=day, options=(
            TransactionsGetRequestOptions(offset=start or 0, count=3))))
        end = (start or 0) + len(page.transactions)
        return page.transactions, end if end < page.total_transactions else None

    see.agree("plaid-python lists all offsets", lambda: len(paged(offset)) == 7)

    def verify(headers, body):
        token = jws.JWS()
        token.allowed_algs = ["ES256"]
        token.deserialize(headers["plaid-verification"])
        kid = json.loads(token.objects["protected"])["kid"]
        key = api.webhook_verification_key_get(WebhookVerificationKeyGetRequest(key_id=kid)).key
        if key.expired_at is not None:
            return False
        token.verify(jwk.JWK(kty=key.kty, crv=key.crv, x=key.x, y=key.y))
        claims = json.loads(token.payload)
        return claims["request_body_sha256"] == hashlib.sha256(body).hexdigest() and abs(time.time() - claims["iat"]) < 300

    see.deliveries("jwcrypto", verify, ("former",), ("mac", "body", "truncated", "stale", *see.api.MORE_BAD))


def revolut(see):
    import requests

    http = requests.Session()
    http.headers.update({"Authorization": "Bearer " + see.settings["secret_key"], "Revolut-Api-Version": see.settings["api_version"]})
    usage = {"subscription_id": str(uuid.uuid4()), "subscription_item_code": "calls", "usage_date": "2026-11-01T00:00:00Z", "quantity": 1}
    pay = lambda key="key-1": http.post(see.url + "/api/subscription-usages", json=usage, headers={"Idempotency-Key": key})
    see.agree("requests reports a usage", lambda: pay().status_code == 201)
    see.agree("requests gets the result of a key again", lambda: pay().status_code == 201 and see.executed() == 1)
    see.lost("requests", lambda: pay("key-2").status_code == 201)
    see.agree("requests orders and captures", lambda: http.post(see.url + "/api/orders/" + http.post(
        see.url + "/api/orders", json={"amount": 1050, "currency": "EUR"}).json()["id"] + "/capture", json={}).status_code == 200)
    unversioned = lambda: requests.get(see.url + "/api/orders", headers={"Authorization": http.headers["Authorization"]})
    see.agree("no version is refused", lambda: unversioned().status_code == 400)
    page = lambda token: (lambda body: (body["subscription_usages"], body.get("next_page_token")))(http.get(
        see.url + "/api/subscription-usages", params={"page_token": token} if token else {}).json())
    see.agree("requests lists all pages", lambda: len(paged(page)) == 9)
    # There is no verifier of Revolut. The one of Stripe signs `t.body`: it gets `v1.` as a part of the time.
    verify = as_stripe(lambda headers: f"v1.{headers['revolut-request-timestamp']}", lambda headers: headers["revolut-signature"],
                       see.settings["signing_secret"])
    see.deliveries("stripe (text of Revolut)", verify, ("two",))


def as_stripe(time_of, signatures, secret):
    """Verifies `time.body` with the MAC of the client of Stripe."""
    import stripe as sdk

    def verify(headers, body):
        made = sdk.WebhookSignature._compute_signature(f"{time_of(headers)}.{body.decode()}", secret)
        return f"v1={made}" in signatures(headers).split(",")
    return verify


def moderntreasury(see):
    import modern_treasury as sdk

    keys = see.settings
    client = sdk.ModernTreasury(organization_id=keys["organization_id"], api_key=keys["api_key"], webhook_key=keys["webhook_key"],
                                base_url=see.url)
    order = {"type": "ach", "amount": 1050, "direction": "credit", "originating_account_id": str(uuid.uuid4())}
    pay = lambda key: client.payment_orders.create(**order, idempotency_key=key)
    see.agree("modern-treasury pays", lambda: pay("key-1").amount == 1050)
    other = lambda: client.counterparties.create(name="A", idempotency_key="key-1").object == "payment_order"
    see.agree("modern-treasury gets the response of another route under its key", other)
    # That response is not one of the contract.
    see.exchanges.pop()
    see.fault(fault="lose")
    see.agree("modern-treasury retries a lost response without a double", lambda: pay("key-2") and see.executed() == 2)
    see.fault(fault="error")
    see.agree("modern-treasury retries a 500, which is not kept", lambda: pay("key-3") and see.executed() == 3)
    see.busy("modern-treasury", lambda: pay("key-4"))
    see.agree("modern-treasury lists all pages", lambda: len(list(client.payment_orders.list(per_page=2))) == 11)
    see.deliveries("modern-treasury", lambda headers, body: client.webhooks.validate_signature(body.decode(), headers))


def fireblocks(see):
    import jwt
    from fireblocks.bearer_token_provider import BearerTokenProvider
    from fireblocks.client import Fireblocks
    from fireblocks.client_configuration import ClientConfiguration
    from fireblocks.exceptions import ApiException
    from fireblocks.models.transaction_request import TransactionRequest
    from jwcrypto import jwk, jws
    import requests

    keys = see.settings
    secret = pathlib.Path(keys["private_key_file"]).read_text()
    client = Fireblocks(ClientConfiguration(api_key=keys["api_key"], secret_key=secret, base_path=see.url + "/v1"))
    order = TransactionRequest.from_dict({
        "assetId": "BTC", "amount": "1", "externalTxId": "ext-1", "source": {"type": "VAULT_ACCOUNT", "id": "0"},
        "destination": {"type": "VAULT_ACCOUNT", "id": "1"}})
    pay = lambda key: client.transactions.create_transaction(transaction_request=order, idempotency_key=key).result().data
    see.agree("fireblocks signs and pays", lambda: pay("key-1").status == "SUBMITTED")
    see.agree("fireblocks gets the result of a key again", lambda: pay("key-1") and see.executed() == 1)
    see.fault(fault="executed-error")
    refused = lambda: raised(ApiException, lambda: pay("key-2"), lambda problem: problem.status == 500)() and raised(
        ApiException, lambda: pay("key-2"), lambda problem: problem.status == 400)()
    see.agree("fireblocks: a key is refused after an internal error", refused)
    see.lost("fireblocks", lambda: pay("key-3"))
    signer = BearerTokenProvider(keys["api_key"], secret)

    def send(token, path="/v1/tags", method="GET", body=None):
        headers = {"X-API-Key": keys["api_key"], "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return requests.request(method, see.url + path, data=body, headers=headers).status_code

    token = signer.get_token("GET", "/v1/tags", None)
    see.agree("a token of fireblocks is accepted", send(token) == 200)
    see.agree("a token is accepted once", send(token) == 401)
    see.agree("a token of another path is refused", send(signer.get_token("GET", "/v1/tags", None), "/v1/tags?pageSize=2") == 401)
    posted = signer.get_token("POST", "/v1/transactions", {"amount": "1"})
    see.agree("a token of another body is refused", send(posted, "/v1/transactions", "POST", '{"amount": "2"}') == 401)
    now = int(time.time())
    claims = {"uri": "/v1/tags", "nonce": "n", "iat": now, "exp": now + 55, "sub": keys["api_key"], "bodyHash": hashlib.sha256(b"").hexdigest()}
    for algorithm, key in {"none": None, "HS256": "x" * 32, "RS512": secret, "PS256": secret}.items():
        see.agree(f"a token with {algorithm} is refused", send(jwt.encode(claims, key, algorithm)) == 401)
    see.agree("a token of PyJWT with RS256 is accepted", send(jwt.encode(claims, secret, "RS256")) == 200)
    late = jwt.encode(claims | {"nonce": "m", "iat": now - 90, "exp": now - 35}, secret, "RS256")
    see.agree("an old token is refused", send(late) == 401)
    external = lambda: client.transactions.get_transaction_by_external_id("ext-1").result().data.id
    see.agree("fireblocks looks the transaction up", external)
    page = lambda after: (lambda body: (body.accounts, body.paging.after))(client.vaults.get_paged_vault_accounts(
        after=after, limit=2).result().data)
    see.agree("fireblocks lists all pages", lambda: len(paged(page)) == 7)

    def verify(headers, body):
        token = jws.JWS()
        token.allowed_algs = ["RS512"]
        token.deserialize(headers["fireblocks-webhook-signature"])
        kid = json.loads(token.objects["protected"])["kid"]
        found = [key for key in requests.get(see.url + keys["jwks_path"]).json()["keys"] if key["kid"] == kid]
        if not found:
            return False
        if "attached" not in token.objects and token.objects.get("payload"):
            return False
        token.verify(jwk.JWK(**found[0]), detached_payload=body)
        return True

    see.deliveries("jwcrypto", verify, ("former",), ("mac", "body", "truncated", *see.api.MORE_BAD))


def binance(see):
    from binance.client import Client
    from binance.exceptions import BinanceAPIException

    keys = see.settings

    def client(kind):
        secret = {"api_secret": keys["hmac_secret"]} if kind == "hmac" else {
            "private_key": pathlib.Path(keys[f"{kind}_key_file"]).read_text()}
        made = Client(keys[f"{kind}_api_key"], ping=False, **secret)
        made.API_URL = see.url + "/api"
        return made

    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "0.1"}
    for kind in ("hmac", "rsa", "ed25519"):
        listed = lambda: len(client(kind).get_my_trades(symbol="BTCUSDT", fromId=100)) == 3
        see.agree(f"python-binance lists with {kind}", listed)
        see.agree(f"python-binance orders with {kind}", lambda: client(kind).create_order(**order, newClientOrderId=kind)["symbol"])
    see.agree("python-binance orders", lambda: client("hmac").create_order(**order, newClientOrderId="a")["clientOrderId"] == "a")
    double = raised(BinanceAPIException, lambda: client("hmac").create_order(**order, newClientOrderId="a"), lambda one: one.code == -2010)
    see.agree("python-binance: an order id is used once", lambda: double() and see.executed() == 4)
    see.fault(fault="lose")
    see.agree("python-binance looks a lost order up", lambda: raised(Exception, lambda: client("hmac").create_order(
        **order, newClientOrderId="b"))() and client("hmac").get_order(symbol="BTCUSDT", origClientOrderId="b")["orderId"])
    found = lambda: client("hmac").get_order(symbol="BTCUSDT", origClientOrderId="a")["status"] == "FILLED"
    see.agree("python-binance looks the order up", found)

    import requests

    def send(query, **changes):
        """Sends a query with a signature of python-binance, and what a test changes."""
        made = client("hmac")
        query = f"symbol=BTCUSDT&timestamp={int(time.time() * 1000) + changes.get('clock', 0)}" + query
        signature = made._hmac_signature(query)
        url = f"{see.url}/api/v3/myTrades?{query}&signature={changes.get('upper', str)(signature)}{changes.get('after', '')}"
        return requests.get(url, headers={"X-MBX-APIKEY": keys["hmac_api_key"]}).json()

    code = lambda number: lambda body: isinstance(body, dict) and body["code"] == number
    see.agree("a signature in capitals is accepted", isinstance(send("", upper=str.upper), list))
    see.agree("a parameter after the signature is refused", code(-1102)(send("", after="&limit=1")))
    see.agree("a second signature is refused", code(-1102)(send("", after="&signature=00")))
    see.agree("an old timestamp is refused", code(-1021)(send("", clock=-6000)))
    see.agree("a timestamp of the future is refused", code(-1021)(send("", clock=2000)))
    see.agree("a longer recvWindow is accepted", isinstance(send("&recvWindow=10000", clock=-6000), list))
    see.agree("a recvWindow above 60000 is refused", code(-1131)(send("&recvWindow=60001")))

    def trades(start):
        page = client("ed25519").get_my_trades(symbol="BTCUSDT", **({"fromId": start} if start else {}))
        return page, page[-1]["id"] + 1 if page else None

    see.agree("python-binance lists all pages", lambda: len(paged(trades)) == 7)


def obuk(see):
    import jwt
    import requests
    from jwcrypto import jwk, jws
    from jwcrypto.common import JWSEHeaderParameter

    keys, http = see.settings, requests.Session()
    private = pathlib.Path(keys["private_key_file"]).read_bytes()
    names = [f"http://openbanking.org.uk/{name}" for name in ("iat", "iss", "tan")]
    registry = {name: JWSEHeaderParameter(name, True, True, None) for name in names}
    now = int(time.time())
    assertion = jwt.encode({"iss": keys["client_id"], "sub": keys["client_id"], "aud": see.url + "/token", "jti": str(uuid.uuid4()),
                            "iat": now, "exp": now + 60}, private, "PS256", {"kid": keys["kid"]})
    form = {"grant_type": "client_credentials", "scope": "payments", "client_assertion": assertion,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    token = http.post(see.url + "/token", data=form)
    see.agree("PyJWT's client assertion is accepted", token.status_code == 200)
    see.agree("PyJWT's client assertion is accepted once", http.post(see.url + "/token", data=form).status_code == 401)
    tokens = {"tpp": token.json().get("access_token"), "psu": keys["psu_token"]}

    def signed(body, **members):
        header = {"alg": "PS256", "kid": keys["kid"], "crit": names, names[0]: int(time.time()), names[1]: keys["issuer"],
                  names[2]: keys["trust_anchor"]} | members
        made = jws.JWS(body, header_registry=registry)
        made.add_signature(jwk.JWK.from_pem(private), protected=json.dumps(header))
        made.detach_payload()
        return made.serialize(True)

    def send(path, value, key, kind="tpp", **members):
        body = json.dumps(value).encode()
        return http.post(see.url + "/open-banking/v4.0/pisp" + path, data=body, headers={
            "Authorization": f"Bearer {tokens[kind]}", "x-idempotency-key": key, "x-jws-signature": signed(body, **members),
            "x-fapi-interaction-id": "1", "Content-Type": "application/json"})

    initiation = {"InstructionIdentification": "a", "EndToEndIdentification": "b", "InstructedAmount": {"Amount": "10.50", "Currency":
                  "GBP"}, "CreditorAccount": {"SchemeName": "UK.OBIE.IBAN", "Identification": "1", "Name": "C"}}
    consent = send("/domestic-payment-consents", {"Data": {"Initiation": initiation}, "Risk": {}}, "key-1")
    see.agree("jwcrypto's detached PS256 is accepted", consent.status_code == 201)
    for member, value in {"alg": "RS256", "kid": "x", "crit": names[:2], names[0]: int(time.time()) - 9000, names[1]: "x"}.items():
        refused = lambda: send("/domestic-payment-consents", {"Data": {"Initiation": initiation}, "Risk": {}}, "key-2", **{member: value})
        try:
            status = refused().status_code
        except Exception as problem:
            status = problem
        see.agree(f"jwcrypto's JWS with another {member.rpartition('/')[2]} is refused", status == 400)
    identifier = consent.json().get("Data", {}).get("ConsentId")
    payment = {"Data": {"ConsentId": identifier, "Initiation": initiation}, "Risk": {}}
    pay = lambda: send("/domestic-payments", payment, "key-3", "psu")
    see.agree("requests pays", pay().status_code == 201)
    see.agree("requests is too early within a second", pay().status_code == 429)
    time.sleep(1.1)
    again = pay()
    see.agree("requests gets 201 with the current state", again.status_code == 201 and again.json()["Data"]["Status"] == "ACSC")
    see.agree("the payment was executed once", see.executed() == 2)

    another = {"Data": {"Initiation": initiation}, "Risk": {}}
    see.lost("requests", lambda: send("/domestic-payment-consents", another, "key-4").status_code == 201, 1.1)

    def verify(response):
        check = jws.JWS(header_registry=registry)
        check.deserialize(response.headers["x-jws-signature"])
        key = jwk.JWKSet.from_json(http.get(see.url + keys["jwks_path"]).text).get_key(keys["bank_kid"])
        check.verify(key, detached_payload=response.content)

    see.agree("jwcrypto verifies the signature of a response", lambda: verify(again))
    page = lambda url: (lambda body: (body["Data"]["PaymentStatus"], body["Links"].get("Next")))(
        http.get(url, headers={"Authorization": f"Bearer {tokens['tpp']}"}).json())
    first = f"{see.url}/open-banking/v4.0/pisp/domestic-payments/payment-1/payment-details"
    see.agree("requests follows the links of all pages", lambda: len(paged(page, first)) == 7)


def berlin(see):
    import requests
    from httpsig.sign import HeaderSigner

    keys = see.settings
    private = pathlib.Path(keys["private_key_file"]).read_bytes()

    def send(method, path, body=b"", algorithm="rsa-sha256", covered=("digest", "x-request-id"), digest="sha256", **changes):
        value = base64.b64encode(hashlib.new(digest, body).digest()).decode()
        headers = {"X-Request-ID": str(uuid.uuid4()), "Digest": f"SHA-{digest[3:]}={value}", "PSU-IP-Address": "192.0.2.1",
                   "Date": email.utils.formatdate(usegmt=True)}
        made = HeaderSigner(keys["key_id"], private, algorithm, covered).sign(headers, method=method, path=path)
        # httpsig writes an Authorization header with the members of `Signature`.
        headers["Signature"] = made.pop("authorization").removeprefix("Signature ")
        headers |= {"TPP-Signature-Certificate": keys["certificate"], "Content-Type": "application/json", "Consent-ID":
                    keys["consent_id"]} | changes
        return requests.request(method, see.url + path, data=body, headers=headers)

    account = lambda iban: {"iban": iban}
    order = json.dumps({"debtorAccount": account("DE40100100103307118608"), "instructedAmount": {"currency": "EUR", "amount": "10.50"},
                        "creditorAccount": account("DE02100100109307118603"), "creditorName": "C"}).encode()
    path = "/v1/payments/sepa-credit-transfers"
    see.agree("httpsig's rsa-sha256 is accepted", lambda: send("POST", path, order).status_code == 201)
    see.agree("httpsig's rsa-sha512 is accepted", lambda: send("POST", path, order, "rsa-sha512", digest="sha512").status_code == 201)
    banks = ("date", "digest", "x-request-id", "(request-target)")
    see.agree("httpsig's list with date and target is accepted", lambda: send("POST", path, order, covered=banks).status_code == 201)
    short = lambda: send("POST", path, order, covered=("digest",)).status_code == 401
    see.agree("httpsig's list without x-request-id is refused", short)
    see.agree("another digest is refused", lambda: send("POST", path, order, Digest="SHA-256=" + "A" * 43 + "=").status_code == 400)
    see.agree("another X-Request-ID is refused", lambda: send("POST", path, order, **{"X-Request-ID": str(uuid.uuid4())}).status_code == 401)
    see.agree("each request is executed: there is no key", see.executed() == 3)

    def page(path):
        body = send("GET", path).json()["transactions"]
        return body["booked"], body["_links"].get("next", {}).get("href")

    see.agree("requests follows the links of all pages", lambda: len(paged(page, "/v1/accounts/a/transactions?bookingStatus=booked")) == 7)


def acp(see):
    import requests

    keys = see.settings
    headers = {"Authorization": f"Bearer {keys['api_key']}", "API-Version": keys["api_version"]}
    order = {"line_items": [{"id": "a"}], "currency": "eur", "capabilities": {}}
    pay = lambda key="key-1", order=order: requests.post(see.url + "/checkout_sessions", json=order, headers=headers | (
        {"Idempotency-Key": key} if key else {}))
    made = pay()
    see.agree("requests makes a session", made.status_code == 201)
    see.agree("requests gets a replay", pay().headers.get("Idempotent-Replayed") == "true" and see.executed() == 1)
    code = lambda response, status, text: response.status_code == status and response.json()["code"] == text
    see.agree("no key is refused", code(pay(None), 400, "idempotency_key_required"))
    see.agree("another body is refused", code(pay(order=order | {"currency": "usd"}), 422, "idempotency_conflict"))
    see.fault(fault="hold", seconds=1)
    first = threading.Thread(target=pay, args=("key-2",))
    first.start()
    time.sleep(0.3)
    busy = pay("key-2")
    first.join()
    see.agree("a key in flight is refused", code(busy, 409, "idempotency_in_flight") and busy.headers["Retry-After"] == "1")
    see.fault(fault="error")
    see.agree("a 500 is not kept", pay("key-3").status_code == 500 and pay("key-3").status_code == 201 and see.executed() == 3)
    see.lost("requests", lambda: pay("key-5").status_code == 201)
    complete = lambda: requests.post(f"{see.url}/checkout_sessions/{made.json()['id']}/complete", json={"payment_data": {"a": 1}},
                                     headers=headers | {"Idempotency-Key": "key-4"})
    see.agree("requests completes the session", lambda: complete().json()["status"] == "completed")
    import stripe as sdk
    # The scheme is the one of Stripe: its client verifies it.
    verify = lambda headers, body: sdk.Webhook.construct_event(body, headers["merchant-signature"], keys["webhook_secret"])
    see.deliveries("stripe", verify, ("two", "future"), ("mac", "body", "truncated", "former", "stale"))


def svix(see):
    import standardwebhooks
    import svix as sdk
    import svix.webhooks
    from svix.models import MessageIn
    from Crypto.PublicKey import ECC
    from Crypto.Signature import eddsa

    keys = see.settings
    client = sdk.Svix(keys["token"], sdk.SvixOptions(server_url=see.url))
    message = MessageIn(event_type="payment.made", payload={"a": 1})
    pay = lambda key: client.message.create("app", message, sdk.api.MessageCreateOptions(idempotency_key=key))
    see.agree("svix sends", lambda: pay("key-1").event_type == "payment.made")
    see.agree("svix gets the result of a key again", lambda: pay("key-1") and see.executed() == 1)
    see.fault(fault="error")
    see.agree("svix retries a 500 with the same key", lambda: pay("key-2") and see.executed() == 2)

    see.lost("svix", lambda: pay("key-3"))

    def page(iterator):
        body = client.message.list("app", sdk.api.MessageListOptions(iterator=iterator))
        return body.data, None if body.done else body.iterator

    see.agree("svix lists all pages", lambda: len(paged(page)) == 10)
    bad = ("mac", "body", "truncated", "former", "stale", "future", "unknown-version", "v1a")
    see.deliveries("svix", lambda headers, body: sdk.webhooks.Webhook(keys["webhook_secret"]).verify(body, headers), ("two",), bad)
    other = lambda headers, body: standardwebhooks.Webhook(keys["webhook_secret"]).verify(body, headers)
    see.deliveries("standardwebhooks", other, ("two",), bad)
    see.agree("svix accepts the names svix-*", lambda: sdk.webhooks.Webhook(keys["webhook_secret"]).verify(*reversed(see.delivery(prefix="svix"))))

    def ed25519(headers, body):
        key = ECC.import_key(pathlib.Path(keys["public_key_file"]).read_text())
        text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        eddsa.new(key, "rfc8032").verify(text, base64.b64decode(headers["webhook-signature"].removeprefix("v1a,")))

    see.agree("pycryptodome accepts a v1a signature", lambda: ed25519(*see.delivery(kind="v1a")))
    see.refuses("pycryptodome refuses a v1a signature with `mac`", lambda: ed25519(*see.delivery(kind="v1a", bad="mac")))


def mastercard(see):
    import requests
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from oauth1.oauth import OAuth, SignatureMethod

    private = load_pem_private_key(pathlib.Path(see.settings["private_key_file"]).read_bytes(), None)

    def send(path, body, method=SignatureMethod.RSA_SHA256, sent=None):
        url, text = see.url + "/fraud/merchant/v3/" + path, json.dumps(body)
        header = OAuth.get_authorization_header(url, "POST", text, see.settings["consumer_key"], private, method)
        return requests.post(url, data=sent or text, headers={"Authorization": header, "Content-Type": "application/json"})

    add = {"AddMerchantRequest": {"AcquirerId": "1", "Merchant": {"Name": "A"}}}
    see.agree("mastercard-oauth1-signer's RSA-SHA256 is accepted", lambda: send("add-merchant", add).status_code == 200)
    see.agree("its RSA-PSS is accepted", lambda: send("add-merchant", add, SignatureMethod.RSA_PSS_SHA256).status_code == 200)
    see.agree("another body is refused", lambda: send("add-merchant", add, sent=b"{}").status_code == 401)
    see.agree("each request is executed: there is no key", see.executed() == 2)

    def page(start):
        query = f"termination-inquiry?PageOffset={start or 0}&PageLength=3&Format=A%20B"
        body = send(query, {"TerminationInquiryRequest": {}}).json()["TerminationInquiry"]["PossibleMerchantMatches"][0]
        end = (start or 0) + len(body["TerminatedMerchant"])
        return body["TerminatedMerchant"], end if end < int(body["TotalLength"]) else None

    see.agree("its signature over a query is accepted on all pages", lambda: len(paged(page)) == 9)


def raised(kind, call, check=lambda problem: True):
    """Returns a check that a call raises an error of a kind."""
    def run():
        try:
            call()
        except kind as problem:
            return check(problem)
        return False
    return run


def paged(page, start=None):
    """Returns the records of all pages. `page` returns the records of one, and the start of the next one or None."""
    records = []
    for _ in range(20):
        found, start = page(start)
        records += found
        if start is None:
            return records
    raise ValueError("the list does not end")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="every server must be found wrong")
    parser.add_argument("--shared", type=pathlib.Path, help="folder with contracts and files of published signatures")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    failed, table = 0, []
    for name in options.names or serve.NAMES:
        with tempfile.TemporaryDirectory() as folder:
            see = Referee(name, folder, options.wrong)
            try:
                globals()[name](see)
            except Exception as problem:
                see.checks.append(("the referee ran to its end", f"{type(problem).__name__}: {str(problem)[:200]}"))
            if not options.wrong:
                for what, right in vectors.check(see.api, options.shared and options.shared / "testdata/signing/data"):
                    see.agree(what, right)
            if options.shared and not options.wrong:
                see.contract(options.shared)
        wrong = [(what, problem) for what, problem in see.checks if problem]
        for what, problem in see.checks:
            print(f"{name}: {'FAIL ' if problem else 'ok   '}{what}{f' ({problem})' if problem else ''}")
        table.append((name, len(see.checks) - len(wrong), len(see.checks)))
        kinds = {"accepts a delivery" in what for what, _ in wrong}
        failed += True in kinds and False in kinds or bool(kinds) and (not options.wrong or see.api.SIGNATURE is None)
    for name, right, all_of_them in table:
        print(f"{name:16}{right:3} of {all_of_them} agree")
    if options.wrong:
        print(f"{failed} of {len(table)} wrong servers were found")
        return failed != len(table)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
