"""Makes the documented calls of a generated client against Prism, through a proxy that records the requests.

The examples in the documentation of the generated methods are the program, unchanged. Prism responds with examples of the
contract, or with generated values. A call is `answered` if Prism accepts the request and the client reads the response with its own types;
`dynamic` counts those that Prism generated, because the contract's examples are invalid. It is accepted without a response if the contract
declares none for success (`silent`), or if the responses that Prism generates are invalid (`prism`; an independent validator
decides) or name a next page that is none: it has no state, and answers with the same text. Otherwise Prism `refused` the request, or the defect is `ours`. Every refusal is logged with a curl line that repeats it.
"""

import collections
import dataclasses
import json
import re
import shlex
import subprocess

from . import crates
from .documents import Place, Unjudged, follow, parse
from .examples import Judge
from .mock import CRASHED, PATIENCE, Prism, Proxy, serve
from .walk import is_30

# Contracts with as many operations or more make no calls.
OPERATIONS = 200
# Maximum number of generated responses that a call requests from Prism.
TURNS = 4

# Id, method and path of an operation, in its generated code.
TEXT = r'("(?:[^"\\]|\\.)*")'
DESCRIBED = re.compile(r"impl glue::Operation\s+for ((?:r#)?\w+) \{.*?glue::Description::new\(\s*" + r"\s*,\s*".join([TEXT] * 3), re.DOTALL)


class Call:
    """One documented example, its request, and the result."""

    def __init__(self, marker, method, example):
        self.marker, self.method, self.example = marker, method, example
        self.operation = self.result = self.cause = self.exchange = None


def documented(crate):
    """Returns the examples of a generated crate, and its operations: marker to id, method and path."""
    calls, operations = [], {}
    for file in sorted((crate / "src" / "operations").glob("*.rs")):
        text = file.read_text(encoding="utf-8")
        for found in DESCRIBED.finditer(text):
            unescaped = [re.sub(r"\\u\{(\w+)\}", lambda escape: json.dumps(chr(int(escape[1], 16)))[1:-1], word) for word in found.groups()[1:]]
            operations[file.stem, found[1]] = [json.loads(word) for word in unescaped]
        example, inside = None, False
        lines = text.splitlines()
        for at, line in enumerate(map(str.strip, lines)):
            if line == "/// ```no_run":
                example, inside = [], True
            elif inside and line == "/// ```":
                inside = False
            elif inside:
                code = line.removeprefix("///").removeprefix(" ")
                example.append("" if code == "#" else code.removeprefix("# "))
            elif example and line.startswith("pub fn "):
                head = " ".join(part.strip() for part in lines[at : at + 40])
                marker = re.search(r"Call<(?:\w+::)*((?:r#)?\w+)>", head)
                if marker:
                    name = re.match(r"pub fn ((?:r#)?\w+)", line)[1]
                    calls.append(Call((file.stem, marker[1]), f"{file.stem}.{name}", example))
                example = None
    for call in calls:
        call.operation, call.verb, call.path = operations[call.marker]
    return calls, operations


def inserts(subject, calls):
    """Returns the parts of the program: modules, table and settings of its client."""
    modules = "".join(f"mod call_{at} {{\npub {chr(10).join(call.example).lstrip()}\n}}\n" for at, call in enumerate(calls))
    modules = modules.replace("pub #[allow(deprecated)]\n", "#[allow(deprecated)]\npub ")
    table = "".join(f"    |client| Box::pin(call_{at}::example(client)),\n" for at in range(len(calls)))
    settings, auth = "", subject.crate / "src" / "auth.rs"
    if auth.is_file():
        functions = auth.read_text(encoding="utf-8")
        for found in re.finditer(r"^pub fn ((?:r#)?\w+)\((.*?)\)\s*-> Credential", functions, re.M | re.S):
            # The client gets its token as a text: the token endpoint of the contract is not on this machine.
            if re.match(r"\s*\{\s*Credential::client_", functions[found.end():]):
                continue
            given = ", ".join('"caller"' for _ in re.findall(r"\w+\s*:\s*impl", found[2]))
            settings += f"\n            .credential({subject.library}::auth::{found[1]}({given}))"
    if any("JournalUndecided" in file.read_text(encoding="utf-8") for file in (subject.crate / "src").glob("*.rs")):
        settings += "\n            .without_journal()"
    # An example that the contract does not allow must not be sent.
    settings += "\n            .validate_requests(true)"
    return {"MODULES": modules, "CALLS": table, "SETTINGS": settings, "LIBRARY": subject.library}


@dataclasses.dataclass
class Exchange:
    """A request as sent by the client, and Prism's response."""

    method: str
    target: str
    sent: list
    body: bytes
    status: int
    headers: list
    response: bytes
    is_dynamic: bool

    def problem(self):
        """Returns what Prism reports: kind, detail and violations."""
        try:
            problem = json.loads(self.response)
            kind = problem.get("type", "").rpartition("#")[2] if "stoplight" in problem.get("type", "") else ""
        except (ValueError, AttributeError, TypeError):
            problem, kind = {}, ""
        violations = problem.get("validation", []) if kind else []
        for name, value in self.headers:
            if name.lower() == "sl-violations" and not violations:
                try:
                    violations = json.loads(value)
                except ValueError:
                    violations = [{"message": value}]
        return {"kind": kind, "detail": problem.get("detail") if kind else None, "violations": violations}

    def curl(self):
        """Returns the request as a curl line."""
        words = ["curl", "-i", "-X", self.method]
        for name, value in self.sent:
            if name.lower() not in ("host", "content-length", "connection", "user-agent"):
                words += ["-H", f"{name}: {value}" if value else f"{name};"]
        if self.body:
            words += ["--data-binary", self.body.decode("utf-8", "backslashreplace")]
        return shlex.join([*words, f"http://127.0.0.1:4010{self.target}"])


class Recorder(Proxy):
    """Records requests and responses; the number of the call is the first segment of the path."""

    def pass_on(self):
        body, first = self.body(), None
        index, _, target = self.path.removeprefix("/").partition("/")
        target = "/" + target
        # An example body may violate its own schema: then bodies that Prism generates are tried.
        for turn in range(TURNS):
            preferred = [("prefer", "dynamic=true")] if turn else []
            status, headers, response = self.send_to_prism(target, body, preferred)
            exchange = Exchange(self.command, target, [*self.headers.items(), *preferred], body, status, headers, response, bool(turn))
            first = first or exchange
            if status < 500 or status == CRASHED or exchange.problem()["kind"] == "NO_RESPONSE_RESPONSE_DEFINED":
                break
        else:
            exchange = first
        self.server.seen.append((int(index), exchange))
        self.respond(exchange.status, exchange.headers, exchange.response)


def violation(subject, call, exchange, place):
    """Returns the reason why a body that the client could not read violates the contract; None if it does not."""
    responses = Place(subject.file, "") / "paths" / call.path / call.verb.lower() / "responses"
    try:
        declared = responses.node()
        status = next(each for each in (str(exchange.status), f"{exchange.status // 100}XX", "default") if each in declared)
        content = follow(responses / status) / "content"
        media = next(each for each in content.node() if "json" in each or "*" in each)
    except (Unjudged, StopIteration):
        return None
    validator = Judge(is_30(subject.file)).opened(content / media / "schema", "response")
    try:
        pending = list(validator.iter_errors(parse(exchange.response)))
    except Exception:  # whatever an invalid schema does to the validator
        return None
    while pending:
        error = pending.pop(0)
        at = [str(part) for part in error.absolute_path]
        if error.validator == "anyOf" and error.validator_value[0] == {"type": "null"}:
            # A `nullable` of OpenAPI 3.0: its errors are those of the other alternative.
            pending += [inner for inner in error.context if inner.schema_path[0] == 1]
            continue
        if error.validator == "required":
            at.append(re.match(r"'(.*)' is a required property", error.message)[1])
        # The error of the union comes before the errors inside its alternatives.
        if place == at or (error.validator in ("oneOf", "anyOf") and place[: len(at)] == at):
            return f"at /{'/'.join(at)}: {error.message[:200]}"
    return None


def judge(subject, call, words):
    """Stores the result of a call and its cause; `words` are those of the program."""
    exchange = call.exchange
    if words == ["answered"]:
        return "answered", None
    if words[0] == "Unreadable" and exchange:
        place = re.search(r", at /(\S*) \(line", words[-1])
        complaint = violation(subject, call, exchange, place[1].split("/") if place else [])
        if complaint:
            return "prism", f"{exchange.status}, and a body that violates the contract, {complaint}"
    if words[0] == "Refused" and exchange and "paging cannot continue" in words[-1]:
        return "prism", f"{exchange.status}, and a next page that is a random text, an example, or the same again"
    if exchange is None or exchange.status < 300 or words[0] in ("Refused", "Local", "NotSent"):
        return "ours", ": ".join(words)
    problem = exchange.problem()
    if not problem["kind"] and not problem["violations"] and exchange.status < 500:
        return "silent", f"{exchange.status}: the contract declares no response of success"
    violations = [(".".join(map(str, each.get("location", []))), each.get("message")) for each in problem["violations"]]
    text = "; ".join(f"{place}: {message}" for place, message in violations[:4])
    text = f"{exchange.status} {problem['kind']} {text or problem['detail'] or exchange.response[:200].decode(errors='replace')}"
    if problem["kind"] == "NO_RESPONSE_RESPONSE_DEFINED":
        return "silent", text
    if exchange.status >= 500 and not any(place.startswith("request") for place, _ in violations):
        return "prism", text
    return "refused", text


def run(subject, calls, operations, script):
    """Runs the program against Prism; fails if too few calls are answered or accepted."""
    results = subject.log("results", "")
    log = subject.log("output", "")
    # Files that the examples upload.
    for call in calls:
        for name in re.findall(r'Upload::from_path\("((?:[^"\\]|\\.)*)"\)', "\n".join(call.example)):
            (subject.program / name.rpartition("/")[2]).write_bytes(b"a file")
    seen = []
    try:
        with serve(Recorder, Prism(script, subject.file, subject.log("prism", ""))) as (server, url), log.open("wb") as output:
            subprocess.run([subject.artifact, "call", url, results], cwd=subject.program, stdout=output, stderr=output, timeout=PATIENCE)
            seen = server.seen
    except subprocess.TimeoutExpired:
        seen = server.seen
    except RuntimeError as error:
        if subject.limits.number("calls"):
            subject.fail("prism", str(error))
    exchanges, lines = dict(seen), [line.split("\t") for line in results.read_text(encoding="utf-8").splitlines()]
    endings = {int(index): words for index, *words in lines}
    for at, call in enumerate(calls):
        call.exchange = exchanges.get(at)
        call.result, call.cause = judge(subject, call, endings.get(at, ["Local", "the program stopped"]))
    report(subject, calls, operations)


def report(subject, calls, operations):
    """Counts the results, logs those without a plain success, and compares the share with its limit."""
    counts = collections.Counter(call.result for call in calls)
    # Operations without an example are not called.
    counts["ours"] += len(set(operations) - {call.marker for call in calls})
    total, accepted = sum(counts.values()), counts["answered"] + counts["silent"] + counts["prism"]
    subject.figures |= {"calls": total, "called": accepted}
    entries = [", ".join(f"{count} {result}" for result, count in counts.items())]
    for call in sorted(calls, key=lambda call: call.result not in ("ours", "refused")):
        exchange = call.exchange
        if call.cause or (exchange and exchange.is_dynamic):
            cause = call.cause or "the contract's example violates the contract: answered dynamically"
            line = f"{exchange.curl()}\n    {exchange.response[:600]}" if exchange else "nothing was sent"
            entries.append(f"{call.result}: {call.operation} ({call.method}): {cause}\n    {line}")
    text = "\n".join(entries)
    subject.log("calls", text)
    share = 100 * accepted / total if total else 0
    if share < subject.limits.number("calls"):
        subject.fail("calls", f"{share:.0f} % of the calls are answered or accepted, less than {subject.limits.number('calls')} %\n{text}")
