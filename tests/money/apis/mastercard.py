"""Mastercard MATCH: OAuth 1.0a with RSA-SHA256 or RSA-PSS and a body hash, pages by offset. It has no keys and no deliveries."""

import re
import time
import urllib.parse

from base import Api, PAGE, Response, SEED, route
from crypto import b64, pem, pkcs1, pss, rsa_key, sha256, unb64, verifies

NAMES = {"oauth_consumer_key", "oauth_nonce", "oauth_signature_method", "oauth_timestamp", "oauth_version", "oauth_body_hash",
         "oauth_signature"}
INQUIRY = "/fraud/merchant/v3/termination-inquiry"


def quoted(text):
    return urllib.parse.quote(text, safe="-._~")


def base_string(method, address, query, fields):
    """Returns the signed text of RFC 5849, 3.4.1, in the form of Mastercard.

    All of Mastercard's signers differ from 3.4.1.3.2: they do not encode the values of the OAuth parameters, and they encode those
    of the query only if the query has an encoded character.
    """
    signed = [(name, value) for name, value in fields.items() if name != "oauth_signature"]
    encode = str if urllib.parse.unquote(query) == query else quoted
    signed += [(encode(name), encode(value)) for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True)]
    parameters = "&".join(f"{name}={value}" for name, value in sorted(signed))
    return "&".join([method, quoted(address), quoted(parameters)])


class Server(Api):
    def start(self):
        private = rsa_key()
        self.public, self.nonces = private.public_key(), set()
        self.settings = {"consumer_key": "consumer-1!0000000000000000", "private_key_file": self.file("private.pem", pem(private))}
        self.merchants = [f"Merchant {number}" for number in range(SEED)]

    def error(self, status, code, message, **members):
        error = {"Source": "MATCH", "ReasonCode": code, "Description": message, "Recoverable": status >= 500, "Details": None}
        return Response(status, {"Errors": {"Error": [error]}})

    def check(self, request):
        problem = self.unsigned(request)
        self.need(not problem, 401, "INVALID_OAUTH", problem)

    def unsigned(self, request):
        """Returns what is wrong with the Authorization header, or None."""
        scheme, _, text = request.header("Authorization").partition(" ")
        pairs = re.findall(r'([a-z_]+)="([^"]*)"', text)
        fields = {name: urllib.parse.unquote(value) for name, value in pairs}
        if scheme != "OAuth" or len(pairs) != len(NAMES) or set(fields) != NAMES or re.sub(r'[a-z_]+="[^"]*"|,| ', "", text):
            return f"the parameters of Authorization are {sorted(fields)}"
        if fields["oauth_body_hash"] != b64(sha256(request.body)):
            return "oauth_body_hash is not one of the body"
        if fields["oauth_consumer_key"] != self.settings["consumer_key"] or fields["oauth_version"] != "1.0":
            return "unknown oauth_consumer_key or oauth_version"
        if not re.fullmatch("[0-9A-Za-z]{16}", fields["oauth_nonce"]) or fields["oauth_nonce"] in self.nonces:
            return "oauth_nonce has not 16 letters and digits, or was used"
        if not fields["oauth_timestamp"].isdigit() or abs(int(fields["oauth_timestamp"]) - time.time()) > 300:
            return "oauth_timestamp is not a time of the last minutes"
        how = {"RSA-SHA256": pkcs1, "RSA-PSS": pss}.get(fields["oauth_signature_method"])
        base = base_string(request.method, f"http://{request.header('Host').lower()}{request.path}", request.query, fields)
        signature = unb64(fields["oauth_signature"])
        right = how and signature and verifies(self.public, signature, base.encode(), *how())
        if not right:
            return f"oauth_signature is not one of {base!r}"
        self.nonces.add(fields["oauth_nonce"])
        return None

    def key(self, request):
        return None

    @route("POST", "/fraud/merchant/v3/add-merchant", pays=True)
    def add(self, request):
        merchant = ((request.json() or {}).get("AddMerchantRequest") or {}).get("Merchant") or {}
        self.need(merchant.get("Name"), 400, "INVALID_INPUT", "no Merchant.Name")
        self.merchants.append(merchant["Name"])
        return Response(200, {"AddMerchantResponse": {"MerchantReferenceNumber": self.id(), "Name": merchant["Name"]}})

    @route("POST", INQUIRY)
    def inquire(self, request):
        self.need("TerminationInquiryRequest" in (request.json() or {}), 400, "INVALID_INPUT", "no TerminationInquiryRequest")
        return self.listed(request)

    @route("GET", INQUIRY + "/([0-9]+)")
    def list(self, request, number):
        return self.listed(request)

    def listed(self, request):
        query = request.parameters()
        self.need(query.get("PageOffset", "").isdigit() and query.get("PageLength", "").isdigit(), 400, "INVALID_INPUT", "no page")
        start = int(query["PageOffset"])
        records, _ = self.page(self.merchants, start, min(int(query["PageLength"]), PAGE))
        found = [{"Merchant": {"Name": name}, "MerchantMatch": {"Name": "M01"}} for name in records]
        matches = {"TotalLength": str(len(self.merchants)), "TerminatedMerchant": found}
        return Response(200, {"TerminationInquiry": {"PageOffset": str(start), "PossibleMerchantMatches": [matches],
                                                     "TransactionReferenceNumber": "1"}})
