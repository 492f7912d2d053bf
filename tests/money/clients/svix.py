"""Judges the server with `svix`, `standardwebhooks` and `pycryptodome`."""

import base64
import pathlib

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from svix.models import MessageIn
import standardwebhooks
import svix as sdk
import svix.webhooks
from referee import paged


def check(see):
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
