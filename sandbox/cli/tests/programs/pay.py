"""Pays 250.00 EUR out, as a partner's own program in Python would: `pay.py RUN FOLDER [MISTAKE ...]`.

Without a mistake it is careful. Each mistake is one that programs make. It is started hundreds of times: `http.client` and
others that take longer to import than the program runs are left out, or imported where they are needed.
"""

import hashlib
import hmac
import json
import os
import socket
import sys
import time

RUN, FOLDER, MISTAKES = sys.argv[1], sys.argv[2], set(sys.argv[3:])
# The local server: a name or an address and a port, without a path.
HOST = os.environ["OCEAFIN_PARTNER_API_BASE_URL"].removeprefix("http://")
CLIENT = os.environ["OCEAFIN_PARTNER_API_CLIENT_ID"]
SECRET = os.environ["OCEAFIN_PARTNER_API_CLIENT_SECRET"]
CUSTOMER = "/partner/v1/customers/%s/"
CAPABILITY = "fiat-withdrawal-capabilities"
# Seconds that the server's clock is ahead.
ahead = 0.0


class Refused(Exception):
    pass


def instant(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def uuid():
    digits = os.urandom(16).hex()
    return "-".join([digits[:8], digits[8:12], "4" + digits[13:16], "a" + digits[17:20], digits[20:]])


def exchange(head, body):
    """Sends one request on a connection of its own: status, headers and content; None where there is no whole answer."""
    name, _, port = HOST.rpartition(":")
    head = "\r\n".join([*head, "Host: " + HOST, "Connection: close", f"Content-Length: {len(body)}", "", ""])
    try:
        with socket.create_connection((name, int(port)), timeout=20) as connection:
            connection.sendall(head.encode() + body)
            received = b"".join(iter(lambda: connection.recv(65536), b""))
    except OSError:
        return None
    head, found, content = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if not found or len(content) != int(headers.get("content-length", 0)):
        return None
    return int(status.split()[1]), headers, content


def once(method, target, body, key, nonce, secret=SECRET, more={}):
    """One attempt: status, headers and document; None where there is no whole answer."""
    stamp = instant(time.time() + ahead)
    parts = [method, target, hashlib.sha256(body).hexdigest(), stamp, nonce, key]
    mac = hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()
    headers = {
        "X-Partner-Client-Id": CLIENT,
        "X-Partner-Timestamp": stamp,
        "X-Partner-Nonce": nonce,
        "X-Partner-Signature": mac,
        "Content-Type": "application/json",
    }
    if "no-request-id" not in MISTAKES:
        headers["X-Request-Id"] = uuid()
    if key:
        headers["Idempotency-Key"] = key
    headers.update(more)
    answer = exchange([f"{method} {target} HTTP/1.1", *(": ".join(header) for header in headers.items())], body)
    if answer is None:
        return None
    status, headers, content = answer
    try:
        document = json.loads(content)
    except ValueError:
        document = {}
    return status, headers, document


def call(method, target, content=None, key=""):
    """A call with its attempts; under one key, with the same bytes."""
    global ahead
    body = b"" if content is None else json.dumps(content).encode()
    again = {"PARTNER_PROCESSING_UNAVAILABLE", "PARTNER_RATE_LIMITED", "PARTNER_IDEMPOTENCY_IN_PROGRESS"}
    nonce = os.urandom(16).hex()
    for attempt in range(8):
        if "new-key" in MISTAKES and method == "POST":
            key = uuid()
        if "old-nonce" not in MISTAKES:
            nonce = os.urandom(16).hex()
        answer = once(method, target, body, key, nonce)
        wait = 0.2 * (attempt + 1)
        if answer is not None:
            status, headers, document = answer
            code = document.get("code")
            if status < 300:
                return document
            if code == "PARTNER_SIGNATURE_EXPIRED" and "no-clock" not in MISTAKES and attempt == 0:
                import email.utils

                ahead = email.utils.parsedate_to_datetime(headers["date"]).timestamp() - time.time()
                wait = 0
            elif code not in again and not (code is None and status >= 500) and "resend-refused" not in MISTAKES:
                raise Refused(f"{status} {code}")
            wait = max(wait, float(headers.get("retry-after", 0)))
        if "no-wait" not in MISTAKES:
            time.sleep(wait)
    raise Refused("no answer")


def kept(name, make):
    """A document that survives a kill: whole or not there."""
    path = os.path.join(FOLDER, name)
    if not os.path.exists(path):
        with open(path + ".new", "w") as file:
            json.dump(make(), file)
        os.rename(path + ".new", path)
    with open(path) as file:
        return json.load(file)


def withdrawal(customer, account):
    """The body to create a withdrawal with, and the evidence of its approval."""
    quote = call("POST", CUSTOMER % customer + "fiat-withdrawal-quotes",
                 {"bankAccountId": account, "amount": "250.00", "currency": "EUR"}, uuid())
    payload = {"clientReference": RUN, "quoteId": quote["quoteId"], "bankAccountId": account,
               "amount": "250.00", "currency": "EUR"}
    approved = {"operation": "createPartnerFiatWithdrawalApprovalDraft", "customerId": customer, "payload": payload}
    text = json.dumps(approved, sort_keys=True, separators=(",", ":"))
    if "loose-approval" in MISTAKES:
        text = RUN
    evidence = {"operationHash": hashlib.sha256(text.encode()).hexdigest(), "approvedAt": instant(time.time()),
                "approvedBy": "user-1", "approvalMethod": "PASSKEY"}
    return {**payload, "operationAuthorization": evidence}


def listed(customer, what):
    """All of the customer's bank accounts or balances."""
    items, query = [], ""
    while True:
        page = call("GET", CUSTOMER % customer + what + query)
        items += page["data"]
        cursor = page["pageInfo"].get("nextCursor")
        if not page["pageInfo"]["hasMore"] or "first-page" in MISTAKES:
            return items
        import urllib.parse

        query = "?cursor=" + urllib.parse.quote(cursor)


def aside(customer):
    """A request beside the others whose answer nobody reads, with a mistake that the server refuses or does not see."""
    mine = CUSTOMER % customer
    accounts, routes = mine + "bank-accounts", mine + CAPABILITY
    account = {"relationship": "SAME_NAME", "accountHolderName": "Jane Partner", "currency": "EUR", "bankCountry": "DE",
               "iban": "DE89370400440532013000", "clientReference": RUN + "-aside"}
    if "wrong-signature" in MISTAKES:
        once("GET", routes, b"", "", os.urandom(16).hex(), secret="another")
    if "nonce-of-another" in MISTAKES:
        nonce = os.urandom(16).hex()
        once("GET", routes, b"", "", nonce)
        once("GET", routes + "?page=2", b"", "", nonce)
    if "request-id-left-out" in MISTAKES:
        MISTAKES.add("no-request-id")
        once("GET", routes, b"", "", os.urandom(16).hex())
        MISTAKES.remove("no-request-id")
    if "wrong-parameter" in MISTAKES:
        once("GET", mine + "balances?limit=0", b"", "", os.urandom(16).hex())
    if "amount-as-number" in MISTAKES:
        wish = {"sourceAsset": "EUR", "destinationAsset": "USDC", "amount": 10.5}
        once("POST", mine + "conversion-quotes", json.dumps(wish).encode(), uuid(), os.urandom(16).hex())
    if "secret-in-url" in MISTAKES:
        once("GET", routes + "?debug=" + SECRET, b"", "", os.urandom(16).hex())
    if "secret-in-header" in MISTAKES:
        import base64

        word = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        once("GET", routes, b"", "", os.urandom(16).hex(), more={"Authorization": "Basic " + word})
    if "key-left-out" in MISTAKES:
        once("POST", accounts, json.dumps(account).encode(), "", os.urandom(16).hex())
    if "key-of-another" in MISTAKES:
        once("POST", accounts, json.dumps(account).encode(), f"{RUN}:customer", os.urandom(16).hex())
    if "approval-of-another" in MISTAKES:
        body = kept("withdrawal.json", lambda: None)
        body = {**body, "amount": "251.00", "clientReference": RUN + "-aside"}
        once("POST", mine + "fiat-withdrawals", json.dumps(body).encode(), uuid(), os.urandom(16).hex())
    if "closed-kinds" in MISTAKES:
        kinds = {one["assetType"] for one in listed(customer, "balances")}
        if kinds - {"FIAT", "CRYPTO"}:
            raise Refused("unknown type of an asset")


def main():
    if "one-start" in MISTAKES:
        # Opens its own folder in a way that works once.
        os.mkdir(os.path.join(FOLDER, "once"))
    person = {"partnerCustomerRef": "cust-" + RUN, "customerType": "INDIVIDUAL", "displayName": "Jane Partner"}
    if "secret-in-body" in MISTAKES:
        person["metadata"] = {"debug": SECRET}
    customer = call("POST", "/partner/v1/customers", person, f"{RUN}:customer")["customerId"]
    account = {"relationship": "SAME_NAME", "accountHolderName": "Jane Partner", "currency": "EUR",
               "bankCountry": "DE", "iban": "DE89370400440532013000", "clientReference": RUN}
    account = call("POST", CUSTOMER % customer + "bank-accounts", account, f"{RUN}:account")["bankAccountId"]
    route = {"routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": RUN}
    call("POST", CUSTOMER % customer + CAPABILITY + "/activation", route, f"{RUN}:capability")
    listed(customer, "bank-accounts")
    body = kept("withdrawal.json", lambda: withdrawal(customer, account))
    made = call("POST", CUSTOMER % customer + "fiat-withdrawals", body, f"{RUN}:create")
    target = "/partner/v1/fiat-withdrawals/" + made["withdrawalId"]
    evidence = {"operationAuthorization": body["operationAuthorization"]}
    aside(customer)
    state = call("POST", target + "/submission", evidence, f"{RUN}:submit")
    known = {"DRAFT", "SUBMITTED", "PROCESSING", "ADDITIONAL_INFO_REQUIRED", "COMPLETED", "FAILED"}
    while state["status"] not in ("COMPLETED", "FAILED"):
        if "closed-values" in MISTAKES and state["status"] not in known:
            raise Refused("unknown status")
        if "closed-members" in MISTAKES and "sandboxExtra" in state:
            raise Refused("unknown member")
        time.sleep(0.05)
        state = call("GET", target)
    print(state["status"])
    if "exit-code" in MISTAKES:
        sys.exit(1)


try:
    main()
except Refused as why:
    sys.exit(f"gave up: {why}")
