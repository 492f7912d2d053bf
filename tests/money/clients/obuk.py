"""Judges the server with `jwcrypto` and `PyJWT`."""

import json
import pathlib
import time
import uuid

from jwcrypto import jwk, jws
from jwcrypto.common import JWSEHeaderParameter
import jwt
import requests
from referee import paged


def check(see):
    keys, http = see.settings, requests.Session()
    private = pathlib.Path(keys["private_key_file"]).read_bytes()
    names = [f"http://openbanking.org.uk/{name}" for name in ("iat", "iss", "tan")]
    registry = {name: JWSEHeaderParameter(name, True, True, None) for name in names}
    now = int(time.time())
    assertion = jwt.encode({"iss": keys["client_id"], "sub": keys["client_id"], "aud": see.url + "/token", "jti": str(uuid.uuid4()),
                            "iat": now, "exp": now + 60}, private, "PS256", {"kid": keys["kid"]})
    form = {"grant_type": "client_credentials", "scope": "payments", "client_assertion": assertion,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    token = http.post(see.url + "/token", data=form)
    see.agree("PyJWT's client assertion is accepted", token.status_code == 200)
    see.agree("PyJWT's client assertion is accepted once", http.post(see.url + "/token", data=form).status_code == 401)
    tokens = {"tpp": token.json().get("access_token"), "psu": keys["psu_token"]}

    def signed(body, **members):
        header = {"alg": "PS256", "kid": keys["kid"], "crit": names, names[0]: int(time.time()), names[1]: keys["issuer"],
                  names[2]: keys["trust_anchor"]} | members
        made = jws.JWS(body, header_registry=registry)
        made.add_signature(jwk.JWK.from_pem(private), protected=json.dumps(header))
        made.detach_payload()
        return made.serialize(True)

    def send(path, value, key, kind="tpp", **members):
        body = json.dumps(value).encode()
        return http.post(see.url + "/open-banking/v4.0/pisp" + path, data=body, headers={
            "Authorization": f"Bearer {tokens[kind]}", "x-idempotency-key": key, "x-jws-signature": signed(body, **members),
            "x-fapi-interaction-id": "1", "Content-Type": "application/json"})

    initiation = {"InstructionIdentification": "a", "EndToEndIdentification": "b", "InstructedAmount": {"Amount": "10.50", "Currency":
                  "GBP"}, "CreditorAccount": {"SchemeName": "UK.OBIE.IBAN", "Identification": "1", "Name": "C"}}
    consent = send("/domestic-payment-consents", {"Data": {"Initiation": initiation}, "Risk": {}}, "key-1")
    see.agree("jwcrypto's detached PS256 is accepted", consent.status_code == 201)
    for member, value in {"alg": "RS256", "kid": "x", "crit": names[:2], names[0]: int(time.time()) - 9000, names[1]: "x"}.items():
        refused = lambda: send("/domestic-payment-consents", {"Data": {"Initiation": initiation}, "Risk": {}}, "key-2", **{member: value})
        try:
            status = refused().status_code
        except Exception as problem:
            status = problem
        see.agree(f"jwcrypto's JWS with another {member.rpartition('/')[2]} is refused", status == 400)
    identifier = consent.json().get("Data", {}).get("ConsentId")
    payment = {"Data": {"ConsentId": identifier, "Initiation": initiation}, "Risk": {}}
    pay = lambda: send("/domestic-payments", payment, "key-3", "psu")
    see.agree("requests pays", pay().status_code == 201)
    see.agree("requests is too early within a second", pay().status_code == 429)
    time.sleep(1.1)
    again = pay()
    see.agree("requests gets 201 with the current state", again.status_code == 201 and again.json()["Data"]["Status"] == "ACSC")
    see.agree("the payment was executed once", see.executed() == 2)

    another = {"Data": {"Initiation": initiation}, "Risk": {}}
    see.lost("requests", lambda: send("/domestic-payment-consents", another, "key-4").status_code == 201, 1.1)

    def verify(response):
        check = jws.JWS(header_registry=registry)
        check.deserialize(response.headers["x-jws-signature"])
        key = jwk.JWKSet.from_json(http.get(see.url + keys["jwks_path"]).text).get_key(keys["bank_kid"])
        check.verify(key, detached_payload=response.content)

    see.agree("jwcrypto verifies the signature of a response", lambda: verify(again))
    page = lambda url: (lambda body: (body["Data"]["PaymentStatus"], body["Links"].get("Next")))(
        http.get(url, headers={"Authorization": f"Bearer {tokens['tpp']}"}).json())
    first = f"{see.url}/open-banking/v4.0/pisp/domestic-payments/payment-1/payment-details"
    see.agree("requests follows the links of all pages", lambda: len(paged(page, first)) == 7)
