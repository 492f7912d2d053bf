"""Judges the server with `mastercard-oauth1-signer`."""

import json
import pathlib

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from oauth1.oauth import OAuth, SignatureMethod
import requests
from referee import paged


def check(see):
    private = load_pem_private_key(pathlib.Path(see.settings["private_key_file"]).read_bytes(), None)

    def send(path, body, method=SignatureMethod.RSA_SHA256, sent=None):
        url, text = see.url + "/fraud/merchant/v3/" + path, json.dumps(body)
        header = OAuth.get_authorization_header(url, "POST", text, see.settings["consumer_key"], private, method)
        return requests.post(url, data=sent or text, headers={"Authorization": header, "Content-Type": "application/json"})

    add = {"AddMerchantRequest": {"AcquirerId": "1", "Merchant": {"Name": "A"}}}
    see.agree("mastercard-oauth1-signer's RSA-SHA256 is accepted", lambda: send("add-merchant", add).status_code == 200)
    see.agree("its RSA-PSS is accepted", lambda: send("add-merchant", add, SignatureMethod.RSA_PSS_SHA256).status_code == 200)
    see.agree("another body is refused", lambda: send("add-merchant", add, sent=b"{}").status_code == 401)
    see.agree("each request is executed: there is no key", see.executed() == 2)

    def page(start):
        query = f"termination-inquiry?PageOffset={start or 0}&PageLength=3&Format=A%20B"
        body = send(query, {"TerminationInquiryRequest": {}}).json()["TerminationInquiry"]["PossibleMerchantMatches"][0]
        end = (start or 0) + len(body["TerminatedMerchant"])
        return body["TerminatedMerchant"], end if end < int(body["TotalLength"]) else None

    see.agree("its signature over a query is accepted on all pages", lambda: len(paged(page)) == 9)
