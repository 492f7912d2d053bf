"""Makes values of schemas, each another one: boundary values, variants in turn, optional members present and absent, unknown members."""

import collections
import random
import re

from .documents import Number, dump

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
# An idempotency key in a body is an argument of the method, and no member of the type.
KEY = re.compile("idempoten", re.I)
# So many times, values are made for a schema of which none was valid.
TRIES = 8
# A sample has about so many values; after them, only what is required is made.
MOST = 200
BITS = {"int8": 7, "uint8": 8, "int16": 15, "uint16": 16, "int32": 31, "uint32": 32, "int64": 63, "uint64": 64}
# Words of schemas that hold together with the others.
COMPOSED = {"$ref", "allOf", "oneOf", "anyOf"}


def number(uri):
    return uri.rpartition(":")[2]


def declared(schemas, schema, name, depth=0):
    """Returns the values that a schema, or what it refers to, declares for a member."""
    if not isinstance(schema, dict) or depth > DEPTH:
        return []
    member = schema.get("properties", {}).get(name, {})
    values = [member["const"]] if "const" in member else member.get("enum", [])
    parts = [*schema.get("allOf", ()), schemas.get(schema.get("$ref"))]
    return values or next(filter(None, (declared(schemas, part, name, depth + 1) for part in parts)), [])


class Endless(Exception):
    """What is required never ends."""


def first(one, _):
    return one


def both(one, other):
    """Returns the schema of what two schemas allow, each with one type, or an alternative that both have."""
    return one if one == other else {"allOf": [one, other]}


def common(one, other):
    return [value for value in one if value in other]


def kinds(one, other):
    lists = [kind if isinstance(kind, list) else [kind] for kind in (one, other)]
    found = [kind for kind in lists[0] if kind in lists[1] or (kind == "integer" and "number" in lists[1])]
    found += [kind for kind in lists[1] if kind == "integer" and "number" in lists[0] and kind not in found]
    return found[0] if len(found) == 1 else found


# How the words of two parts are joined; of all other words the first holds.
JOINED = {
    "properties": lambda one, other: {name: both(one[name], other[name]) if name in one and name in other else {**one, **other}[name] for name in {**one, **other}},
    "required": lambda one, other: [*one, *(name for name in other if name not in one)],
    "type": kinds,
    "enum": common,
    "items": both,
    "additionalProperties": lambda one, other: one if other is True or one is False else other if one is True or other is False else both(one, other),
    NOTE: lambda one, other: {**other, **one},
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


class Sampler:
    """Makes values. Each call of `sample` is another one."""

    def __init__(self, schemas, judge, seed):
        self.schemas, self.judge, self.random, self.turns, self.known = schemas, judge, random.Random(seed), collections.Counter(), {}
        self.is_late = False

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
            # A base of subtypes.
            tag, values = schema[NOTE]["tag"]
            if not values:
                return self.typed(schema, depth, path, False)
            uri = list(values)[self.turn(id(schema), len(values))]
            value = self.value({"$ref": uri}, depth, path, False)
            return {**value, tag: values[uri][0]} if isinstance(value, dict) else value
        if "$ref" in schema and not set(schema) - {"$ref", NOTE}:
            return self.value(self.schemas.get(schema["$ref"], True), depth + (depth > 40), path, plain_path)
        if COMPOSED & set(schema):
            for _ in range(TRIES):
                parts, tags = self.parts(schema, depth)
                whole = False if False in parts else self.whole(parts)
                if whole is not False:
                    break
            value = self.value(whole, depth, path, False)
            return {**value, **tags} if isinstance(value, dict) else value
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return schema["enum"][self.turn(id(schema["enum"]), len(schema["enum"]))]
        return self.typed(schema, depth, path, plain_path)

    def parts(self, schema, depth):
        """Returns the schemas that hold together, with a variant of each union, and the values of discriminators."""
        if not isinstance(schema, dict):
            return [] if schema else [False], {}
        if depth > 40:
            raise Endless
        own = self.known.setdefault(id(schema), {word: inner for word, inner in schema.items() if word not in COMPOSED | {NOTE}})
        if own and NOTE in schema:
            own[NOTE] = {word: inner for word, inner in schema[NOTE].items() if word != "tag"}
        parts, tags = [own] if own else [], {}
        below = [(part, depth) for part in schema.get("allOf", ())]
        if "$ref" in schema:
            below.append((self.schemas.get(schema["$ref"], True), depth + 1))
        for word in ("oneOf", "anyOf"):
            if isinstance(schema.get(word), list) and schema[word]:
                variant = self.variant(schema[word], depth)
                if word == "oneOf" and self.is_late:
                    tags |= self.excluding(variant, schema[word])
                tags |= self.tags(schema, variant)
                below.append((variant, depth + 1))
        for part, at in below:
            more, values = self.parts(part, at)
            parts, tags = parts + more, {**values, **tags}
        return parts, tags

    def variant(self, variants, depth):
        chosen = self.turn(id(variants), len(variants))
        self.is_open |= {} in variants or True in variants
        if depth > DEPTH:
            chosen = next((at for at, one in enumerate(variants) if isinstance(one, dict) and one.get("type") not in (None, "object", "array")), chosen)
        return variants[chosen]

    def excluding(self, variant, variants):
        """Returns members of other variants with values that these do not allow, so that one variant alone allows the value."""
        own, out = self.members(variant), {}
        for other in variants:
            names = [name for name in self.members(other) if name not in own] if other is not variant else []
            if names:
                out[names[self.turn(id(other), len(names))]] = {"x unknown member": [None]}
        return out

    def members(self, schema, depth=0):
        """Returns the names of the members of a schema."""
        if not isinstance(schema, dict) or depth > DEPTH:
            return {}
        parts = [self.schemas.get(schema.get("$ref")), *schema.get("allOf", ())]
        return {name: True for part in parts for name in self.members(part, depth + 1)} | dict.fromkeys(schema.get("properties", ()), True)

    def tags(self, schema, variant):
        """Returns the member that says which variant of a union a value is."""
        tag = schema.get(NOTE, {}).get("tag")
        uri = variant.get("$ref") if isinstance(variant, dict) else None
        if not tag or not uri:
            return {}
        names = tag[1].get(uri) or declared(self.schemas, variant, tag[0]) or [self.judge.schema_name(uri)]
        return {tag[0]: names[self.turn(uri, len(names))]}

    def whole(self, parts):
        """Returns one schema for parts that hold together."""
        key = tuple(map(id, parts))
        if key not in self.known:
            whole = {}
            for part in parts:
                for word, inner in part.items():
                    whole[word] = JOINED.get(word, first)(whole[word], inner) if word in whole else inner
            closed = [set(part.get("properties", ())) for part in parts if part.get("additionalProperties") is False and "patternProperties" not in part]
            if closed and "properties" in whole:
                whole["properties"] = {name: member for name, member in whole["properties"].items() if all(name in names for names in closed)}
            self.known[key] = False if [] in (whole.get("type"), whole.get("enum")) else whole or True
        return self.known[key]

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
            found = [match(schema["pattern"], self.random, more) for more in (0, 0, least, (least + 1) // 2)]
            fits = [text for text in found if text is not None and least <= len(text) <= most]
            if fits:
                return self.random.choice(fits)
        if form in FORMATS:
            return FORMATS[form][self.turn(id(schema), len(FORMATS[form]))]
        is_free = form is None or form in ("password", "binary")
        text = TEXTS[self.turn(id(schema), len(TEXTS))] if is_free else "a"
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
        elif name not in ("AT", "ASSERT", "ASSERT_NOT"):
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
