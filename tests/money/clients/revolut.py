"""Judges the server with `requests`, and the MAC of the client `stripe`."""

import uuid

import requests
from referee import paged


def as_stripe(time_of, signatures, secret):
    """Verifies `time.body` with the MAC of the client of Stripe."""
    import stripe as sdk

    def verify(headers, body):
        made = sdk.WebhookSignature._compute_signature(f"{time_of(headers)}.{body.decode()}", secret)
        return f"v1={made}" in signatures(headers).split(",")
    return verify


def check(see):
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
