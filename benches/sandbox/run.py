#!/usr/bin/env python3
"""Measures the local server: start, calls per second beside Prism on the same calls, and memory over a million calls.

    benches/sandbox/run.py [start] [prism] [memory] [--prism SCRIPT] [--calls N] [--limits] [--times N]

The calls are signed: creating a customer, reading balances, repeating a creation under its key, and a creation that is refused because its body
is not valid. Prism takes them with validation on; it checks no signature. `--limits` fails below ten times Prism's calls per second, or another number of times, and where
the last nine tenths of the calls add more memory than nonces that are still fresh explain.
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CONTRACT = ROOT / "openapi/partner-api.yaml"
PATH = "/partner/v1/customers"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
TIMES = 10
# Most MiB that the last nine tenths of the calls add to the first.
GROWTH = 48


class Server:
    """The local server, started anew."""

    def __init__(self):
        began = time.monotonic()
        program = TARGET / "release/sdkwright-sandbox"
        self.child = subprocess.Popen([program, "--contract", CONTRACT, "--port", "0", "--log=nothing"], stdout=subprocess.PIPE, text=True)
        self.values = {}
        for line in self.child.stdout:
            if line.startswith("export "):
                name, value = line[7:].rstrip().split("=", 1)
                self.values[name] = value
            if line.startswith("# documentation"):
                break
        self.took = time.monotonic() - began
        names = yaml.safe_load(CONTRACT.read_text())["x-sdk"]["environment"]
        self.url, self.client, self.secret = (self.values[names[what]] for what in ("baseUrl", "clientId", "clientSecret"))
        self.address = urllib.parse.urlsplit(self.url).netloc

    def memory(self):
        text = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0]) / 1024

    def end(self):
        self.child.kill()
        self.child.wait()


def plan(address, client, secret, calls, first, count, ahead=0):
    contract = yaml.safe_load(CONTRACT.read_text())
    scheme = next(one for one in contract["components"]["securitySchemes"].values() if "x-signing" in one)
    signing = scheme["x-signing"]
    headers = {**signing["headers"], "signature": scheme["name"], "key": contract["x-idempotency"]["header"]}
    headers["requestId"] = contract["x-sdk"]["requestId"]["header"]
    return {
        "address": address, "clientId": client, "secret": secret, "components": signing["components"], "separator": signing.get("separator", "\n"),
        "timestamp": signing["timestamp"], "headers": headers, "calls": calls, "first": first, "count": count, "connections": 8,
        "run": f"{os.getpid()}-{time.monotonic_ns()}", "ahead": ahead,
    }


def load(*given, **more):
    program = TARGET / "release/examples/load"
    done = subprocess.run([program], input=json.dumps(plan(*given, **more)), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def body(reference, kind="INDIVIDUAL"):
    return json.dumps({"partnerCustomerRef": reference, "customerType": kind, "displayName": "Jane Partner"})


def calls(identity):
    return [
        {"method": "POST", "target": PATH, "key": "load:{n}", "body": body("cust-{n}")},
        {"method": "GET", "target": f"{PATH}/{identity}/balances"},
        {"method": "POST", "target": PATH, "key": "again:{k}", "body": body("again-{k}")},
        {"method": "POST", "target": PATH, "key": "wrong:{n}", "body": body("cust-{n}", "NOBODY")},
    ]


def customer(server):
    """The id of a customer."""
    load(server.address, server.client, server.secret, calls("x")[:1], 0, 1)
    with urllib.request.urlopen(f"http://{server.address}/.sandbox/effects") as answer:
        return json.load(answer)[0]["resource"]


def start():
    took = []
    for _ in range(10):
        server = Server()
        took.append(server.took)
        server.end()
    print(f"start: {statistics.median(took):.3f} s (median of ten, from {min(took):.3f} to {max(took):.3f})")
    return []


def prism(script, count, times):
    if not script or not pathlib.Path(script).exists() or not shutil.which("node"):
        print("no Prism: its calls are not counted")
        return []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "NODE_ENV": "production"}
    other = subprocess.Popen(["node", script, "mock", "--errors", "-v", "fatal", "-p", str(port), CONTRACT], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    server = Server()
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        identity = customer(server)
        # One after the other, so that neither takes the processor from the other; a part of the calls warms up.
        sides = [("Prism", f"127.0.0.1:{port}", count // 20), ("the local server", server.address, count)]
        speeds = {}
        for name, address, number in sides:
            load(address, server.client, server.secret, calls(identity), 10_000_000, number // 10)
            done = load(address, server.client, server.secret, calls(identity), 20_000_000, number)
            speeds[name] = number / done["seconds"]
            print(f"{name}: {speeds[name]:.0f} calls per second; answers: {done['statuses']}")
    finally:
        server.end()
        other.kill()
        other.wait()
    ratio = speeds["the local server"] / speeds["Prism"]
    print(f"ratio: {ratio:.1f}")
    return [] if ratio >= times else [f"fewer calls than {times} times Prism's"]


def memory(count):
    server = Server()
    try:
        identity = customer(server)
        sizes, step = [], count // 10
        for number in range(10):
            # The clock moves on as it would for a program that makes 300 calls in a second: what is fresh stays in memory.
            ahead = number * step // 300
            request = urllib.request.Request(f"http://{server.address}/.sandbox/clock/{ahead}", method="POST")
            urllib.request.urlopen(request).close()
            done = load(server.address, server.client, server.secret, calls(identity)[1:], number * step, step, ahead=ahead)
            sizes.append(server.memory())
            print(f"{(number + 1) * step} calls: {sizes[-1]:.0f} MiB; {step / done['seconds']:.0f} calls per second; answers: {done['statuses']}", flush=True)
    finally:
        server.end()
    growth = sizes[-1] - sizes[0]
    print(f"memory: {growth:+.0f} MiB from the first tenth to the last")
    return [] if growth < GROWTH else ["memory grows"]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", nargs="*", default=["start", "prism", "memory"])
    options.add_argument("--prism", default=TARGET / "ci-tools/node_modules/@stoplight/prism-cli/dist/index.js")
    options.add_argument("--calls", type=int)
    options.add_argument("--limits", action="store_true")
    options.add_argument("--times", type=float, default=TIMES, help="least number of calls for each call of Prism, with `--limits`")
    given = options.parse_args()
    build = ["cargo", "build", "--quiet", "--release", "-p", "sdkwright-sandbox", "-p", "sdkwright-sandbox-server", "--bins", "--examples"]
    subprocess.run(build, cwd=ROOT, check=True)
    faults = []
    for what in given.what:
        if what == "start":
            faults += start()
        elif what == "prism":
            faults += prism(given.prism, given.calls or 20_000, given.times)
        else:
            faults += memory(given.calls or 1_000_000)
    for fault in faults:
        print(fault)
    return 1 if faults and given.limits else 0


if __name__ == "__main__":
    sys.exit(main())
