"""Runs examples/vendor, whose crate comes from a vendor's contract with an overlay, against Prism.

Prism checks every request by the contract as it was published. A proxy between the two drops the first response to each POST,
and splits Prism's list into two pages. The same key must then arrive twice, with the same body, and the second page must
be requested with the cursor of the first.
"""

import collections
import json
import os
import socket
import subprocess
import urllib.parse

from . import crates
from .mock import PATIENCE, Prism, Proxy, serve

CONTRACT = "svix.json"
EXAMPLE = crates.ROOT / "examples" / "vendor"
CURSOR = "app_1srOrx2ZWZBpBUvZwXKQmoEYga2"


def prepare(contract, xtask):
    """Generates the crate and writes its program; returns the subject."""
    subject = crates.Subject(contract, name="vendor-example", has_calls=True)
    code, complaint = crates.generate(subject, xtask, "--config", EXAMPLE / "config.yaml")
    if code:
        subject.fail("generate", complaint)
    else:
        crates.write_program(subject, {}, main=EXAMPLE / "main.rs")
    return subject


class Interrupter(Proxy):
    """Drops the first response to each POST, and splits lists into pages."""

    def pass_on(self):
        body = self.body()
        status, _, response = self.send_to_prism(self.path, body)
        entry = (self.command, self.path, self.headers.get("idempotency-key"), body, status)
        is_first = all(other[:3] != entry[:3] for other in self.server.seen)
        self.server.seen.append(entry)
        if self.command == "POST" and is_first:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if self.command == "GET" and status == 200:
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            page = json.loads(response)
            # Like the vendor's server: the last page has a cursor as well, and `done` ends the list.
            page.update(done="iterator" in query, iterator=CURSOR)
            response = json.dumps(page).encode()
        self.respond(status, [("content-type", "application/json")], response)


def run(subject, script):
    """Runs the program; each difference from what must arrive is a failure."""
    try:
        with serve(Interrupter, Prism(script, subject.file, subject.log("prism", ""))) as (server, url):
            run = subprocess.run([subject.artifact], env={**os.environ, "SVIX_BASE_URL": url}, timeout=PATIENCE, text=True, capture_output=True)
            seen = server.seen
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        subject.fail("vendor", str(error))
        return
    wrong = [f"exit code {run.returncode}: {run.stderr}"] * (run.returncode != 0)
    wrong += [f"{method} {path}: {status}" for method, path, _, _, status in seen if status >= 400]
    keys = collections.defaultdict(list)
    for method, path, key, body, _ in seen:
        if method == "POST":
            keys[path].append((key, body))
    wrong += [f"{path}: {len(sent)} requests" for path, sent in keys.items() if len(sent) != 2]
    wrong += [f"{path}: another key or another body" for path, sent in keys.items() if len(set(sent)) != 1 or not sent[0][0]]
    lists = [path for method, path, *_ in seen if method == "GET"]
    if len(keys) != 2 or len(lists) != 2 or f"iterator={CURSOR}" not in lists[-1]:
        wrong.append(f"requests: {[entry[:3] for entry in seen]}")
    subject.figures |= {"calls": len(seen), "called": len(seen) - len(wrong)}
    if wrong:
        subject.fail("vendor", "\n".join(wrong), run.stdout + "\n".join(wrong))
