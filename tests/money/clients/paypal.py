"""Judges the server with the clients `paypal-server-sdk` and `paypalrestsdk`."""

import contextlib
import io
import pathlib
import urllib.parse

from paypalserversdk.configuration import Configuration, Environment, Server
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient
import paypalrestsdk.notifications as rest
from referee import paged


def store(*paths):
    from OpenSSL import crypto

    certificates = crypto.X509Store()
    for path in paths:
        certificates.add_cert(crypto.load_certificate(crypto.FILETYPE_PEM, pathlib.Path(path).read_bytes()))
    return certificates


def verify_rsa(cert, signature, data, digest):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    algorithm = {"sha256WithRSAEncryption": hashes.SHA256}[digest]()
    cert.to_cryptography().public_key().verify(signature, data, padding.PKCS1v15(), algorithm)


def check(see):
    keys = see.settings
    Configuration.environments[Environment.SANDBOX] = {Server.DEFAULT: see.url}
    client = PaypalServersdkClient(client_credentials_auth_credentials=ClientCredentialsAuthCredentials(
        o_auth_client_id=keys["client_id"], o_auth_client_secret=keys["client_secret"]))
    amount = {"currency_code": "EUR", "value": "10.50"}
    order = {"body": {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}, "paypal_request_id": "key-1"}
    made = {}

    def pay():
        made["order"] = client.orders.create_order(order)
        return made["order"].status_code == 201 and made["order"].body.id

    see.agree("paypal-server-sdk fetches a token and makes an order", pay)
    again = lambda: client.orders.create_order(order)
    see.agree("paypal-server-sdk gets 200 in place of 201", lambda: again().status_code == 200 and see.executed() == 1)
    capture = lambda: client.orders.capture_order({"id": made["order"].body.id, "paypal_request_id": "key-2"})
    see.agree("paypal-server-sdk captures", lambda: capture().status_code == 201)
    see.agree("paypal-server-sdk gets the latest state", lambda: again().body.status == "COMPLETED")
    see.agree("one token was issued", lambda: see.own("/_executed")["tokens"] == 1)
    see.lost("paypal-server-sdk", lambda: client.orders.create_order(order | {"paypal_request_id": "key-3"}))
    import requests
    http = requests.Session()
    http.headers["Authorization"] = "Bearer " + next(iter(see.api.tokens), "")
    items = [{"receiver": f"a{number}@example.com", "amount": {"currency": "EUR", "value": "1"}} for number in range(7)]
    batch = lambda: http.post(see.url + "/v1/payments/payouts", json={"sender_batch_header": {"sender_batch_id": "b1"}, "items": items})
    first = batch()
    see.agree("requests pays out", first.status_code == 201)
    see.agree("requests gets a link to the original batch", batch().status_code == 400 and batch().json().get("links"))
    if first.status_code == 201:
        pages = lambda url: (lambda page: (page["items"], next((link["href"] for link in page["links"] if link["rel"] == "next"), None)))(
            http.get(url).json())
        see.agree("requests follows the links of all pages", len(paged(pages, first.json()["links"][0]["href"])) == 7)
    event = rest.WebhookEvent
    event._get_certificate_store = classmethod(lambda cls: store(keys["root_file"], keys["issuer_file"]))
    get = rest.requests.get
    # The address of a certificate is one of PayPal: the path leads to the server.
    rest.requests = type("requests", (), {"get": staticmethod(lambda url: get(see.url + urllib.parse.urlsplit(url).path)),
                                          "exceptions": requests.exceptions})
    if "crypto.verify" in pathlib.Path(rest.__file__).read_text():
        import OpenSSL.crypto
        # pyOpenSSL has no `verify` any more. `cryptography` takes its place.
        OpenSSL.crypto.verify = lambda cert, signature, data, digest: verify_rsa(cert, signature, data, digest)

    def verify(headers, body):
        part = lambda name: headers["paypal-" + name]
        # It prints why it refuses.
        with contextlib.redirect_stdout(io.StringIO()):
            return event.verify(part("transmission-id"), part("transmission-time"), keys["webhook_id"], body.decode(), part("cert-url"),
                                part("transmission-sig"), part("auth-algo"))
    see.deliveries("paypalrestsdk", verify, (), ("mac", "body", "truncated", "former", "expired", "chain", "name"))
