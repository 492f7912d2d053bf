"""The referee of one server: it starts the server with a receiver of deliveries, and records the checks of both."""

import contextlib
import http.server
import json
import threading
import time
import urllib.request

import base
import contracts
import serve


class Referee:
    """One server with a receiver of its deliveries, and the checks against both."""

    def __init__(self, name, folder, wrong):
        self.name, self.checks, self.received = name, [], []
        self.api, _ = serve.start(name, folder)
        self.url, self.settings = self.api.url, self.api.settings
        self.receiver, self.exchanges = self.receive(), []
        respond = self.api.respond

        def recorded(request):
            response = respond(request)
            self.exchanges.append((request.method, request.path, response.status, response.body))
            return response

        self.api.respond = recorded
        if wrong:
            sign, check = self.api.sign, self.api.check
            self.api.sign = lambda *order: base.changed(sign(*order), 8)

            def check_other(request):
                request.headers = [(name, altered(name, value)) for name, value in request.headers]
                check(request)

            def altered(name, value):
                verified = name in ("authorization", "x-api-key", "plaid-secret", "x-jws-signature", "signature", "x-mbx-apikey")
                return base.changed(value) if verified else value

            self.api.check = check_other

    def receive(self):
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append(([(name, value) for name, value in self.headers.items()], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/hook"

    def agree(self, what, check):
        """Records a check: a value, or a function that must not raise."""
        try:
            value = check() if callable(check) else check
            self.checks.append((what, None if value or value is None else "not so"))
        except Exception as problem:
            self.checks.append((what, f"{type(problem).__name__}: {str(problem)[:200]}"))

    def refuses(self, what, check):
        """Records that a verifier returns False or raises an error of its own."""
        try:
            value = check()
            self.checks.append((what, f"returned {value!r}" if value is not False else None))
        except (ConnectionError, AttributeError, TypeError, KeyError) as problem:
            self.checks.append((what, f"{type(problem).__name__}: {problem}"))
        except Exception:
            self.checks.append((what, None))

    def contract(self, shared):
        checked, found = contracts.problems(self.name, shared, self.exchanges)
        self.agree(f"{checked} of {len(self.exchanges)} responses match the contract", checked > 0)
        self.checks += [("a response matches the contract", problem) for problem in found]

    def own(self, path, order=None):
        """Calls a route of the test."""
        data = None if order is None else json.dumps(order).encode()
        with urllib.request.urlopen(self.url + path, data, timeout=30) as response:
            return json.load(response)

    def fault(self, **order):
        self.own("/_control", order)

    def executed(self):
        return self.own("/_executed")["count"]

    def lost(self, by, call, wait=0):
        """Loses the response of a call, repeats the call with the same key, and counts what was executed."""
        def check():
            before = self.executed()
            self.fault(fault="lose")
            with contextlib.suppress(Exception):
                call()
            time.sleep(wait)
            return call() is not False and self.executed() == before + 1

        self.agree(f"{by} repeats a call with a lost response, without a double", check)

    def busy(self, by, call):
        """Makes a call twice at the same time with one key: the client must retry the conflict and get the result."""
        before = self.executed()
        self.fault(fault="hold", seconds=1)

        def quietly():
            with contextlib.suppress(Exception):
                call()

        first = threading.Thread(target=quietly)
        first.start()
        time.sleep(0.3)
        conflicts = lambda: sum(status == 409 for _, _, status, _ in self.exchanges)
        self.agree(f"{by} retries a conflict until it has the result", lambda: call() and conflicts() and self.executed() == before + 1)
        first.join()

    def delivery(self, **order):
        """Returns the headers, by lower name, and the body of a delivery as it was received."""
        sent = self.own("/_deliver", {"to": self.receiver} | order)
        assert sent.get("statuses") == [204], sent
        headers, body = self.received[-1]
        joined = {}
        for name, value in headers:
            joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
        return joined, body

    def deliveries(self, by, verify, accepts=(), refuses=("mac", "body", "truncated", "former")):
        """Lets a verifier judge a good delivery, good ones of other kinds, and bad ones."""
        self.agree(f"{by} accepts a delivery", lambda: verify(*self.delivery()))
        for bad in accepts:
            self.agree(f"{by} accepts a delivery with `{bad}`", lambda: verify(*self.delivery(bad=bad)))
        for bad in refuses:
            self.refuses(f"{by} refuses a delivery with `{bad}`", lambda: verify(*self.delivery(bad=bad)))


def raised(kind, call, check=lambda problem: True):
    """Returns a check that a call raises an error of a kind."""
    def run():
        try:
            call()
        except kind as problem:
            return check(problem)
        return False
    return run


def paged(page, start=None):
    """Returns the records of all pages. `page` returns the records of one, and the start of the next one or None."""
    records = []
    for _ in range(20):
        found, start = page(start)
        records += found
        if start is None:
            return records
    raise ValueError("the list does not end")
