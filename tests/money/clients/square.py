"""Judges the server with the client `square`."""

from square import Square
from square.core.api_error import ApiError
from square.utils.webhooks_helper import verify_signature
from referee import paged, raised


def check(see):
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
