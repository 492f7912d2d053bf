"""Berlin Group XS2A: `Digest` and a `Signature` of draft-cavage-http-signatures-10 by a QSEAL key, `_links.next`. It has no keys.

`X-Request-ID` is the id of a request, not a key. Mutual TLS is out of scope: the server has no TLS.
"""

import datetime
import hashlib
import re
import uuid

from base import Api, MARK, PAGE, Response, SEED, route
from crypto import b64, certificate, pem, pkcs1, rsa_key, unb64, verifies
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

PRODUCT = "/v1/(payments)/(sepa-credit-transfers|instant-sepa-credit-transfers)"


def signing_string(request, covered):
    """Returns the signed text of draft-cavage-http-signatures-10, 2.3."""
    target = f"{request.method.lower()} {request.target}"
    return "\n".join(f"{name}: {target if name == '(request-target)' else request.header(name)}" for name in covered)


class Server(Api):
    def start(self):
        private, issuer_key = rsa_key(), rsa_key()
        self.issuer = certificate("Test QTSP", issuer_key, authority=True)
        own = certificate("TPP seal", private, self.issuer, issuer_key)
        self.settings = {"private_key_file": self.file("qseal.pem", pem(private)), "certificate": b64(own.public_bytes(Encoding.DER)),
                         "certificate_file": self.file("qseal-certificate.pem", pem(own)), "key_id":
                         f"SN={own.serial_number:X},CA={own.issuer.rfc4514_string()}", "token": f"{MARK}-berlin-token", "consent_id": "consent-1"}
        self.payments = {}

    def error(self, status, code, message, **members):
        return Response(status, {"tppMessages": [{"category": "ERROR", "code": code, "text": message}]})

    def not_found(self):
        self.refuse(404, "RESOURCE_UNKNOWN", "no such resource")

    def check(self, request):
        try:
            uuid.UUID(request.header("X-Request-ID"))
        except ValueError:
            self.refuse(400, "FORMAT_ERROR", "X-Request-ID is not a UUID")
        bearer = request.header("Authorization", "Bearer " + self.settings["token"])
        self.need(bearer == "Bearer " + self.settings["token"], 401, "TOKEN_INVALID", "wrong token")
        self.need(request.header("Signature"), 401, "SIGNATURE_MISSING", "no Signature")
        algorithm, _, text = request.header("Digest").partition("=")
        digest = {"SHA-256": hashlib.sha256, "SHA-512": hashlib.sha512}.get(algorithm)
        self.need(digest and text == b64(digest(request.body).digest()), 400, "FORMAT_ERROR", "Digest is not one of the body")
        problem = self.unsigned(request)
        self.need(not problem, 401, "SIGNATURE_INVALID", problem)
        if request.method == "POST":
            kind = request.header("Content-Type").partition(";")[0]
            self.need(kind == "application/json" and request.json() is not None, 400, "FORMAT_ERROR", "the body is not JSON")
            self.need(request.header("PSU-IP-Address"), 400, "FORMAT_ERROR", "no PSU-IP-Address")
        if "/accounts/" in request.path:
            self.need(request.header("Consent-ID") == self.settings["consent_id"], 401, "CONSENT_INVALID", "wrong Consent-ID")

    def unsigned(self, request):
        """Returns what is wrong with a signature, or None."""
        try:
            own = x509.load_der_x509_certificate(unb64(request.header("TPP-Signature-Certificate")) or b"")
            own.verify_directly_issued_by(self.issuer)
        except Exception:
            return "TPP-Signature-Certificate is not a certificate of the QTSP"
        if own.not_valid_after_utc < datetime.datetime.now(datetime.timezone.utc):
            return "TPP-Signature-Certificate has expired"
        pairs = re.findall(r'([a-zA-Z]+)="([^"]*)"', request.header("Signature"))
        fields = dict(pairs)
        if ",".join(f'{name}="{value}"' for name, value in pairs) != re.sub(r'",\s+', '",', request.header("Signature")):
            return "Signature is not a list of name=\"value\""
        if len(pairs) != 4 or set(fields) != {"keyId", "algorithm", "headers", "signature"}:
            return f"the members of Signature are {[name for name, _ in pairs]}"
        match = re.fullmatch(r"SN=([0-9A-Fa-f]+),CA=(.+)", fields["keyId"])
        parts = lambda name: sorted(part.strip() for part in name.split(","))
        if not match or int(match[1], 16) != own.serial_number or parts(match[2]) != parts(own.issuer.rfc4514_string()):
            return "keyId has not the serial number and the issuer of the certificate"
        covered = fields["headers"].split(" ")
        needed = {"digest", "x-request-id"} | {name for name in ("psu-id", "psu-corporate-id", "tpp-redirect-uri") if request.values(name)}
        if needed - set(covered) or len(set(covered)) < len(covered):
            return f"headers must have {sorted(needed)} once"
        algorithm = {"rsa-sha256": hashes.SHA256, "rsa-sha512": hashes.SHA512}.get(fields["algorithm"])
        signature, text = unb64(fields["signature"]), signing_string(request, covered)
        right = algorithm and signature and verifies(own.public_key(), signature, text.encode(), *pkcs1(algorithm))
        return None if right else f"the signature is not one of {text!r}"

    def finish(self, request, response):
        response.headers.append(("X-Request-ID", request.header("X-Request-ID")))

    def key(self, request):
        return None

    @route("POST", PRODUCT, pays=True)
    def pay(self, request, service, product):
        order = request.json()
        for name in ("debtorAccount", "instructedAmount", "creditorAccount", "creditorName"):
            self.need(order.get(name), 400, "FORMAT_ERROR", f"no {name}")
        identifier = self.id("payment-")
        self.payments[identifier] = order
        path = f"{request.path}/{identifier}"
        links = {"self": {"href": path}, "status": {"href": f"{path}/status"}, "scaRedirect": {"href": f"{self.url}/sca"}}
        headers = [("Location", path), ("ASPSP-SCA-Approach", "REDIRECT")]
        return Response(201, {"transactionStatus": "RCVD", "paymentId": identifier, "_links": links}, headers)

    @route("GET", PRODUCT + "/([a-z0-9-]+)/status")
    def status(self, request, service, product, identifier):
        self.need(identifier in self.payments, 404, "RESOURCE_UNKNOWN", "no such payment")
        return Response(200, {"transactionStatus": "RCVD"})

    @route("GET", "/v1/accounts/([a-zA-Z0-9-]+)/transactions")
    def list(self, request, account):
        query = request.parameters()
        self.need(query.get("bookingStatus"), 400, "FORMAT_ERROR", "no bookingStatus")
        number = int(query.get("pageIndex", "0"))
        records, more = self.page(list(range(SEED)), number * PAGE, PAGE)
        booked = [{"transactionId": f"tx-{one}", "transactionAmount": {"currency": "EUR", "amount": f"{one}.50"}} for one in records]
        links = {"account": {"href": f"/v1/accounts/{account}"}}
        if more:
            links["next"] = {"href": f"{request.path}?bookingStatus={query['bookingStatus']}&pageIndex={number + 1}&itemsPerPage={PAGE}"}
        return Response(200, {"account": {"iban": "DE40100100103307118608"}, "transactions": {"booked": booked, "_links": links}})
