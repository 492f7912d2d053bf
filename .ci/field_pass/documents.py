"""Reads contracts by the specifications alone, with neither the generator nor its output.

Numbers keep their text. A `Place` is a node of a file; it resolves the references that are written there.
"""

import decimal
import functools
import hashlib
import json
import pathlib
import re
import sys
import threading
import urllib.parse
from dataclasses import dataclass

import yaml

sys.setrecursionlimit(20_000)
# Schemas are nested deeply, and each thread has its stack and its decimal context.
threading.stack_size(512 << 20)
# Exponents are limited to those that contracts use; the number of digits is not.
decimal.DefaultContext.prec, decimal.DefaultContext.Emin, decimal.DefaultContext.Emax = 400, -999_999, 999_999
decimal.setcontext(decimal.Context())


class Number(decimal.Decimal):
    """A number that keeps its text."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number


class Unjudged(Exception):
    """The contract declares nothing at this place."""


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """The core schema of YAML 1.2, numbers with their text."""


def _number(text):
    """Returns the JSON text of a number of YAML."""
    for prefix, base in (("0x", 16), ("0o", 8)):
        if text.startswith(prefix):
            return str(int(text[2:], base))
    sign = "-" if text[0] == "-" else ""
    whole, dot, fraction, exponent = re.fullmatch(r"[-+]?(\d*)(\.?)(\d*)((?:[eE].*)?)", text).groups()
    return sign + (whole.lstrip("0") or "0") + (f".{fraction or '0'}" if dot else "") + exponent


NUMBER = re.compile(r"^(?:[-+]?\d+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$")
Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    ("int", NUMBER, list("-+.0123456789")),
    ("merge", re.compile(r"^(?:<<)$"), ["<"]),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", pattern, first)
for tag in ("int", "float"):
    Loader.add_constructor(f"tag:yaml.org,2002:{tag}", lambda _, node: Number(_number(node.value)))


def _with_text_keys(value):
    """Returns a value of YAML whose keys are texts."""
    if isinstance(value, dict):
        return {_key(key): _with_text_keys(inner) for key, inner in value.items()}
    return [_with_text_keys(inner) for inner in value] if isinstance(value, list) else value


def _key(key):
    if isinstance(key, Number):
        return key.text
    return key if isinstance(key, str) else json.dumps(key)


def parse(text):
    """Parses JSON."""
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)


@functools.cache
def load(file):
    """Parses a file of JSON or YAML."""
    text = file.read_text(encoding="utf-8-sig")
    try:
        return parse(text)
    except json.JSONDecodeError:
        return _with_text_keys(yaml.load(text, Loader))


def dump(value):
    """Returns JSON text, members sorted, numbers with their text."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{dump(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    return value.text if isinstance(value, Number) else json.dumps(value)


def digest(text):
    """Returns the start of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Place:
    """A node of a file."""

    file: pathlib.Path
    pointer: str

    def __truediv__(self, token):
        return Place(self.file, f"{self.pointer}/{str(token).replace('~', '~0').replace('/', '~1')}")

    def node(self):
        return _node(self.file, self.pointer)

    def to(self, reference):
        """Resolves a reference that is written at this place."""
        target, _, fragment = reference.partition("#")
        file = (self.file.parent / urllib.parse.unquote(target)).resolve() if target else self.file
        fragment = urllib.parse.unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return Place(file, _anchor(file, fragment))
        return Place(file, fragment)


@functools.lru_cache(maxsize=100_000)
def _node(file, pointer):
    if not pointer:
        try:
            return load(file)
        except (OSError, ValueError, yaml.YAMLError) as fault:
            raise Unjudged(str(fault)) from fault
    parent, _, token = pointer.rpartition("/")
    node, token = _node(file, parent), token.replace("~1", "/").replace("~0", "~")
    try:
        return node[int(token)] if isinstance(node, list) else node[token]
    except (KeyError, IndexError, ValueError, TypeError) as fault:
        raise Unjudged(f"nothing at {pointer}") from fault


@functools.cache
def _anchor(file, name):
    pending = [Place(file, "")]
    while pending:
        place = pending.pop()
        node = place.node()
        if isinstance(node, dict) and name in (node.get("$anchor"), node.get("$dynamicAnchor")):
            return place.pointer
        tokens = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        pending += [place / token for token in reversed(tokens)]
    raise Unjudged(f"no anchor {name}")


def follow(place):
    """Follows references from the place; returns the last one."""
    for _ in range(64):
        node = place.node()
        if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
            return place
        place = place.to(node["$ref"])
    raise Unjudged("references in a cycle")
