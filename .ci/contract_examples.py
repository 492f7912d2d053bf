"""Reads the examples of a contract with their schemas, and checks them with an independent validator.

Reads OpenAPI 3.0 and 3.1 by the specification alone: it uses neither the generator nor its output.
Numbers keep their text. Schemas of 3.0 are lifted to JSON Schema 2020-12 when a reference asks for them: `nullable` is
`null` beside the rest, exclusive bounds are numbers, keywords beside `$ref` are ignored. Formats are not asserted, a pattern
that Python cannot read is not either. A required member that is `readOnly` may be left out of what is sent, and one that
is `writeOnly` out of what is received. An example that cannot be checked (a dangling reference, an invalid schema) is not valid.
"""

import decimal
import functools
import hashlib
import json
import pathlib
import re
import sys
import urllib.parse
from dataclasses import dataclass

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

sys.setrecursionlimit(20_000)
# Exponents are limited to those that contracts use; the number of digits is not.
decimal.setcontext(decimal.Context(prec=400, Emin=-999_999, Emax=999_999))

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
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


class Number(decimal.Decimal):
    """A number that keeps its text."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number


class Unjudged(Exception):
    """The contract declares no schema at this place."""


# ---- text to values -------------------------------------------------------------------------------------------------


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """The core schema of YAML 1.2, numbers with their text."""


def _number(text):
    """The JSON text of a number of YAML."""
    for prefix, base in (("0x", 16), ("0o", 8)):
        if text.startswith(prefix):
            return str(int(text[2:], base))
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.removeprefix("+"))
    whole, dot, rest = digits.partition(".")
    if not dot:
        whole, mark, rest = re.match(r"(\d+)([eE]?)(.*)", digits).groups()
        return sign + (whole.lstrip("0") or "0") + mark + rest
    fraction, mark, rest = re.match(r"(\d*)([eE]?)(.*)", rest).groups()
    return sign + (whole.lstrip("0") or "0") + "." + (fraction or "0") + mark + rest


NUMBER = re.compile(r"^(?:[-+]?\d+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$")
Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", NUMBER, list("-+.0123456789"))
Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^(?:<<)$"), ["<"])
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: Number(_number(node.value)))
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Number(_number(node.value)))


def _key(key):
    if isinstance(key, Number):
        return key.text
    return key if isinstance(key, str) else json.dumps(key)


def _texts(value):
    """YAML keys that are not strings become their text."""
    if isinstance(value, dict):
        return {_key(key): _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return value


@functools.cache
def load(file):
    """Parses a file."""
    text = file.read_text(encoding="utf-8-sig")
    try:
        return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)
    except json.JSONDecodeError:
        return _texts(yaml.load(text, Loader))


def dump(value):
    """JSON text, members sorted, numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{dump(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, Number):
        return value.text
    return json.dumps(value)


def digest(value):
    return hashlib.sha256(dump(value).encode()).hexdigest()


# ---- places and references ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A node of a file."""

    file: pathlib.Path
    pointer: str

    def __truediv__(self, token):
        return Place(self.file, f"{self.pointer}/{str(token).replace('~', '~0').replace('/', '~1')}")

    def node(self):
        return _at(self.file, self.pointer)

    def to(self, reference):
        """Resolves a reference that is written at this place."""
        target, _, fragment = reference.partition("#")
        file = (self.file.parent / urllib.parse.unquote(target)).resolve() if target else self.file
        fragment = urllib.parse.unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return Place(file, _anchor(file, fragment))
        return Place(file, fragment)


@functools.lru_cache(maxsize=100_000)
def _at(file, pointer):
    if not pointer:
        try:
            return load(file)
        except (OSError, ValueError, yaml.YAMLError) as fault:
            raise Unjudged(str(fault)) from fault
    above, _, token = pointer.rpartition("/")
    node, token = _at(file, above), token.replace("~1", "/").replace("~0", "~")
    try:
        return node[int(token)] if isinstance(node, list) else node[token]
    except (KeyError, IndexError, ValueError, TypeError) as fault:
        raise Unjudged(f"nothing at {pointer}") from fault


@functools.cache
def _anchor(file, name):
    def find(node, pointer):
        if isinstance(node, dict):
            if name in (node.get("$anchor"), node.get("$dynamicAnchor")):
                return pointer
            inner = node.items()
        elif isinstance(node, list):
            inner = enumerate(node)
        else:
            return None
        for token, value in inner:
            found = find(value, (Place(file, pointer) / token).pointer)
            if found is not None:
                return found
        return None

    found = find(load(file), "")
    if found is None:
        raise Unjudged(f"no anchor {name}")
    return found


def follow(place):
    """Follows references from the place; returns the last one."""
    for _ in range(64):
        node = place.node()
        if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
            return place
        place = place.to(node["$ref"])
    raise Unjudged("references in a circle")


# ---- examples and their schemas -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """An example: its place, its value, its schema, and its direction (or "any")."""

    place: Place
    kind: str
    value: object
    schema: Place
    direction: str


class Walk:
    """Walks all parts of a contract that may contain examples, each once."""

    def __init__(self, file):
        self.root = Place(file, "")
        try:
            node = self.root.node()
        except Unjudged as fault:
            print(f"{file.name} has no examples, since it cannot be read: {str(fault)[:200]}", file=sys.stderr)
            node = None
        self.old = str(node.get("openapi", "")).startswith("3.0") if isinstance(node, dict) else True
        self.seen = set()
        self.found = []

    def examples(self):
        root = self.root
        self.each(root / "paths", self.path_item, "request")
        self.each(root / "webhooks", self.path_item, "request")
        components = root / "components"
        self.each(components / "schemas", self.schema, "any")
        self.each(components / "responses", self.response, "response")
        self.each(components / "parameters", self.parameter, "request")
        self.each(components / "requestBodies", self.body, "request")
        self.each(components / "headers", self.parameter, "response")
        self.each(components / "callbacks", self.callback, "request")
        self.each(components / "pathItems", self.path_item, "request")
        return self.found

    def each(self, place, visit, direction):
        """Returns the entries of a map or list; empty if there is none."""
        try:
            node = place.node()
        except Unjudged:
            return
        if isinstance(node, dict):
            for key in node:
                if not key.startswith("x-") or visit in (self.schema, self.parameter):
                    visit(place / key, direction)
        elif isinstance(node, list):
            for index in range(len(node)):
                visit(place / index, direction)

    def open(self, place):
        """Returns the place after references and its node, if it is an object that was not visited yet."""
        try:
            place = follow(place)
            node = place.node()
        except Unjudged:
            return None, None
        if not isinstance(node, dict) or place in self.seen:
            return None, None
        self.seen.add(place)
        return place, node

    def path_item(self, place, _):
        place, node = self.open(place)
        if place is None:
            return
        self.each(place / "parameters", self.parameter, "request")
        for method in METHODS:
            operation = node.get(method)
            if isinstance(operation, dict):
                here = place / method
                self.each(here / "parameters", self.parameter, "request")
                self.body(here / "requestBody", "request")
                self.each(here / "responses", self.response, "response")
                self.each(here / "callbacks", self.callback, "request")

    def callback(self, place, _):
        place, node = self.open(place)
        if place is not None:
            self.each(place, self.path_item, "request")

    def body(self, place, direction):
        place, _ = self.open(place)
        if place is not None:
            self.content(place / "content", direction)

    def response(self, place, direction):
        place, _ = self.open(place)
        if place is not None:
            self.content(place / "content", direction)
            self.each(place / "headers", self.parameter, direction)

    def parameter(self, place, direction):
        place, node = self.open(place)
        if place is None:
            return
        self.content(place / "content", direction)
        if isinstance(node.get("schema"), (dict, bool)):
            self.beside(place, node, "header" if direction == "response" else "parameter", direction)
            self.schema(place / "schema", direction)

    def content(self, place, direction):
        try:
            media = place.node()
        except Unjudged:
            return
        for name in media if isinstance(media, dict) else ():
            here = place / name
            try:
                here = follow(here)
                node = here.node()
            except Unjudged:
                continue
            if isinstance(node, dict) and isinstance(node.get("schema"), (dict, bool)):
                if is_json(name):
                    self.beside(here, node, direction, direction)
                self.schema(here / "schema", direction)

    def beside(self, place, node, kind, direction):
        """Collects `example` and `examples` beside a schema."""
        if "example" in node:
            self.add(place / "example", kind, node["example"], place / "schema", direction)
        several = node.get("examples")
        for name in several if isinstance(several, dict) else ():
            here = place / "examples" / name
            try:
                example = follow(here).node()
            except Unjudged:
                continue
            if isinstance(example, dict) and "value" in example:
                self.add(here, kind, example["value"], place / "schema", direction)

    def schema(self, place, direction):
        try:
            node = place.node()
        except Unjudged:
            return
        if not isinstance(node, dict) or place in self.seen:
            return
        self.seen.add(place)
        if isinstance(node.get("$ref"), str):
            try:
                target = place.to(node["$ref"])
            except Unjudged:
                target = None
            if target is not None and not target.pointer.startswith("/components/schemas/"):
                self.schema(target, direction)
            if self.old:
                return
        if "example" in node:
            self.add(place / "example", "schema", node["example"], place, direction)
        several = node.get("examples")
        if isinstance(several, list) and not self.old:
            for index, value in enumerate(several):
                self.add(place / "examples" / index, "schema", value, place, direction)
        for word in ONE:
            if word not in ("not", "if", "then", "else", "propertyNames") and isinstance(node.get(word), dict):
                self.schema(place / word, direction)
        for word in (*LISTS, *MAPS):
            self.each(place / word, self.schema, direction)

    def add(self, place, kind, value, schema, direction):
        self.found.append(Example(place, kind, value, schema, direction))


def is_json(media_type):
    """Returns True if values of this media type have a JSON form."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence in ("*/*", "application/*", "application/x-www-form-urlencoded") or re.search(r"[/+]json$", essence) is not None


# ---- judging --------------------------------------------------------------------------------------------------------


def _pattern(validator, pattern, instance, schema):
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

    def __init__(self, old, watched=frozenset()):
        self.old = old
        self.watched, self.touched = watched, set()
        self.numbers, self.targets = {}, []
        self.lifted = {}
        self.registry = Registry(retrieve=self.retrieve)

        def touch(_validator, place, _instance, _schema):
            self.touched.add(place)

        self.validator = validators.extend(Validator, {"watched": touch})

    def is_valid(self, value, schema, direction):
        try:
            return self.validator({"$ref": self.name(schema, direction)}, registry=self.registry).is_valid(value)
        except Unjudged:
            return False
        except Exception as fault:  # whatever a schema that is none does to the validator
            cause = fault.__cause__
            while cause is not None and not isinstance(cause, Unjudged):
                cause = cause.__cause__
            if cause is None:
                self.odd = repr(fault)[:200]
            return False

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
        out = {}
        reference = node.get("$ref", node.get("$dynamicRef"))
        if isinstance(reference, str):
            out["$ref"] = self.name(place.to(reference), direction)
            if self.old:
                return out
        properties = {**outer, **self.properties(place, 0)}
        for word in PLAIN:
            if word in node and not (self.old and word in NEW):
                out[word] = node[word]
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if self.old and node.get(exclusive) is True and bound in out:
                out[exclusive] = out.pop(bound)
        for word in ONE:
            if word in node and not (self.old and word in NEW):
                inner = {} if word in ("items", "additionalProperties", "contains", "propertyNames") else properties
                out[word] = self.lift(node[word], place / word, direction, inner)
        for word in LISTS:
            if isinstance(node.get(word), list) and not (self.old and word in NEW):
                inner = {} if word == "prefixItems" else properties
                parts = enumerate(node[word])
                out[word] = [self.lift(part, place / word / index, direction, inner) for index, part in parts]
        for word in ("properties", "patternProperties", "dependentSchemas"):
            if isinstance(node.get(word), dict) and not (self.old and word in NEW):
                members = node[word].items()
                out[word] = {name: self.lift(member, place / word / name, direction, {}) for name, member in members}
        required = node.get("required")
        if isinstance(required, list):
            silent = {"request": "readOnly", "response": "writeOnly"}.get(direction)
            out["required"] = [name for name in required if not (silent and self.says(properties.get(name), silent))]
        if place in self.watched:
            out["watched"] = place
        if self.old and node.get("nullable") is True:
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

    def says(self, place, word, depth=0):
        """Returns True if a property, or its reference, is `readOnly` or `writeOnly`."""
        if place is None or depth > 20:
            return False
        try:
            node = place.node()
            if not isinstance(node, dict):
                return False
            if node.get(word) is True and not (self.old and "$ref" in node):
                return True
            if isinstance(node.get("$ref"), str):
                return self.says(place.to(node["$ref"]), word, depth + 1)
        except Unjudged:
            return False
        return False


def contracts(folder):
    """Returns the contracts of a folder with an INDEX.tsv, without files that are parts of others, smallest first."""
    rows = (folder / "INDEX.tsv").read_text(encoding="utf-8").splitlines()[1:]
    cells = [row.split("\t") for row in rows if row.strip()]
    files = [folder / row[0] for row in cells if len(row) < 5 or row[4] not in ("-", "")]
    return sorted(files, key=lambda file: file.stat().st_size)
