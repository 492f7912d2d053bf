"""Judges the server with the client `stripe`."""

import stripe as sdk
from referee import raised


def check(see):
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
