"""Sends the recorded requests of the documented calls to the local sandbox, a second implementation of the contract.

A request is understood if no check of its form fails in the log of the sandbox: parameters, body, key, client, signature. An unknown id is
understood. Each request that Prism accepts must be understood, and each other one that is not is logged.
"""

import http.client
import re
import select
import subprocess

from .mock import PATIENCE, RESPONSE

# Checks of the sandbox that concern the form of a request.
FORM = ("client", "signature", "freshness", "nonce", "key", "parameters", "body")


def send(port, target, exchange):
    """Sends a request as the client wrote it; returns the status, or the reason why there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=RESPONSE)
    try:
        connection.putrequest(exchange.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in exchange.sent:
            if name.lower() not in ("connection", "content-length", "transfer-encoding", "prefer"):
                connection.putheader(name, value)
        if exchange.body or any(name.lower() == "content-length" for name, _ in exchange.sent):
            connection.putheader("content-length", str(len(exchange.body)))
        connection.endheaders(exchange.body)
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        connection.close()


def run(subject, calls, sandbox):
    """Compares the sandbox with Prism for each call; fails if Prism accepts a request that the sandbox does not understand."""
    sent = [call for call in calls if call.exchange]
    log = subject.log("local", "")
    command = [sandbox, "--contract", subject.file, "--port", "0", "--log=checks"]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=output, text=True)
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        first = re.search(r"http://[^/]+:(\d+)(/\S*)?", process.stdout.readline() if ready else "")
        if not first:
            process.kill()
            subject.fail("local", f"the sandbox does not serve it: {log.read_text(encoding='utf-8')}")
            return
        prefix = (first[2] or "").rstrip("/")
        statuses = [send(int(first[1]), prefix + call.exchange.target, call.exchange) for call in sent]
        process.terminate()
        text = process.stdout.read()
    entries = [entry for entry in re.split(r"(?m)^(?=[A-Z]+ /)", text) if re.match(r"[A-Z]+ /", entry)]
    refused = []
    for call, status, entry in zip(sent, statuses, entries + [""] * len(sent)):
        failed = re.search(rf"FAIL ({'|'.join(FORM)}) +(.*)", entry)
        if failed or not entry:
            reason = failed[0] if failed else f"no entry in the log: {status}"
            refused.append((call.exchange.status < 400, f"{call.result} by Prism: {call.operation}: {reason}\n    {call.exchange.curl()}"))
    lines = [line for _, line in sorted(refused, reverse=True)]
    subject.log("local", "\n".join([f"{len(sent) - len(refused)} of {len(sent)} are understood", *lines]))
    subject.figures |= {"sent": len(sent), "local": len(sent) - len(refused)}
    wrong = sum(is_judged for is_judged, _ in refused)
    if wrong:
        subject.fail("local", f"the local sandbox refuses {wrong} of the requests that Prism accepts\n" + "\n".join(lines[:wrong]))
