"""Makes values of every schema that has a type, has an independent validator judge them, and compares what the types write.

A sample has boundary values, variants in turn, optional members present, absent and null, unknown members and known enum values. It is
nested to a limit. Some samples have one fault that a type can tell: a member of another JSON type, or a missing required one. The judge is
the crate `jsonschema` (`tests/judge`). A valid sample must be read and written as an equal value, through the codec and through serde.
A sample with a fault must be refused with the place of the fault.
"""

import collections
import json
import re
import subprocess

from .documents import Place, Unjudged, dump
from .examples import Judge
from .round_trip import compare
from .sampler import NOTE, TRIES, Endless, Sampler, declared, number
from .walk import is_30

# A schema without a type is read as the one whose keywords it has.
MEANT = {"object": {"properties", "additionalProperties", "required"}, "array": {"items", "prefixItems"}}


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
        place, direction = self.judge.targets[int(number(uri))]
        try:
            node = place.node()
        except Unjudged:
            # What is not there is any value.
            return {NOTE: {"no target": True}}
        return self.judge.lift(node, place, direction, {})

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
        if isinstance(out.get("required"), list):
            # The judge takes the length of this list for the number of the members.
            out["required"] = list(dict.fromkeys(out["required"]))
        if NOTE in schema:
            out[NOTE] = schema[NOTE]
        out = self.change(out)
        out.pop(NOTE, None)
        tag, values = schema.get(NOTE, {}).get("tag", (None, None))
        for word in ("oneOf", "anyOf") if tag else ():
            # `change` may have made one of the other.
            pairs = zip(schema.get(word, schema.get("oneOf", ())), out.get(word, ()))
            out |= {word: [self.tagged(part, one, tag, values) for part, one in pairs]} if word in out else {}
        return out

    def tagged(self, part, judged, tag, values):
        if not (isinstance(part, dict) and "$ref" in part):
            return judged
        own = values.get(part["$ref"], ())
        # A value that the mapping gives to another variant is not of this one, whatever its own schema allows.
        others = {value for given in values.values() for value in given} - set(own)
        implied = [*declared(self.schemas, part, tag), self.judge.schema_name(part["$ref"])]
        names = [*own, *(name for name in implied if not isinstance(name, str) or name not in others)]
        return {"allOf": [judged, {"properties": {tag: {"enum": names}}}]}


def plain(value):
    """Returns a number as Python's JSON writes it."""
    return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)


def is_read_only_beside(node):
    return isinstance(node, dict) and "$ref" in node and node.get("readOnly") is True


def references(schema):
    if isinstance(schema, dict):
        own = {schema["$ref"]} if isinstance(schema.get("$ref"), str) else set()
        own |= set(schema.get(NOTE, {}).get("tag", (None, ()))[1])
        return own.union(*map(references, schema.values()))
    return set().union(*map(references, schema)) if isinstance(schema, list) else set()


class Lifter(Judge):
    """Adds the type that a schema without one means, and keeps format and discriminator, for the sampler."""

    def lift(self, node, place, direction, outer):
        out = super().lift(node, place, direction, outer)
        if not isinstance(node, dict) or not isinstance(out, dict):
            return out
        if self.is_old and "$ref" in node:
            return {"anyOf": [{"type": "null"}, out], NOTE: {"nullable": True}} if node.get("nullable") is True else out
        inner = out["anyOf"][1] if set(out) == {"anyOf"} and self.is_old and node.get("nullable") is True else out
        for word in ("exclusiveMinimum", "exclusiveMaximum"):
            if isinstance(inner.get(word), bool):
                del inner[word]
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
        beside = [name for name, member in members.items() if self.is_old and is_read_only_beside(member.node())]
        if beside:
            note["read only beside"] = beside
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
            sampler.is_late = tried > 1
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
