"""Judges the server with `httpsig`."""

import base64
import email.utils
import hashlib
import json
import pathlib
import uuid

from httpsig.sign import HeaderSigner
import requests
from referee import paged


def check(see):
    keys = see.settings
    private = pathlib.Path(keys["private_key_file"]).read_bytes()

    def send(method, path, body=b"", algorithm="rsa-sha256", covered=("digest", "x-request-id"), digest="sha256", **changes):
        value = base64.b64encode(hashlib.new(digest, body).digest()).decode()
        headers = {"X-Request-ID": str(uuid.uuid4()), "Digest": f"SHA-{digest[3:]}={value}", "PSU-IP-Address": "192.0.2.1",
                   "Date": email.utils.formatdate(usegmt=True)}
        made = HeaderSigner(keys["key_id"], private, algorithm, covered).sign(headers, method=method, path=path)
        # httpsig writes an Authorization header with the members of `Signature`.
        headers["Signature"] = made.pop("authorization").removeprefix("Signature ")
        headers |= {"TPP-Signature-Certificate": keys["certificate"], "Content-Type": "application/json", "Consent-ID":
                    keys["consent_id"]} | changes
        return requests.request(method, see.url + path, data=body, headers=headers)

    account = lambda iban: {"iban": iban}
    order = json.dumps({"debtorAccount": account("DE40100100103307118608"), "instructedAmount": {"currency": "EUR", "amount": "10.50"},
                        "creditorAccount": account("DE02100100109307118603"), "creditorName": "C"}).encode()
    path = "/v1/payments/sepa-credit-transfers"
    see.agree("httpsig's rsa-sha256 is accepted", lambda: send("POST", path, order).status_code == 201)
    see.agree("httpsig's rsa-sha512 is accepted", lambda: send("POST", path, order, "rsa-sha512", digest="sha512").status_code == 201)
    banks = ("date", "digest", "x-request-id", "(request-target)")
    see.agree("httpsig's list with date and target is accepted", lambda: send("POST", path, order, covered=banks).status_code == 201)
    short = lambda: send("POST", path, order, covered=("digest",)).status_code == 401
    see.agree("httpsig's list without x-request-id is refused", short)
    see.agree("another digest is refused", lambda: send("POST", path, order, Digest="SHA-256=" + "A" * 43 + "=").status_code == 400)
    see.agree("another X-Request-ID is refused", lambda: send("POST", path, order, **{"X-Request-ID": str(uuid.uuid4())}).status_code == 401)
    see.agree("each request is executed: there is no key", see.executed() == 3)

    def page(path):
        body = send("GET", path).json()["transactions"]
        return body["booked"], body["_links"].get("next", {}).get("href")

    see.agree("requests follows the links of all pages", lambda: len(paged(page, "/v1/accounts/a/transactions?bookingStatus=booked")) == 7)
