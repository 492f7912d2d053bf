#!/usr/bin/env python3
"""Tools of other authors at servers of generated code: `.ci/strangers` has the options.

- Schemathesis runs its checks at the bank of the examples, at a fake of a foreign contract, and at a server whose responses are all 501.
  Each finding has a row in findings.tsv, with the reason why it is right, and each row has a finding.
- Prism is the proxy between the programs of the examples and the bank, and finds no violation of the contract.
- A client of openapi-python-client makes calls at the bank.

Exit code: 0, 1 if a tool found a fault.
"""

import argparse
import base64
import contextlib
import csv
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / ".ci")]
import servers  # noqa: E402
import signed  # noqa: E402
from field_pass import mock  # noqa: E402

CONTRACT = ROOT / "openapi" / "partner-api.yaml"
# Without those that upload a file: Prism reads the bytes as text, so that the signature is of other bytes.
PROGRAMS = (
    *("fiat_account", "withdrawal_activation", "fiat_withdrawal", "crypto_deposit", "crypto_withdrawal", "crypto_refund"),
    *("crypto_checkout", "collection", "conversion", "balances"),
)
# Time limit of a program, in seconds.
PATIENCE = 120


@contextlib.contextmanager
def started(program, *arguments):
    """Starts a server, and returns its URL."""
    process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.wait()


def customer(url):
    """Returns the id of the approved customer of a new bank."""
    target = "/partner/v1/customers"
    body = json.dumps({"partnerCustomerRef": "cust-100001", "customerType": "INDIVIDUAL", "displayName": "Jane"}).encode()
    headers = {"Content-Type": "application/json", **signed.headers("POST", target, body)}
    with urllib.request.urlopen(urllib.request.Request(url + target, body, headers, method="POST")) as response:
        return json.load(response)["customerId"]


def findings(report):
    """Returns check, operation, message, status and body of each failed check of a report."""
    for line in report.read_text(encoding="utf-8").splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder")
        for case, checks in (recorder or {}).get("checks", {}).items():
            response = recorder["interactions"][case]["response"] or {}
            body = base64.b64decode((response.get("content") or {}).get("$base64", ""))
            for check in checks:
                if check["status"] != "success":
                    failure = check["failure_info"]["failure"]
                    text = " ".join(f"{failure['message']} {response.get('status_code')} {body.decode(errors='replace')}".split())
                    yield check["name"], failure["operation"], text


def schemathesis(name, contract, url, phases, options=(), environment=None):
    """Runs phases of Schemathesis at a server; returns the findings without a row, and the rows without a finding."""
    folder = servers.FOLDER / "schemathesis" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [pathlib.Path(sys.executable).parent / "schemathesis", "run", contract, "--url", url, "--seed", "1", "--max-examples", "10"]
    command += ["--continue-on-failure", "--warnings", "off", "--no-shrink", "--report", "ndjson", "--report-dir", folder, "--phases", phases]
    run = subprocess.run([*command, *options], cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True)
    (folder / "output.log").write_text(run.stdout + run.stderr)
    reports = list(folder.glob("*.ndjson"))
    cases = re.search(r"(\d+) generated", run.stdout)
    if run.returncode not in (0, 1) or not reports or not cases:
        sys.exit(f"Schemathesis does not run at {name}: {folder}/output.log")
    with (HERE / "findings.tsv").open(encoding="utf-8", newline="") as text:
        rows = [row for row in csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE) if row["server"] == name]
    used, unexplained, total = set(), [], 0
    for check, operation, text in findings(reports[0]):
        total += 1
        def is_it(row):
            return row["check"] == check and re.search(row["operation"], operation) and re.search(row["response"], text)
        fitting = [index for index, row in enumerate(rows) if is_it(row)]
        used.update(fitting)
        if not fitting:
            unexplained.append(f"{name}: {check}: {operation}: {text[:400]}")
    unused = [f"{name}: a row of findings.tsv has no finding: {row}" for index, row in enumerate(rows) if index not in used]
    print(f"Schemathesis at {name}: {cases[1]} cases, {total} findings in {len(rows)} rows, {len(unexplained)} without a row")
    return sorted(set(unexplained)) + unused


def prism(script, url, folder):
    """Runs programs of the examples through the proxy of Prism; returns the violations that it reports."""
    log = folder / "prism.log"
    proxy = mock.Prism(script, CONTRACT, log)
    proxy.command = ["node", str(script), "proxy", "--cors", "false", str(CONTRACT), url]
    failures = []
    try:
        address = f"http://127.0.0.1:{proxy.port()}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OCEAFIN_")}
        environment |= {
            "OCEAFIN_PARTNER_API_BASE_URL": address,
            "OCEAFIN_PARTNER_API_CLIENT_ID": signed.CLIENT,
            "OCEAFIN_PARTNER_API_CLIENT_SECRET": signed.SECRET,
            "OCEAFIN_PARTNER_API_WEBHOOK_SECRET": "not-used",
        }
        for program in PROGRAMS:
            place = folder / program
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            run = subprocess.run([ROOT / "target/debug/examples" / program], cwd=place, env=environment, capture_output=True, text=True, timeout=PATIENCE)
            if run.returncode:
                failures.append(f"{program} through Prism: {run.stderr[-600:]}")
        text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace"))
        # Prism must find a fault that is there.
        bad = urllib.request.Request(f"{address}/partner/v1/customers/c/transactions?limit=seven")
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(bad)
        if "request.query.limit" not in log.read_text(errors="replace"):
            failures.append("Prism does not find a limit that is not a number")
    finally:
        proxy.stop()
    requests = len(re.findall(r"Forwarding", text))
    violations = [line for line in text.splitlines() if "iolation" in line or "error" in line.lower()]
    print(f"Prism between {len(PROGRAMS)} programs and the bank: {requests} requests, {len(violations)} violations")
    if not requests:
        failures.append("Prism forwarded nothing")
    return failures + [f"Prism: {line.strip()}" for line in sorted(set(violations))]


def python_client(url):
    """Generates a client, and runs its calls."""
    tools = pathlib.Path(sys.executable).parent
    folder = servers.FOLDER / "python-client"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    output = ["--output-path", folder / "strange_client", "--meta", "none"]
    subprocess.run([tools / "openapi-python-client", "generate", "--path", CONTRACT, *output], check=True, capture_output=True)
    run = subprocess.run([sys.executable, HERE / "python_client.py", url, folder], capture_output=True, text=True)
    print(run.stdout.strip())
    return [f"openapi-python-client: {run.stderr[-1500:]}"] if run.returncode else []


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("shared", "xtask", "prism", "bank"):
        arguments.add_argument(f"--{name}", type=pathlib.Path, required=True)
    arguments = arguments.parse_args()
    servers.FOLDER.mkdir(parents=True, exist_ok=True)
    start, found = time.monotonic(), []
    with started(arguments.bank, "127.0.0.1:0") as url:
        found += python_client(url)
        found += prism(arguments.prism, url, servers.FOLDER)
        hooks = {"SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"), "CUSTOMER": customer(url)}
        # Random values of the other phases repeat what these cover, with half an hour for the 66 operations.
        found += schemathesis("bank", CONTRACT, url, "examples,coverage", environment=hooks)
    corpus = arguments.shared / "corpus"
    for name, program in servers.build(arguments.xtask, corpus).items() if corpus.exists() else ():
        header = servers.SERVERS[name]
        options = ["--header", header] if header else []
        with started(program) as url:
            found += schemathesis(name, corpus / f"{name}.json", url, "examples,coverage,fuzzing", options)
    for line in found:
        print(f"FAULT {line}")
    print(f"tools of other authors: {len(found)} faults, {time.monotonic() - start:.0f} s")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
