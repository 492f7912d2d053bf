"""Makes two contracts of the JSON Schema Test Suite: its valid instances are examples, its invalid ones are sent.

Each schema of the suite is a component; schemas with `$ref`, `$id` or anchors are left out, because they mean another document
there. Every valid instance must be read. It may be returned otherwise for three reasons, and each is counted: the generator has
reported that it reads the schema as any JSON value; a number that is written as a fraction is an integer of the schema
(`1.0`); serde reads no `1.0` as an `i64`.

Each invalid instance is sent as the body of a call of its schema. It must not be readable, or be refused before it is sent,
or be sent as something that is valid. Otherwise it counts for the keywords without which it would be valid:
schema-suite.tsv has for each of them the maximum number, and the cause why values are not checked against it.
"""

import collections
import functools
import itertools
import re
import subprocess

from . import crates
from .documents import dump, parse
from .examples import LISTS, MAPS, ONE, Validator

# Maximum numbers; they may only be lowered. (The seventh fraction is an instance of `const: -2.0`, which was any JSON value before.)
MOST = {"any JSON value": 39, "a fraction that is an integer": 7, "through serde": 1}
LIST = crates.ROOT / ".ci" / "schema-suite.tsv"
GROUP = "instances"

# Keywords that `false` gives a meaning of its own.
CLOSING = {"additionalProperties", "items", "unevaluatedItems", "unevaluatedProperties"}
# Keywords that contain other keywords: those inside are blamed first.
OUTER = {"allOf", "anyOf", "oneOf", "properties", "patternProperties", "prefixItems"}
OF_DOCUMENTS = {"$ref", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary"}


def refers(value):
    """Returns True if a schema, or a part of it, depends on the document that contains it."""
    if isinstance(value, dict):
        return any(key in OF_DOCUMENTS or refers(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(refers, value))


def groups(suite):
    """Returns the groups of tests whose schemas are independent of a document, each with a name."""
    for file in sorted(suite.glob("*.json")):
        for index, group in enumerate(parse(file.read_text(encoding="utf-8"))):
            schema = group["schema"]
            if isinstance(schema, dict) and not refers(schema):
                name = re.sub("[^A-Za-z0-9]", "", file.stem.title()) + str(index)
                yield name, {key: value for key, value in schema.items() if key != "$schema"}, group["tests"]


def write(name, schemas, paths):
    """Writes a contract; returns its file."""
    info = {"title": "JSON Schema Test Suite", "version": "1"}
    file = crates.FOLDER / f"{name}.json"
    file.write_text(dump({"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}), encoding="utf-8")
    return file


def content(name):
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def responses(suite):
    """Writes a contract with the schemas in responses, and with the valid instances as examples; returns its file."""
    schemas, paths = {}, {}
    for name, schema, tests in groups(suite):
        schemas[name] = schema | {"examples": [test["data"] for test in tests if test["valid"]]}
        response = {"200": {"description": "An instance.", "content": content(name)}}
        paths[f"/{name}"] = {"get": {"operationId": f"get{name}", "responses": response}}
    return write("json-schema-valid", schemas, paths)


class Requests:
    """A contract with the schemas in requests, and the invalid instances."""

    def __init__(self, suite, xtask):
        schemas, paths, self.instances = {}, {}, []
        for name, schema, tests in groups(suite):
            invalid = [test["data"] for test in tests if not test["valid"]]
            if invalid:
                self.instances += [(len(schemas), schema, value) for value in invalid]
                call = {"group": GROUP, "method": f"send_{len(schemas)}"}
                schemas[name] = schema
                body, response = {"required": True, "content": content(name)}, {"204": {"description": "Nothing."}}
                paths[f"/{name}"] = {"put": {"operationId": f"put{name}", "x-sdk": call, "requestBody": body, "responses": response}}
        self.subject = crates.Subject(write("json-schema-invalid", schemas, paths))
        code, complaint = crates.generate(self.subject, xtask)
        if code:
            self.subject.fail("generate", complaint)
            return
        calls = (self.subject.crate / "src" / "operations" / f"{GROUP}.rs").read_text(encoding="utf-8")
        borrowed = dict(re.findall(r"pub fn send_(\d+)\(\s*self,\s*body: (&?)", calls))
        arms = "".join(
            f"{number} => match from_slice(text.as_bytes()) {{\n"
            f"Ok(value) => Ok(Box::pin(client.{GROUP}().send_{number}({borrowed[str(number)]}value).into_future()).await.map_err(|error| error.to_string())),\n"
            "Err(error) => Err(error.to_string()),\n},\n"
            for number in range(len(schemas))
        )
        program = crates.template("bodies.rs", LIBRARY=self.subject.library, CALLS=arms)
        crates.write_program(self.subject, {"main.rs": program})

    def run(self):
        """Sends the invalid instances; fails if one is sent for a keyword that is not listed, or too often."""
        given = "".join(f"{number}\t{dump(value)}\n" for number, _, value in self.instances)
        run = subprocess.run([self.subject.artifact], input=given.encode(), capture_output=True)
        # The texts may have line breaks of other kinds.
        lines = [line.split("\t", 1) for line in run.stdout.decode().split("\n")[:-1]]
        listed, sent, counts, wrong = causes(), collections.Counter(), collections.Counter(), []
        if len(lines) != len(self.instances) or not lines:
            wrong.append(f"{len(self.instances)} values were given, and {len(lines)} results returned: {run.stderr.decode()[:300]}")
        entries = []
        for (_, schema, value), (result, text) in zip(self.instances, lines):
            if result == "sent":
                written = parse(text)
                result = "sent as something valid"
                if not Validator(schema).is_valid(written):
                    result = "sent"
                    words = blame(schema, written)
                    sent[words] += 1
                    entries.append("\t".join((words, dump(value), dump(schema))))
            counts[result] += 1
        summary = ", ".join(f"{count} {result}" for result, count in sorted(counts.items()))
        wrong += [f"{count} invalid instances are sent for `{words}`, more than {listed.get(words, 0)}" for words, count in sent.items() if count > listed.get(words, 0)]
        wrong += [f"{counts['lost']} calls succeed, and nothing is sent"] * bool(counts["lost"])
        print(f"{len(self.instances)} invalid instances of the JSON Schema Test Suite: {summary}")
        text = "\n".join([*wrong, summary, *entries])
        self.subject.log("instances", text)
        if wrong:
            self.subject.fail("instances", text)


def check_valid(subject, reasons):
    """Fails if a valid instance is returned otherwise for an unknown reason, or for a known reason too often."""
    counts = collections.Counter(map(known_reason, reasons))
    wrong = ["no known reason: " + " ".join(reason) for reason in reasons if known_reason(reason) is None]
    wrong += [f"{counts[name]} of at most {most}: {name}" for name, most in MOST.items() if counts[name] > most]
    if not subject.figures.get("valid"):
        wrong.append("the suite has no valid instance")
    if wrong:
        subject.fail("instances", "\n".join(wrong))


def known_reason(reason):
    kind, _, text = reason
    if kind == "failed" and text.startswith("read as an untyped JSON value"):
        return "any JSON value"
    number = re.fullmatch(r".*: (-?[\d.]+) became (-?\d+)", text)
    if kind == "failed" and number and float(number[1]) == int(number[2]):
        return "a fraction that is an integer"
    return "through serde" if kind == "serde" else None


def keywords(schema):
    """Returns the keywords of a schema and of the schemas in it; `false` for the schema that allows nothing."""
    if schema is False:
        return {"false"}
    found = set()
    for word, inner in schema.items() if isinstance(schema, dict) else ():
        if word != "$comment":
            # `false` of CLOSING is the keyword's.
            parts = [] if inner is False and word in CLOSING else inner.values() if word in MAPS else inner if word in LISTS else [inner] if word in ONE else []
            found.update({word}, *map(keywords, parts))
    return found


def without(schema, words):
    """Returns a schema without these keywords, wherever they are."""
    if not isinstance(schema, dict):
        return True if schema is False and "false" in words else schema
    kept = {}
    for word, inner in schema.items():
        if word in words:
            continue
        if word in MAPS:
            inner = {name: without(part, words) for name, part in inner.items()}
        elif word in LISTS:
            inner = [without(part, words) for part in inner]
        elif word in ONE:
            inner = inner if inner is False and word in CLOSING else without(inner, words)
        kept[word] = inner
    return kept


@functools.cache
def unchecked():
    """Returns the keywords that no value is checked against, according to the ledger."""
    pages = sorted((crates.ROOT / "docs/generate/coverage").glob("*.md"))
    ledger = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return set(re.findall(r"^\| `(\w+)` \| [^|]+ \| noted \| checked neither", ledger, re.M))


def blame(schema, value):
    """Returns the fewest keywords without which a value is valid; those first that are not checked, and those last that contain others."""
    known = sorted(keywords(schema), key=lambda word: (word not in unchecked(), word in OUTER, word))
    for count in (1, 2):
        for words in itertools.combinations(known, count):
            if Validator(without(schema, set(words))).is_valid(value):
                return " ".join(words)
    return " ".join(known)


def causes():
    """Reads the list: keywords to maximum. Those that the ledger lists as not checked must be so there."""
    listed = {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        words, most, cause = line.split("\t")
        listed[words] = int(most)
        if cause == "not checked" and not unchecked() & set(words.split()):
            raise ValueError(f"the ledger does not list `{words}` as not checked")
    return listed
