#!/usr/bin/env python3
"""Verifies the deliveries of this folder with hashlib and hmac, and with the packages of vendors that are installed. Exit 1 on a difference."""
import base64, hashlib, hmac, json, pathlib, sys, time
from unittest import mock

HERE = pathlib.Path(__file__).parent
MEMBERS = ["pspReference", "originalReference", "merchantAccountCode", "merchantReference"]


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def standard(prefix):
    def check(one):
        head, body = one["headers"], one["body"].encode()
        key = base64.b64decode(one["secret"].removeprefix("whsec_"))
        signed = f"{head[prefix + '-id']}.{head[prefix + '-timestamp']}.".encode() + body
        wanted = "v1," + base64.b64encode(mac(key, signed)).decode()
        return wanted in head[prefix + "-signature"].split(" ")

    return check


def items(header):
    def check(one):
        pairs = [item.split("=", 1) for item in one["headers"][header].split(",")]
        stamp = [value for name, value in pairs if name == "t"]
        signed = stamp[0].encode() + b"." + one["body"].encode()
        wanted = mac(one["secret"].encode(), signed).hex()
        return len(stamp) == 1 and any(name == "v1" and value.lower() == wanted for name, value in pairs)

    return check


def revolut(one):
    signed = f"v1.{one['headers']['revolut-request-timestamp']}.".encode() + one["body"].encode()
    return one["headers"]["revolut-signature"] == "v1=" + mac(one["secret"].encode(), signed).hex()


def square(one):
    signed = (one["settings"][0] + one["body"]).encode()
    return one["headers"]["x-square-hmacsha256-signature"] == base64.b64encode(mac(one["secret"].encode(), signed)).decode()


def modern_treasury(one):
    return one["headers"]["x-signature"] == mac(one["secret"].encode(), one["body"].encode()).hex()


def adyen(one):
    wanted = mac(bytes.fromhex(one["secret"]), one["body"].encode())
    return one["headers"]["hmacsignature"] == base64.b64encode(wanted).decode()


def adyen_items(one):
    for item in json.loads(one["body"])["notificationItems"]:
        item = item["NotificationRequestItem"]
        texts = [item.get(name, "") for name in MEMBERS]
        texts += [str(item["amount"]["value"]), item["amount"]["currency"], item["eventCode"], item["success"]]
        wanted = mac(bytes.fromhex(one["secret"]), ":".join(texts).encode())
        if item["additionalData"]["hmacSignature"] != base64.b64encode(wanted).decode():
            return False
    return True


BY_HAND = {
    "standard-webhooks": standard("webhook"),
    "svix": standard("svix"),
    "stripe": items("stripe-signature"),
    "acp": items("merchant-signature"),
    "revolut": revolut,
    "square": square,
    "modern-treasury": modern_treasury,
    "adyen": adyen,
    "adyen-standard": adyen_items,
}


def packages():
    """Yields the name of an installed package of a vendor, the API it verifies, and a function that raises if a delivery is refused."""
    try:
        import stripe

        yield "stripe", "stripe", lambda one: stripe.WebhookSignature.verify_header(
            one["body"], one["headers"]["stripe-signature"], one["secret"], 300
        )
    except ImportError:
        pass
    try:
        import standardwebhooks

        yield "standardwebhooks", "standard-webhooks", lambda one: standardwebhooks.Webhook(one["secret"]).verify(
            one["body"], one["headers"]
        )
    except ImportError:
        pass


def main():
    deliveries = [json.loads(path.read_text()) for path in sorted(HERE.glob("*.json"))]
    for one in deliveries:
        assert BY_HAND[one["api"]](one), one["name"]
        changed = one | {"body": one["body"].replace(":", ": 1", 1) + " "}
        if one["api"] != "adyen-standard":
            assert not BY_HAND[one["api"]](changed), one["name"]
    verified = 0
    for name, api, verify in packages():
        for one in (one for one in deliveries if one["api"] == api):
            now = mock.Mock(wraps=__import__("datetime").datetime)
            now.now.side_effect = lambda tz=None, at=one["now"]: __import__("datetime").datetime.fromtimestamp(at, tz)
            with mock.patch.object(time, "time", lambda at=one["now"]: at):
                with mock.patch("standardwebhooks.webhooks.datetime", now) if name == "standardwebhooks" else mock.MagicMock():
                    verify(one)
            verified += 1
    print(f"python: {len(deliveries)} deliveries agree, {verified} of them by the packages of vendors")
    return 0 if deliveries else 1


sys.exit(main())
