"""Judges the server with `fireblocks`, `PyJWT` and `jwcrypto`."""

import hashlib
import json
import pathlib
import time

from fireblocks.bearer_token_provider import BearerTokenProvider
from fireblocks.client import Fireblocks
from fireblocks.client_configuration import ClientConfiguration
from fireblocks.exceptions import ApiException
from fireblocks.models.transaction_request import TransactionRequest
from jwcrypto import jwk, jws
import jwt
import requests
from referee import paged, raised


def check(see):
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
