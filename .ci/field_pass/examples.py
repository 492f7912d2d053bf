"""Finds the examples of a contract with their schemas, and checks them with an independent validator.

Schemas of OpenAPI 3.0 are lifted to JSON Schema 2020-12 when a reference requires them: `nullable` is `null` as an
alternative, exclusive bounds are numbers, keywords next to `$ref` are ignored. Formats are not asserted, and a pattern that
Python cannot read is not either. A required member that is `readOnly` may be absent from a request, and one that is
`writeOnly` from a response. An example that cannot be checked (a dangling reference, an invalid schema) is not valid.
"""

import re
from dataclasses import dataclass

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from .documents import Number, Place, Unjudged, digest, dump, follow
from .walk import is_30, objects

# Keywords with a nested schema: one, a list, a map.
ONE = ("items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contains", "not", "if", "then", "else", "propertyNames")
LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")
MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
# Keywords with the same meaning in JSON Schema.
PLAIN = (
    "type enum const multipleOf maximum minimum exclusiveMaximum exclusiveMinimum maxLength minLength pattern maxItems minItems "
    "uniqueItems maxContains minContains maxProperties minProperties dependentRequired"
).split()
# Keywords of 2020-12 that OpenAPI 3.0 ignores.
NEW = {
    "const", "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames", "if", "then", "else",
    "dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties", "$defs", "exclusiveMaximum", "exclusiveMinimum",
}


@dataclass(frozen=True)
class Example:
    """An example: its place, its value, its schema, and its direction (or "any")."""

    place: Place
    value: object
    schema: Place
    direction: str


def examples(file):
    """Returns all examples of a contract."""
    for place, node, kind, direction in objects(file):
        several = node.get("examples")
        if direction == "-":
            continue
        if kind == "a schema":
            if is_30(file) and "$ref" in node:
                continue
            if "example" in node:
                yield Example(place / "example", node["example"], place, direction)
            for index, value in enumerate(several if isinstance(several, list) and not is_30(file) else ()):
                yield Example(place / "examples" / index, value, place, direction)
        elif kind in ("a parameter", "a header", "a media type") and isinstance(node.get("schema"), (dict, bool)):
            if kind == "a media type" and not is_json(place.pointer.rpartition("/")[2].replace("~1", "/")):
                continue
            if "example" in node:
                yield Example(place / "example", node["example"], place / "schema", direction)
            for name in several if isinstance(several, dict) else ():
                try:
                    example = follow(place / "examples" / name).node()
                except Unjudged:
                    continue
                if isinstance(example, dict) and "value" in example:
                    yield Example(place / "examples" / name, example["value"], place / "schema", direction)


def is_json(media_type):
    """Returns True if values of this media type have a JSON form."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence in ("*/*", "application/*", "application/x-www-form-urlencoded") or re.search(r"[/+]json$", essence) is not None


def _pattern(validator, pattern, instance, _):
    if validator.is_type(instance, "string"):
        try:
            if not re.search(pattern, instance):
                yield ValidationError("does not match its pattern")
        except re.error:
            pass


CHECKER = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _, value: isinstance(value, Number) and value.is_finite() and value == value.to_integral_value()
).redefine("number", lambda _, value: isinstance(value, Number))
Validator = validators.extend(Draft202012Validator, {"pattern": _pattern}, type_checker=CHECKER)


class Judge:
    """Validates values. `watched`: places of schemas; `touched` collects those that a value was compared with."""

    def __init__(self, is_old, watched=frozenset()):
        self.is_old = is_old
        self.watched, self.touched = watched, set()
        self.numbers, self.targets, self.lifted = {}, [], {}
        self.registry = Registry(retrieve=self.retrieve)
        self.validator = validators.extend(Validator, {"watched": lambda _, place, *__: self.touched.add(place)})

    def is_valid(self, value, schema, direction):
        try:
            return self.opened(schema, direction).is_valid(value)
        except Exception:  # whatever an invalid schema does to the validator
            return False

    def opened(self, schema, direction):
        """Returns the validator of a schema."""
        return self.validator({"$ref": self.name(schema, direction)}, registry=self.registry)

    def name(self, place, direction):
        key = (place, direction)
        if key not in self.numbers:
            self.numbers[key] = len(self.targets)
            self.targets.append(key)
        return f"urn:schema:{self.numbers[key]}"

    def retrieve(self, uri):
        if uri not in self.lifted:
            place, direction = self.targets[int(uri.rpartition(":")[2])]
            self.lifted[uri] = Resource(self.lift(place.node(), place, direction, {}), DRAFT202012)
        return self.lifted[uri]

    def lift(self, node, place, direction, outer):
        """Converts a schema to JSON Schema 2020-12; `outer` are the properties of the schemas that contain it."""
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise Unjudged(f"no schema at {place.pointer}")
        known = {word: value for word, value in node.items() if not (self.is_old and word in NEW)}
        out = {}
        reference = node.get("$ref", node.get("$dynamicRef"))
        if isinstance(reference, str):
            out["$ref"] = self.name(place.to(reference), direction)
            if self.is_old:
                return out
        properties = {**outer, **self.properties(place, 0)}
        out.update({word: known[word] for word in PLAIN if word in known})
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if self.is_old and node.get(exclusive) is True and bound in out:
                out[exclusive] = out.pop(bound)
        for word in ONE:
            if word in known:
                inner = {} if word in ("items", "additionalProperties", "contains", "propertyNames") else properties
                out[word] = self.lift(known[word], place / word, direction, inner)
        for word in LISTS:
            if isinstance(known.get(word), list):
                inner = {} if word == "prefixItems" else properties
                parts = enumerate(known[word])
                out[word] = [self.lift(part, place / word / index, direction, inner) for index, part in parts]
        for word in ("properties", "patternProperties", "dependentSchemas"):
            if isinstance(known.get(word), dict):
                members = known[word].items()
                out[word] = {name: self.lift(member, place / word / name, direction, {}) for name, member in members}
        required = node.get("required")
        if isinstance(required, list):
            silent = {"request": "readOnly", "response": "writeOnly"}.get(direction)
            out["required"] = [name for name in required if not (silent and self.has_mark(properties.get(name), silent))]
        if place in self.watched:
            out["watched"] = place
        if self.is_old and node.get("nullable") is True:
            return {"anyOf": [{"type": "null"}, out]}
        return out

    def properties(self, place, depth):
        """Returns the places of the properties of a schema, with those of its parts."""
        found = {}
        try:
            place = follow(place)
            node = place.node()
        except Unjudged:
            return found
        if not isinstance(node, dict) or depth > 20:
            return found
        for index in range(len(node["allOf"]) if isinstance(node.get("allOf"), list) else 0):
            found.update(self.properties(place / "allOf" / index, depth + 1))
        if isinstance(node.get("properties"), dict):
            found.update({name: place / "properties" / name for name in node["properties"]})
        return found

    def has_mark(self, place, word, depth=0):
        """Returns True if a property, or its reference, is `readOnly` or `writeOnly`."""
        if place is None or depth > 20:
            return False
        try:
            node = place.node()
            if not isinstance(node, dict):
                return False
            if node.get(word) is True and not (self.is_old and "$ref" in node):
                return True
            return isinstance(node.get("$ref"), str) and self.has_mark(place.to(node["$ref"]), word, depth + 1)
        except Unjudged:
            return False


def list_valid(file):
    """Returns the number of examples of a contract, and the valid ones by the place where each is listed."""
    found, judge, valid = list(examples(file)), Judge(is_30(file)), {}
    for example in found:
        if judge.is_valid(example.value, example.schema, example.direction):
            where = "" if example.place.file == file else example.place.file.name
            valid[f"{where}#{example.place.pointer}"] = example
    return len(found), valid


def list_text(valid):
    """Returns the list of valid examples as text: the place and the digest of each."""
    return "".join(sorted(f"{where}\t{digest(dump(example.value))}\n" for where, example in valid.items()))
