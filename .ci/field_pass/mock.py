"""Starts Prism, a mock server that checks requests, and proxies between it and a client."""

import contextlib
import http.client
import http.server
import socket
import subprocess
import threading
import time

# Time limit for Prism to load a contract, and for a program, in seconds.
PATIENCE = 600
# Time limit for a response of Prism, in seconds: some values it never finishes to generate.
RESPONSE = 20
# Status for a call that Prism does not answer.
CRASHED = 599


class Prism:
    """Prism serving one contract; started again if it has crashed."""

    def __init__(self, script, contract, log):
        self.command = ["node", str(script), "mock", "--errors", "--cors", "false", str(contract)]
        self.log, self.process, self.listening, self.lock = log, None, None, threading.Lock()

    def port(self):
        """Returns its port. Raises if it does not serve the contract."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                self.start()
            return self.listening

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.listening = free.getsockname()[1]
        with self.log.open("wb") as log:
            command = [*self.command, "--port", str(self.listening)]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            if "is listening" in self.log.read_text(errors="replace"):
                return
            time.sleep(0.1)
        self.stop()
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if "rror" in line or "fatal" in line]
        raise RuntimeError("Prism: " + (lines[0].strip() if lines else f"it does not listen after {PATIENCE} s"))

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Proxy(http.server.BaseHTTPRequestHandler):
    """A proxy to `server.prism`; a subclass has `pass_on`."""

    protocol_version = "HTTP/1.1"

    def body(self):
        """Reads the body of the request."""
        if self.headers.get("content-length"):
            return self.rfile.read(int(self.headers["content-length"]))
        body = b""
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return body

    def send_to_prism(self, target, body, more=()):
        """Sends the request to Prism; returns status, headers and body."""
        try:
            port = self.server.prism.port()
        except RuntimeError as error:
            return CRASHED, [], str(error).encode()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=RESPONSE)
        try:
            connection.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
            for name, value in [*self.headers.items(), *more]:
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    connection.putheader(name, value)
            if body or self.headers.get("content-length"):
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        except (OSError, http.client.HTTPException) as error:
            self.server.prism.stop()
            return CRASHED, [], f"Prism ends without a response: {error}".encode()
        finally:
            connection.close()

    def respond(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("connection", "keep-alive", "transfer-encoding", "content-length", "date"):
                self.send_header(name, value)
        if status >= 200 and status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def forward(self):
        self.pass_on()

    do_GET = do_PUT = do_POST = do_DELETE = do_OPTIONS = do_HEAD = do_PATCH = do_TRACE = forward

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serve(proxy, prism):
    """Serves a proxy to a started Prism; both end with the block."""
    try:
        prism.port()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), proxy)
        server.daemon_threads, server.prism, server.seen = True, prism, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
    finally:
        prism.stop()
