"""Judges the server with `plaid-python` and `jwcrypto`."""

import hashlib
import json
import time

from jwcrypto import jwk, jws
from plaid.api.plaid_api import PlaidApi
from plaid.model.ach_class import ACHClass
from plaid.model.transactions_get_request import TransactionsGetRequest
from plaid.model.transactions_get_request_options import TransactionsGetRequestOptions
from plaid.model.transactions_sync_request import TransactionsSyncRequest
from plaid.model.transfer_authorization_create_request import TransferAuthorizationCreateRequest
from plaid.model.transfer_authorization_idempotency_key import TransferAuthorizationIdempotencyKey
from plaid.model.transfer_authorization_user_in_request import TransferAuthorizationUserInRequest
from plaid.model.transfer_create_request import TransferCreateRequest
from plaid.model.transfer_network import TransferNetwork
from plaid.model.transfer_type import TransferType
from plaid.model.webhook_verification_key_get_request import WebhookVerificationKeyGetRequest
import plaid as sdk
from referee import paged, raised


def check(see):
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
