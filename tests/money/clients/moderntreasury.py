"""Judges the server with the client `modern-treasury`."""

import uuid

import modern_treasury as sdk


def check(see):
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
