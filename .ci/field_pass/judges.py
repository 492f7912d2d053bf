"""Gives the samples of a contract to our own judges of values, and compares them with the judge that is not ours (samples.py).

Each schema of a sample becomes the body of an operation that is added to a copy of the contract:

- the local sandbox accepts the sample as a request if, and only if, it is valid;
- `diff` compares an operation that allows this value alone with one that allows the schema. If the value is not valid, it reports a break. It
  compares keyword by keyword, so that it may also report one for a valid value, such as a text that fits a new format.

Each other disagreement is wrong, unless the other judge agrees after a change of EXPLAINED. All are counted.
"""

import collections
import http.client
import json
import re
import select
import subprocess

from .documents import Number, dump, load, parse
from .mock import PATIENCE, RESPONSE
from .sampler import NOTE, number
from .walk import is_30

# So many samples of a contract are compared, spread over all: in the default pass, and of all contracts.
COMPARED, ALL_COMPARED = 150, 500


def with_null(schema):
    return {"anyOf": [{"type": "null"}, schema]} if "nullable" in schema.get(NOTE, {}) else schema


def with_any(schema):
    return {("anyOf" if word == "oneOf" and "anyOf" not in schema else word): value for word, value in schema.items()}


def without_pattern(schema):
    is_beyond = isinstance(schema.get("pattern"), str) and re.search(r"\\p|\(\?[=!<]", schema["pattern"])
    return {word: value for word, value in schema.items() if word != "pattern"} if is_beyond else schema


def without_read_only(schema):
    return {} if "read only" in schema.get(NOTE, {}) else schema


def without_beside(schema):
    names = schema.get(NOTE, {}).get("read only beside", ())
    return {**schema, "required": [name for name in schema.get("required", ()) if name not in names]} if names else schema


def without_target(schema):
    return {"not": {}} if "no target" in schema.get(NOTE, {}) else schema


def with_format(schema):
    return {**schema, **{word: value for word, value in schema.get(NOTE, {}).items() if word == "format"}}


# What our judges decide otherwise on purpose: the schemas as they read them.
EXPLAINED = {
    "`nullable` of OpenAPI 3.0 in 3.1": with_null,
    "several alternatives of `oneOf`": with_any,
    "a `readOnly` member, which no client sends": without_read_only,
    "a required `readOnly` member whose mark is beside a `$ref` of OpenAPI 3.0": without_beside,
    "a reference without a target": without_target,
    "a format": with_format,
    "a pattern with classes of Unicode or a look around": without_pattern,
}


class Judges:
    """Our judges of the samples of one contract."""

    def __init__(self, subject, samples, has_all):
        self.subject, self.samples, self.is_old = subject, samples, is_30(subject.file)
        place_of = lambda uri: samples.lifter.targets[int(number(uri))][0]
        # A copy of the contract does not reach the files beside it.
        is_alone = {uri: all(place_of(one).file == subject.file for one in samples.bundle.reached[uri]) for uri in samples.schemas}
        rows = [row for row in samples.judged if is_alone[row[0]]]
        self.rows = rows[:: max(1, len(rows) // (ALL_COMPARED if has_all else COMPARED))]
        self.pointers = {uri: place_of(uri).pointer for uri, *_ in self.rows}
        self.table = collections.Counter()

    def run(self, xtask, sandbox, judge):
        """Asks each judge, and fails if one of them disagrees without a known reason."""
        wrong = []
        for name, found in (("sandbox", self.sandbox(sandbox)), ("diff", self.diff(xtask))):
            differing = [(row, reason) for row, reason in found if (reason is None) != row[2]]
            if name == "diff":
                self.table["diff: reported, and valid: it compares keyword by keyword"] += sum(row[2] for row, _ in differing)
                differing = [(row, reason) for row, reason in differing if not row[2]]
            for row, reason, why in self.explained(differing, judge):
                self.table[f"{name}: {why or 'wrong'}"] += 1
                if why is None:
                    wrong.append(f"{name}: {reason or 'accepted'}\t{self.pointers[row[0]]}\t{row[1]}\n")
        self.subject.figures |= {"compared": len(self.rows), "disagree": len(wrong), "disagreements by reason": dict(self.table)}
        text = "".join(wrong)
        self.subject.log("judges", text)
        if wrong:
            self.subject.fail("judges", "".join(line[:300] + "\n" for line in wrong), text)

    def explained(self, differing, judge):
        """Yields each disagreement with its explanation: that with which the other judge agrees."""
        for why, change in EXPLAINED.items():
            if not differing:
                return
            file = self.subject.log("schemas-explained", self.samples.bundle.text(change))
            given = "".join(f"{number(row[0])}\t{row[1]}\n" for row, _ in differing)
            words = subprocess.run([judge, file], input=given, capture_output=True, text=True, check=True).stdout.split()
            pairs = list(zip(differing, words, strict=True))
            yield from ((row, reason, why) for (row, reason), word in pairs if (word == "1") == (reason is None))
            differing = [one for one, word in pairs if (word == "1") != (one[1] is None)]
        yield from ((row, reason, None) for row, reason in differing)

    def contract(self, name, operations):
        """Writes the contract with added operations, pairs of a path and the text of the media type of the body, one in a line each."""
        whole = dict(load(self.subject.file))
        whole.pop("security", None)
        # Samples with the same key are not one request.
        whole["x-idempotency"] = {"header": "Idempotency-Key", "on": ["put"]}
        paths = [f"{json.dumps(path)}:{dump(item)}" for path, item in (whole.pop("paths", None) or {}).items()]
        for path, body in operations:
            paths.append(
                f'"/sample-judge/{path}":{{"post":{{"operationId":"sampleJudge{path}","security":[],"x-effect":"none","responses":{{"204":{{"description":"-"}}}},'
                f'"requestBody":{{"required":true,"content":{{"application/json":{body}}}}}}}}}'
            )
        text = dump(whole)[:-1] + ',"paths":{\n' + ",\n".join(paths) + "}}\n"
        file = self.subject.log(name, text)
        return file.rename(file.with_suffix(".json"))

    def reference(self, uri):
        return json.dumps({"$ref": "#" + quoted(self.pointers[uri])})

    def sandbox(self, binary):
        """Yields each sample with what the local sandbox finds wrong."""
        file = self.contract("judge-sandbox", ((number(uri), f'{{"schema":{self.reference(uri)}}}') for uri in self.pointers))
        log = self.subject.log("judges-sandbox", "")
        with log.open("w") as output:
            process = subprocess.Popen([binary, "--contract", file, "--port", "0", "--log=nothing"], stdout=subprocess.PIPE, stderr=output, text=True)
        try:
            ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
            first = re.search(r"http://[^/]+:(\d+)(/\S*)?", process.stdout.readline() if ready else "")
            if not first:
                raise ValueError(f"the sandbox does not serve it: {log.read_text(encoding='utf-8')}")
            prefix, connection = (first[2] or "").rstrip("/"), http.client.HTTPConnection("127.0.0.1", int(first[1]), timeout=RESPONSE)
            for row in self.rows:
                connection.request("POST", f"{prefix}/sample-judge/{number(row[0])}", row[1].encode(), {"content-type": "application/json"})
                response = connection.getresponse()
                body = response.read().decode()
                yield row, None if response.status == 204 else f"{response.status} {body}"
        finally:
            process.kill()
            process.wait()

    def diff(self, xtask):
        """Yields samples with the change that breaks a client that sends only this value."""
        rows, old, new = [], [], []
        for row in self.rows:
            alone = only(parse(row[1]), self.is_old)
            if alone is not None:
                old.append((len(rows), f'{{"schema":{dump(alone)}}}'))
                new.append((len(rows), f'{{"schema":{self.reference(row[0])}}}'))
                rows.append(row)
        files = self.contract("judge-base", old), self.contract("judge-revision", new)
        run = subprocess.run([xtask, "diff", *files, "--format", "json"], capture_output=True, text=True)
        if run.returncode != 0:
            raise ValueError(f"diff ended with {run.returncode}: {run.stderr[-300:]}")
        found = {}
        for change in json.loads(run.stdout)["details"]:
            if change["wire"]["breaks"] in ("sender", "both"):
                for operation in change["operations"]:
                    found.setdefault(operation, f"{change['id']}: {change['text']}")
        for at, row in enumerate(rows):
            yield row, found.get(f"POST /sample-judge/{at}")


def only(value, is_old):
    """Returns the schema that allows one value alone, or None if OpenAPI 3.0 has none."""
    if isinstance(value, dict):
        members = {name: only(member, is_old) for name, member in value.items()}
        if None in members.values():
            return None
        required = {"required": sorted(value)} if value else {}
        return {"type": "object", "properties": members, "additionalProperties": False, **required}
    if isinstance(value, list):
        items = [only(item, is_old) for item in value]
        size = {"type": "array", "minItems": Number(str(len(items))), "maxItems": Number(str(len(items)))}
        if None in items:
            return None
        if all(dump(item) == dump(items[0]) for item in items):
            return {**size, "items": items[0] if items else {}}
        return None if is_old else {**size, "prefixItems": items, "items": False}
    if value is None:
        return {"enum": [None], "nullable": True} if is_old else {"type": "null"}
    kind = "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
    return {"type": kind, "enum": [value]}


def quoted(pointer):
    """Returns a pointer as a fragment of a URI."""
    return re.sub(r"[^A-Za-z0-9/._~!$&'()*+,;=:@?-]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), pointer)
