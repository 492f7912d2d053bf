"""The HTTP loop of the payment servers, with their faults, keys, deliveries and counts."""

import collections
import http.client
import http.server
import re
import socket
import threading
import time
import traceback
import urllib.parse
import uuid

from crypto import compact, parse_object

# The mark of the repository's test secrets: `.ci/leaks` searches for it.
MARK = "sentinel9f2"
# Records of each list before any payment, and the largest page of any list.
SEED, PAGE = 7, 3


class Response:
    def __init__(self, status, body=b"", headers=()):
        self.status, self.headers = status, list(headers)
        # True if the request changed nothing, so that it does not count.
        self.existing = False
        self.body = body if isinstance(body, bytes) else compact(body)


class Refused(Exception):
    """A request that is not executed, with the response and the reason for `/_executed`."""

    def __init__(self, response, reason):
        super().__init__(reason)
        self.response, self.reason = response, reason


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.body = method, target, body
        self.headers = [(name.lower(), value) for name, value in headers]
        self.path, _, self.query = target.partition("?")
        self.lost = False

    def values(self, name):
        return [value for key, value in self.headers if key == name.lower()]

    def header(self, name, default=""):
        """Returns the only value of a header. A second one makes it unusable."""
        values = self.values(name)
        return values[0] if len(values) == 1 else default if not values else "<sent twice>"

    def parameters(self):
        return dict(urllib.parse.parse_qsl(self.query, keep_blank_values=True))

    def json(self):
        """Returns the object of the body, or None."""
        return parse_object(self.body)


class Entry:
    """What a server keeps under a key. It has no response while the first request is executed."""

    def __init__(self, fingerprint):
        self.fingerprint, self.response, self.at = fingerprint, None, time.monotonic()


def route(method, pattern, pays=False, free=False):
    """Registers a function for a path. `pays`: keys, faults and the count apply. `free`: without credentials."""
    def register(function):
        function.route = (method, re.compile(pattern), pays, free)
        return function
    return register


class Api:
    """One payment API. A subclass has its routes, checks, key rules, errors and deliveries."""

    CONTENT_TYPE = "application/json"
    KEY_HEADER = "Idempotency-Key"
    # The name of the header with the signature of a delivery, and whether it can contain a list.
    SIGNATURE = None
    LIST = None
    # Whether a delivery has a signed time that receivers check.
    TIMED = True

    def __init__(self, folder):
        self.folder, self.url = folder, None
        self.settings, self.entries, self.faults, self.states = {}, {}, [], {}
        self.executed, self.refused, self.requests, self.number = [], [], collections.Counter(), 0
        self.lock, self.local = threading.RLock(), threading.local()
        functions = [getattr(type(self), name) for name in dir(type(self))]
        self.routes = [(*function.route, function) for function in functions if hasattr(function, "route")]
        self.start()

    def start(self):
        """Makes keys, settings and records."""

    def file(self, name, content):
        """Writes a file for the client and returns its path."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def next(self):
        with self.lock:
            self.number += 1
            return self.number

    def id(self, prefix=""):
        return f"{prefix}{self.next():06d}"

    def uuid(self, number=None):
        return str(uuid.UUID(int=(0x4000 << 64) + (0x8000 << 48) + (self.next() if number is None else number)))

    # Errors, in the form of the API.

    def error(self, status, code, message, **members):
        return Response(status, {"code": code, "message": message} | members)

    def refuse(self, status, code, message, **members):
        raise Refused(self.error(status, code, message, **members), f"{status} {code}: {message}")

    def need(self, condition, status, code, message, **members):
        if not condition:
            self.refuse(status, code, message, **members)

    def not_found(self):
        self.refuse(404, "not_found", "no such resource")

    def failure(self, status):
        return self.error(status, "internal_error", "the server failed on request of the test")

    def check(self, request):
        """Checks credentials, signature, versions and the media type. Raises Refused."""

    def finish(self, request, response):
        """Adds the headers that each response has."""

    # Keys. The functions below are the rules in which the APIs differ.

    def key(self, request):
        """Returns the key of a request, or None."""
        return request.header(self.KEY_HEADER) or None

    def scope(self, request):
        return request.method, request.path

    def fingerprint(self, request):
        return request.body

    def conflict(self, request, entry):
        """Returns the response to a key with other parameters. None: the parameters are not compared."""
        return None

    def busy(self, request):
        return self.error(409, "conflict", "a request with this key is being executed")

    def replay(self, request, entry):
        return entry.response

    def stores(self, response):
        """Returns whether a response is kept under the key. Refused requests never are."""
        return response.status < 500

    def keyed(self, request, run):
        key = self.key(request)
        if key is None:
            return self.execute(request, run)
        name = (self.scope(request), key)
        with self.lock:
            entry = self.entries.get(name)
            if entry:
                changed = entry.fingerprint != self.fingerprint(request) and self.conflict(request, entry)
                return changed or (self.replay(request, entry) if entry.response else self.busy(request))
            entry = self.entries[name] = Entry(self.fingerprint(request))
        response = None
        try:
            response = self.execute(request, run)
        finally:
            with self.lock:
                entry.response = response
                if response is None or not self.stores(response):
                    del self.entries[name]
        return response

    # Execution and faults.

    def take(self, request, pays):
        with self.lock:
            for fault in self.faults:
                if (pays or fault.get("any")) and re.search(fault.get("path", ""), request.path):
                    fault["times"] = fault.get("times", 1) - 1
                    if not fault["times"]:
                        self.faults.remove(fault)
                    return fault
        return {"fault": None}

    def execute(self, request, run, pays=True):
        fault = self.take(request, pays)
        if fault["fault"] == "hold":
            time.sleep(fault.get("seconds", 1))
        response = None
        if fault["fault"] != "error":
            response = run()
            if pays and response.status < 300 and not response.existing:
                with self.lock:
                    self.executed.append({"route": f"{request.method} {request.path}", "key": self.key(request)})
        request.lost = fault["fault"] == "lose"
        if fault["fault"] in ("error", "executed-error"):
            response = self.failure(fault.get("status", 500))
            response.headers += fault.get("headers", {}).items()
        return response

    def respond(self, request):
        self.requests[f"{request.method} {request.path}"] += 1
        try:
            for method, pattern, pays, free, function in self.routes:
                match = pattern.fullmatch(request.path)
                if match and method == request.method:
                    if not free:
                        self.check(request)
                    run = lambda: function(self, request, *match.groups())
                    response = self.keyed(request, run) if pays else self.execute(request, run, False)
                    break
            else:
                self.check(request)
                self.not_found()
        except Refused as refusal:
            response = refusal.response
            self.refused.append(refusal.reason)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            # A parameter of another type than the API's.
            response = self.error(400, "invalid_request", "a parameter is malformed")
            self.refused.append(f"{type(problem).__name__} at {traceback.extract_tb(problem.__traceback__)[-1][:2]}: {problem}")
        # A kept response must not collect the headers of its replays.
        response = Response(response.status, response.body, response.headers)
        self.finish(request, response)
        return response

    # Lists.

    def page(self, records, start, size, most=PAGE):
        """Returns the records of a page and whether more follow."""
        end = start + max(1, min(int(size or most), most))
        return records[start:end], end < len(records)

    def after(self, records, identifier, name="id"):
        """Returns the index after the record with an id, or 0 without an id."""
        if not identifier:
            return 0
        indexes = [index for index, record in enumerate(records) if record.get(name) == identifier]
        return indexes[0] + 1 if indexes else self.not_found()

    # Control and deliveries.

    def control(self, order):
        """Takes a fault, or changes a state of the API."""
        if order.get("fault") in self.STATES:
            self.states[order["fault"]] = order
            return {"states": list(self.states)}
        if order.get("fault") not in ("lose", "error", "executed-error", "hold"):
            return {"error": "fault is lose, error, executed-error or hold"}
        self.faults.append(order)
        return {"faults": self.faults}

    def event(self):
        return {"id": "evt_1", "type": "payment.completed", "amount": 1050}

    def sign(self, body, when, key):
        """Returns the signature of a delivery. `key` is `current`, `former` or a kind of bad key."""

    def place(self, body, signatures, when, order):
        """Returns the headers and the body of a delivery. Signatures that are none make no header."""
        return [(self.SIGNATURE, signature) for signature in signatures], body

    BAD = ("mac", "body", "stale", "future", "two", "former", "duplicate", "truncated", "missing")
    MORE_BAD = ()
    # States of one API that `/_control` sets.
    STATES = ()

    def deliver(self, order):
        """Sends a delivery and returns the status of the receiver."""
        bad = order.get("bad")
        if self.SIGNATURE is None:
            return {"error": "this API has no deliveries"}
        if bad not in (None, *self.BAD, *self.MORE_BAD):
            return {"error": f"bad is one of {', '.join(self.BAD + self.MORE_BAD)}"}
        if bad == "two" and not self.LIST:
            return {"error": "a delivery of this API has one signature"}
        if bad in ("stale", "future") and not self.TIMED:
            return {"error": "a delivery of this API has no signed time"}
        self.local.order = order
        when = time.time() + {"stale": -600, "future": 600}.get(bad, 0)
        body = order["body"].encode() if isinstance(order.get("body"), str) else compact(order.get("body", self.event()))
        keys = {"two": ["former", "current"], "former": ["former"]}.get(bad, [bad if bad in self.MORE_BAD else "current"])
        signatures = [self.sign(body, when, key) for key in keys]
        if bad == "mac":
            signatures = [changed(signature) for signature in signatures]
        if bad == "truncated":
            signatures = [signature[: len(signature) - 12] for signature in signatures]
        texts = [self.LIST.join(signatures)] if self.LIST else signatures
        if bad == "duplicate":
            texts = [changed(texts[0]), texts[0]]
        headers, body = self.place(body, [] if bad == "missing" else texts, when, order)
        if bad == "body":
            body = body.replace(b"1050", b"9050") if b"1050" in body else body + b" "
        if order.get("dry"):
            return {"headers": headers, "body": body.decode()}
        statuses = [post(order["to"], headers, body) for _ in range(order.get("times", 1))]
        return {"statuses": statuses}

    def own(self, request):
        """Returns the response to a route of the test."""
        order = request.json() or {}
        if request.target == "/_executed":
            with self.lock:
                return {"count": len(self.executed), "executed": self.executed, "requests": self.requests,
                        "refused": self.refused}
        if request.target == "/_deliver":
            return self.deliver(order)
        if request.target == "/_control":
            return self.control(order)
        return {"error": "the routes of tests are /_control, /_deliver and /_executed"}


def changed(signature, back=6):
    """Returns a signature with one other character, of the same alphabet."""
    at = len(signature) - back
    return signature[:at] + ("1" if signature[at] == "0" else "0") + signature[at + 1 :]


def post(url, headers, body):
    """Sends a delivery. Returns the status of the receiver, or 0 without a response."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.putrequest("POST", urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, "")))
        for name, value in [*headers, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))]:
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def serve(api):
    """Starts the HTTP loop at a free port and returns the server."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self):
            if self.headers.get("Transfer-Encoding"):
                self.close_connection = True
                return self.reply(Response(411))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, self.headers.items(), body)
            if request.path.startswith("/_"):
                return self.reply(Response(200, api.own(request), [("Content-Type", "application/json")]))
            response = api.respond(request)
            if request.lost:
                self.close_connection = True
                return self.connection.shutdown(socket.SHUT_RDWR)
            if response.body and not any(name == "Content-Type" for name, _ in response.headers):
                response.headers.append(("Content-Type", api.CONTENT_TYPE))
            self.reply(response)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def reply(self, response):
            self.send_response(response.status)
            for name, value in [*response.headers, ("Content-Length", len(response.body))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
