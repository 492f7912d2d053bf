"""Judges the server with `requests`, and the verifier of `stripe`."""

import threading
import time

import requests


def check(see):
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
