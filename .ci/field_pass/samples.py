"""Makes values of every schema that has a type, has an independent validator judge them, and compares what the types write.

A sample has boundary values, variants in turn, optional members present, absent and null, unknown members and known enum values. It is
nested to a limit. Some samples have one fault that a type can tell: a member of another JSON type, or a missing required one. The judge is
the crate `jsonschema` (`tests/judge`). A valid sample must be read and written as an equal value, through the codec and through serde.
A sample with a fault must be refused with the place of the fault.
"""

import collections
import json
import random
import re
import subprocess

from .documents import Number, Place, Unjudged, dump
from .examples import Judge
from .round_trip import compare
from .walk import is_30

# Schemas are nested to this depth, then only what is required is made.
DEPTH = 4
ABSENT = object()
# The keyword of what only the sampler reads; no member has this name.
NOTE = "#note"
FORMATS = {
    "date-time": ("2026-06-28T09:40:00Z", "1969-12-31T23:59:59.5+05:30", "2000-02-29T00:00:00.123456789Z"),
    "date": ("2026-06-28", "2000-02-29", "0001-01-01", "9999-12-31"),
    "time": ("09:40:00Z", "23:59:59.999-08:00"),
    "duration": ("P1D", "PT0S", "P1Y2M3DT4H5M6S"),
    "uuid": ("123e4567-e89b-42d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"),
    "byte": ("", "AA==", "aGVsbG8gd29ybGQ="),
    "uri": ("https://example.com/a?b=c#d", "urn:isbn:0451450523"),
    "url": ("https://example.com/a?b=c#d",),
    "email": ("a@example.com",),
    "ipv4": ("192.0.2.1", "255.255.255.255"),
    "ipv6": ("2001:db8::1", "::"),
    "hostname": ("example.com",),
    "decimal": ("0.10", "-1", "12345678901234567890.123"),
}
TEXTS = ("", "a", "Zürich 東京 🦀", "tab\tquote\"back\\slash/\u0001", "0", "null", "true", "  ", "x" * 70)
INTEGERS = (0, 1, -1, 42, 2**31 - 1, -(2**31), 2**53, 2**63 - 1, -(2**63))
NUMBERS = ("0", "0.1", "-0.5", "1e-7", "1.50", "12345678901.125", "42", "2.5e-21")
# A schema without a type is read as the one whose keywords it has.
MEANT = {"object": {"properties", "additionalProperties", "required"}, "array": {"items", "prefixItems"}}
# An idempotency key in a body is an argument of the method, and no member of the type.
KEY = re.compile("idempoten", re.I)
# So many times, values are made for a schema of which none was valid.
TRIES = 8
# A sample has about so many values; after them, only what is required is made.
MOST = 200
BITS = {"int8": 7, "uint8": 8, "int16": 15, "uint16": 16, "int32": 31, "uint32": 32, "int64": 63, "uint64": 64}


class Bundle:
    """The schemas of a contract as one document of JSON Schema, in which references are pointers."""

    def __init__(self, judge):
        self.judge, self.schemas, self.targets, self.faults, self.reached = judge, {}, {}, {}, {}

    def add(self, place):
        """Lifts a schema and all that it refers to; returns its number."""
        uri = self.judge.name(place, "any")
        pending, seen = [uri], set()
        while pending:
            one = pending.pop()
            if one not in self.schemas:
                try:
                    self.schemas[one] = self.lift(one)
                except (Unjudged, RecursionError) as fault:
                    self.schemas[one], self.faults[one] = False, str(fault)
                self.targets[one] = references(self.schemas[one])
            seen.add(one)
            pending += self.targets[one] - seen
        self.reached[uri] = seen
        return uri if not seen & set(self.faults) else None

    def lift(self, uri):
        place, direction = self.judge.targets[int(uri.rpartition(":")[2])]
        return self.judge.lift(place.node(), place, direction, {})

    def text(self, change=lambda schema: schema):
        """Returns the document as JSON, each schema changed by a function that gets its keywords."""
        self.change = change
        schemas = {number(uri): self.judged(schema) for uri, schema in self.schemas.items()}
        return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": schemas}, default=plain)

    def judged(self, schema):
        """Returns a schema for the judge: a discriminator says which variant a value is of."""
        if isinstance(schema, list):
            return [self.judged(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        out = {word: self.judged(inner) for word, inner in schema.items() if word != NOTE and not isinstance(inner, Place)}
        if isinstance(out.get("$ref"), str):
            out["$ref"] = "#/$defs/" + number(out["$ref"])
        if NOTE in schema:
            out[NOTE] = schema[NOTE]
        out = self.change(out)
        out.pop(NOTE, None)
        tag, values = schema.get(NOTE, {}).get("tag", (None, None))
        for word in ("oneOf", "anyOf") if tag else ():
            pairs = zip(schema.get(word, ()), out.get(word, ()))
            out |= {word: [self.tagged(part, one, tag, values) for part, one in pairs]} if word in out else {}
        return out

    def tagged(self, part, judged, tag, values):
        if not (isinstance(part, dict) and "$ref" in part):
            return judged
        names = [*values.get(part["$ref"], ()), self.judge.schema_name(part["$ref"])]
        return {"allOf": [judged, {"properties": {tag: {"enum": names}}}]}


def number(uri):
    return uri.rpartition(":")[2]


def plain(value):
    """Returns a number as Python's JSON writes it."""
    return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)


def references(schema):
    if isinstance(schema, dict):
        own = {schema["$ref"]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(references, schema.values()))
    return set().union(*map(references, schema)) if isinstance(schema, list) else set()


class Lifter(Judge):
    """Adds the type that a schema without one means, and keeps format and discriminator, for the sampler."""

    def lift(self, node, place, direction, outer):
        out = super().lift(node, place, direction, outer)
        if not isinstance(node, dict) or not isinstance(out, dict):
            return out
        inner = out["anyOf"][1] if set(out) == {"anyOf"} and self.is_old and node.get("nullable") is True else out
        note = {}
        if not {"type", "$ref", "enum", "const", "allOf", "oneOf", "anyOf"} & set(node):
            kinds = [kind for kind, words in MEANT.items() if words & set(node)]
            if len(kinds) == 1:
                inner["type"], note["meant"] = kinds[0], True
        if isinstance(node.get("format"), str):
            note["format"] = node["format"]
        members = self.properties(place, 0) if isinstance(node.get("required"), list) else {}
        marks = [name for name, member in members.items() if self.has_mark(member, "readOnly") or self.has_mark(member, "writeOnly")]
        if marks:
            note["one way"] = marks
        if node.get("nullable") is True and not self.is_old:
            note["nullable"] = True
        if node.get("readOnly") is True:
            note["read only"] = True
        tags = node.get("discriminator")
        if isinstance(tags, dict) and isinstance(tags.get("propertyName"), str):
            note["tag"] = tags["propertyName"], self.tags(tags.get("mapping"), place, direction)
        if note:
            inner[NOTE] = note
        return out

    def schema_name(self, uri):
        return self.targets[int(number(uri))][0].pointer.rpartition("/")[2]

    def tags(self, mapping, place, direction):
        found = {}
        for value, target in (mapping if isinstance(mapping, dict) else {}).items():
            if not isinstance(target, str):
                continue
            if not re.search(r"[#/.]", target):
                target = "#/components/schemas/" + target
            found.setdefault(self.name(place.to(target), direction), []).append(value)
        return found


class Endless(Exception):
    """What is required never ends."""


class Sampler:
    """Makes values. Each call of `sample` is another one."""

    def __init__(self, schemas, judge, seed):
        self.schemas, self.judge, self.random, self.turns = schemas, judge, random.Random(seed), collections.Counter()

    def sample(self, uri):
        """Returns a value, its fault if it has one (the pointer, and the value that belongs there), and whether a union of it allows all."""
        self.fault, self.is_open, self.wants_fault, self.left = None, False, self.chance(0.15), MOST
        value = self.value({"$ref": uri}, 0, "", True)
        return (None if value is ABSENT else value), self.fault, self.is_open

    def turn(self, key, count):
        self.turns[key] += 1
        return (self.turns[key] + self.random.randrange(2)) % count

    def chance(self, part):
        return self.random.random() < part

    def value(self, schema, depth, path, plain_path):
        """Returns a value of a schema; `plain_path`: each schema on the way has one type and no alternatives."""
        self.left -= 1
        if self.left < -10 * MOST:
            raise Endless
        depth = depth if self.left > 0 else max(depth, DEPTH + 1)
        if not isinstance(schema, dict):
            return self.random.choice((None, True, Number("1"), "any", [], {})) if schema else ABSENT
        if "tag" in schema.get(NOTE, {}) and not {"oneOf", "anyOf"} & set(schema):
            # A base: its subtypes are not part of the schema, as the judge reads it.
            raise Endless
        if "$ref" in schema:
            target = self.schemas.get(schema["$ref"], True)
            alone = not set(schema) - {"$ref", NOTE}
            value = self.value(target, depth + (depth > 40), path, plain_path and alone)
            return value if alone else self.merged([value, self.value({word: inner for word, inner in schema.items() if word != "$ref"}, depth, path, False)])
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return schema["enum"][self.turn(id(schema), len(schema["enum"]))]
        parts = []
        for word in ("oneOf", "anyOf"):
            if isinstance(schema.get(word), list) and schema[word]:
                parts.append(self.variant(schema, schema[word], depth, path))
        for part in schema.get("allOf", ()):
            parts.append(self.value(part, depth, path, False))
        if parts:
            own = {word: inner for word, inner in schema.items() if word not in ("oneOf", "anyOf", "allOf", NOTE)}
            if set(own) & {"type", "properties", "required", "additionalProperties"}:
                parts.append(self.value(own, depth, path, False))
            return self.merged(parts)
        return self.typed(schema, depth, path, plain_path)

    def variant(self, schema, variants, depth, path):
        chosen = self.turn(id(variants), len(variants))
        self.is_open |= {} in variants or True in variants
        if depth > DEPTH:
            chosen = next((at for at, one in enumerate(variants) if isinstance(one, dict) and one.get("type") not in (None, "object", "array")), chosen)
        value = self.value(variants[chosen], depth + 1, path, False)
        tag = schema.get(NOTE, {}).get("tag")
        uri = variants[chosen].get("$ref") if isinstance(variants[chosen], dict) else None
        if tag and uri and isinstance(value, dict):
            names = tag[1].get(uri) or [self.judge.schema_name(uri)]
            value = {**value, tag[0]: names[self.turn(uri, len(names))]}
        return value

    def merged(self, parts):
        parts = [part for part in parts if part is not ABSENT]
        if parts and all(isinstance(part, dict) for part in parts):
            return {name: value for part in parts for name, value in part.items()}
        return parts[0] if parts else ABSENT

    def typed(self, schema, depth, path, plain_path):
        kinds = schema.get("type") if isinstance(schema.get("type"), (str, list)) else None
        if kinds is None:
            kinds = "object" if {"properties", "additionalProperties", "required"} & set(schema) else "array" if {"items", "prefixItems"} & set(schema) else None
        if kinds is None:
            if {"pattern", "minLength", "maxLength"} & set(schema) or schema.get(NOTE, {}).get("format") in FORMATS:
                return self.text(schema)
            return self.value(True, depth, path, False)
        kind = kinds[self.turn(id(kinds), len(kinds))] if isinstance(kinds, list) and kinds else kinds
        form = schema.get(NOTE, {}).get("format")
        if kind == "number" and form in BITS:
            return self.integer(schema)
        # A decimal may also be read from a number.
        is_plain = plain_path and kind == kinds and form != "decimal" and "watched" not in schema and "meant" not in schema.get(NOTE, {})
        if self.wants_fault and is_plain and path and kind != "null" and not KEY.search(path.rpartition("/")[2]) and self.fault is None and self.chance(0.3):
            self.wants_fault = False
            self.fault = path, self.typed(schema, depth, path, False)
            return {"string": Number("7"), "integer": "seven", "number": "seven", "boolean": "yes", "array": "list", "object": "thing", "null": "nothing"}.get(kind)
        make = {"object": self.object, "array": self.array}.get(kind)
        if make:
            return make(schema, depth, path, is_plain)
        return {"string": self.text, "integer": self.integer, "number": self.decimal}.get(kind, lambda _: None if kind == "null" else self.chance(0.5))(schema)

    def object(self, schema, depth, path, is_plain):
        declared = schema.get("properties", {})
        required = [name for name in schema.get("required", ()) if isinstance(name, str)]
        more = schema.get("additionalProperties", True)
        out = {}
        share = (0.9, 0.5, 0.0)[self.turn(id(schema), 3)] if depth < DEPTH else 0.0
        for name, member in declared.items():
            if name not in required and not self.chance(share):
                continue
            value = self.value(member, depth + 1, f"{path}/{name.replace('~', '~0').replace('/', '~1')}", is_plain)
            if value is not ABSENT:
                out[name] = value
        for name in required:
            if name not in out and name not in declared:
                value = self.value(more, depth + 1, "", False)
                out[name] = None if value is ABSENT else value
        if depth < DEPTH and self.chance(0.2):
            value = self.value(more, depth + 1, "", False)
            if value is not ABSENT:
                out["x unknown member"] = value
        for pattern, member in schema.get("patternProperties", {}).items():
            name = match(pattern, self.random)
            if name is not None:
                out.setdefault(name, self.value(member, depth + 1, "", False))
        least = schema.get("minProperties", 0)
        for at in range(int(least) - len(out)):
            out[f"key{at}"] = self.value(more, depth + 1, "", False)
        one_way = schema.get(NOTE, {}).get("one way", ())
        missing = [name for name in required if name in out and name in declared and name not in one_way and not KEY.search(name)]
        if self.wants_fault and self.fault is None and is_plain and missing and self.chance(0.3):
            name = self.random.choice(missing)
            self.fault = f"{path}/{name.replace('~', '~0').replace('/', '~1')}", out.pop(name)
        return {name: value for name, value in out.items() if value is not ABSENT}

    def array(self, schema, depth, path, is_plain):
        least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", 3))
        count = max(least, min(most, (1, 0, 2)[self.turn(id(schema), 3)] if depth < DEPTH else 0))
        first = schema.get("prefixItems", [])
        count = max(count, min(len(first), most)) if first else count
        items = schema.get("items", True)
        values = [self.value(first[at] if at < len(first) else items, depth + 1, f"{path}/{at}", is_plain) for at in range(min(count, 50))]
        if isinstance(schema.get("contains"), dict) and not self.chance(0.2):
            values = [self.value(schema["contains"], depth + 1, "", False), *values]
        values = [value for value in values if value is not ABSENT]
        if schema.get("uniqueItems") is True:
            values = list({dump(value): value for value in values}.values())
        return values

    def text(self, schema):
        form = schema.get(NOTE, {}).get("format")
        least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", 10**6))
        if isinstance(schema.get("pattern"), str):
            found = [match(schema["pattern"], self.random, more) for more in (0, least, (least + 1) // 2)]
            fits = [text for text in found if text is not None and least <= len(text) <= most]
            if fits:
                return self.random.choice(fits)
        if form in FORMATS:
            return FORMATS[form][self.turn(id(schema), len(FORMATS[form]))]
        if form is not None and form not in ("password", "binary"):
            return "a"
        text = TEXTS[self.turn(id(schema), len(TEXTS))]
        text = text + "y" * (least - len(text)) if len(text) < least else text
        return text[:most]

    def bounds(self, schema):
        low, high = schema.get("minimum"), schema.get("maximum")
        under, over = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        return low, high, under, over

    def integer(self, schema):
        low, high, under, over = self.bounds(schema)
        bits = BITS.get(schema.get(NOTE, {}).get("format"), 63)
        is_unsigned = str(schema.get(NOTE, {}).get("format")).startswith("u")
        candidates = [int(bound) + step for bound, step in ((low, 0), (high, 0), (under, 1), (over, -1)) if bound is not None and bound == int(bound)]
        candidates += [value for value in INTEGERS if (0 if is_unsigned else -(2**bits)) <= value < 2**bits]
        step = schema.get("multipleOf")
        if step is not None and step == int(step) and int(step) > 0:
            candidates = [value - value % int(step) + more for value in candidates for more in (0, int(step))] + [int(step)]
        fits = [value for value in candidates if within(value, low, high, under, over) and -(2**bits) <= value < 2**bits] or candidates
        return Number(str(fits[self.turn(id(schema), len(fits))]))

    def decimal(self, schema):
        low, high, under, over = self.bounds(schema)
        candidates = [str(bound) for bound in (low, high) if bound is not None]
        step = schema.get("multipleOf")
        candidates += [str(step), *(str((bound // step + 1) * step) for bound in (low, under) if bound is not None)] if step else NUMBERS
        fits = [value for value in map(Number, candidates) if within(value, low, high, under, over)] or [Number(candidates[0])]
        return fits[self.turn(id(schema), len(fits))]


def within(value, low, high, under, over):
    return (low is None or value >= low) and (high is None or value <= high) and (under is None or value > under) and (over is None or value < over)


def match(pattern, source, more=0):
    """Returns a text that a pattern matches, with so many repetitions if it allows them, or None if the pattern is beyond this."""
    try:
        text = "".join(pieces(re._parser.parse(pattern), source, more))
        return text if re.search(pattern, text) else None
    except (re.error, NotImplementedError, OverflowError):
        return None


def pieces(parsed, source, more):
    for kind, given in parsed:
        name = str(kind)
        if name == "LITERAL":
            yield chr(given)
        elif name == "NOT_LITERAL":
            yield "a" if given != ord("a") else "b"
        elif name == "ANY":
            yield source.choice("a0-")
        elif name == "IN":
            yield chosen(given, source)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = given
            count = source.choice((least, min(int(most), least + 2))) if not more else min(int(most), max(least, more))
            for _ in range(min(count, 300)):
                yield from pieces(inner, source, more)
        elif name == "SUBPATTERN":
            yield from pieces(given[3], source, more)
        elif name == "BRANCH":
            yield from pieces(source.choice(given[1]), source, more)
        elif name == "CATEGORY":
            yield chosen([(kind, given)], source)
        elif name != "AT":
            raise NotImplementedError(name)


def chosen(given, source):
    """Returns a character of a set."""
    holds = lambda text: re.fullmatch(r"\w", text) or text
    negated = str(given[0][0]) == "NEGATE"
    if negated:
        sets = given[1:]
        for text in "a0-Z _.~é":
            if not any(contains(one, text) for one in sets):
                return text
        raise NotImplementedError("a negated set")
    kind, value = source.choice(given)
    name = str(kind)
    if name == "LITERAL":
        return chr(value)
    if name == "RANGE":
        return chr(source.choice(value))
    if name == "CATEGORY":
        return {"CATEGORY_DIGIT": "7", "CATEGORY_WORD": "w", "CATEGORY_SPACE": " ", "CATEGORY_NOT_DIGIT": "d", "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_SPACE": "s"}[str(value)]
    raise NotImplementedError(name)


def contains(one, text):
    name, value = str(one[0]), one[1]
    if name == "LITERAL":
        return chr(value) == text
    if name == "RANGE":
        return value[0] <= ord(text) <= value[1]
    return re.fullmatch({"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_NOT_WORD": r"\W", "CATEGORY_NOT_SPACE": r"\S"}[str(value)], text) is not None


class Samples:
    """The samples of one contract: which types are sampled, and what became of each sample."""

    def __init__(self, subject, trip):
        """Lifts the schemas that have a type, and adds their types to the program's checks of examples."""
        self.trip, self.schemas, self.skipped, self.judged = trip, {}, collections.Counter(), []
        self.lifter = Lifter(is_30(subject.file), trip.fallen)
        self.bundle = Bundle(self.lifter)
        for place, spelling in trip.types.items():
            if is_part(place):
                continue
            uri = self.bundle.add(place)
            if uri:
                self.schemas[uri] = trip.checks.setdefault(spelling, len(trip.checks))
            else:
                self.skipped["its schema cannot be lifted"] += 1

    def run(self, subject, judge, count, seed):
        """Makes, judges, reads and compares the samples; fails with the first wrong ones of each kind."""
        file = subject.log("schemas", self.bundle.text())
        sampler = Sampler(self.bundle.schemas, self.lifter, seed)
        kept = self.choose(subject, sampler, judge, file, count)
        given = "".join(f"{self.schemas[uri]}\t{text}\n" for _, uri, _, _, text in kept)
        run = subprocess.run([subject.artifact, "read"], input=given, capture_output=True, text=True)
        lines = run.stdout.split("\n")[:-1]
        if len(lines) != len(kept):
            subject.fail("samples", f"the program ended early: {run.stderr[:300]}")
        wrong = []
        for (kind, uri, value, fault, text), line in zip(kept, lines):
            reason = unseen(line, fault) if kind == "faulty" else self.unequal(value, line)
            if reason and not (kind == "open" and reason == "fits no variant of a union"):
                place = self.lifter.targets[int(number(uri))][0]
                wrong.append(f"{reason}\t{place.pointer}\t{text}\n")
        faults = sum(kind == "faulty" for kind, *_ in kept)
        subject.figures |= {"sampled": len(self.schemas), "samples": len(kept) - faults, "faults": faults, "wrong": len(wrong)}
        subject.figures["not sampled by reason"] = dict(self.skipped)
        text = "".join(wrong)
        subject.log("samples", text)
        if wrong:
            subject.fail("samples", "".join(line[:300] for line in wrong), text)

    def choose(self, subject, sampler, judge, file, count):
        """Returns so many samples that the judge allows, as kind, schema, value, fault and text; counts the schemas without any."""
        uris, kept, found = list(self.schemas), [], collections.Counter()
        for tried in range(TRIES if uris else 0):
            # Then the schemas without a sample, however many samples there are.
            none = [uri for uri in uris if not found[uri]]
            wanted, made = none if tried and none else uris, []
            for at in range(max(count - len(kept), len(none) if tried else 0)):
                uri = wanted[at % len(wanted)]
                try:
                    value, fault, is_open = sampler.sample(uri)
                except Endless:
                    continue
                made.append((uri, value, fault and fault[0], is_open, dump(value)))
                if fault:
                    made.append((uri, None, None, is_open, dump(restored(value, *fault))))
            given = "".join(f"{number(uri)}\t{text}\n" for uri, *_, text in made)
            words = subprocess.run([judge, file], input=given, capture_output=True, text=True, check=True).stdout.split()
            pairs = iter(zip(made, words, strict=True))
            for (uri, value, fault, is_open, text), word in pairs:
                # After a sample with a fault comes the one without it.
                whole = next(pairs)[1] if fault else word
                kind = ("open" if is_open else "valid") if word == "1" else "faulty" if fault and word == "0" and whole == "1" else None
                if word != "?":
                    self.judged.append((uri, text, word == "1"))
                if kind:
                    kept.append((kind, uri, value, fault, text))
                    found[uri] += 1
        none = [self.lifter.targets[int(number(uri))][0].pointer for uri in uris if not found[uri]]
        if none:
            self.skipped["no valid value was found"] = len(none)
            subject.log("unsampled", "\n".join(none))
        return kept

    def unequal(self, value, line):
        failed, serde = compare(value, line)
        return failed or (serde and f"through serde: {serde}")


def restored(value, pointer, member):
    """Returns the value with the member that belongs at a pointer."""
    head, _, rest = pointer[1:].partition("/")
    token = head.replace("~1", "/").replace("~0", "~")
    if isinstance(value, list):
        at = int(token)
        return [*value[:at], restored(value[at], "/" + rest, member) if rest else member, *value[at + 1 :]]
    return {**value, token: restored(value[token], "/" + rest, member) if rest else member}


def unseen(line, fault):
    """Returns the reason if a sample with a fault was read as if it had none, or if the message does not name its place."""
    if not line.startswith("! "):
        # A union keeps what fits none of its variants.
        return None if "Unknown(" in line.split("\t")[1] else f"the fault at {fault} was not seen"
    place = re.search(r", at (/\S*)", line)
    named, wanted = place[1].split("/") if place else [], fault.split("/")
    # A message shows no name that may be a key of a map.
    is_named = len(named) == len(wanted) and all(one in (other, "…") for one, other in zip(named, wanted))
    return None if is_named else f"the message does not name {fault}: {line[2:]}"


def is_part(place):
    """Returns True for a part of a schema of several parts: it is sampled with the whole, which has the type."""
    if re.search(r"/(allOf|oneOf|anyOf)/\d+", place.pointer):
        return True
    pointer = place.pointer
    while "/properties/" in pointer:
        pointer = pointer.rpartition("/properties/")[0]
        if {"allOf", "oneOf", "anyOf"} & set(Place(place.file, pointer).node()):
            return True
    return False
