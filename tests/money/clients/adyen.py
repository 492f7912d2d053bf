"""Judges the server with the client `Adyen`."""

import json
import urllib.parse

from Adyen.util import is_valid_hmac_notification, is_valid_hmac_payload
import Adyen
from referee import paged, raised


def check(see):
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
