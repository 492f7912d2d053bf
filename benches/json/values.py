"""Documents for a schema: those that a contract gives as examples of its answers, and made ones.

A contract as data comes in, JSON values come out, always the same for the same name. It never judges whether the types
that are measured can hold them; the program does.
"""

import random
import uuid

from contracts import operations

# Below so many levels an optional member is left to chance, and below the second number only what is required is made.
CERTAIN, LAST = 3, 7
# So many values may a document have before only what is required is added.
MANY = 800
EXAMPLES = 3
WORDS = "alpha Bergen cluster deploy eventually façade gateway https hello index ready release “quoted” remote user zone".split()


def examples(document, name):
    """Examples of successful answers that are this component schema, at most a few."""
    components, found = document.get("components", {}), []
    target = {"$ref": f"#/components/schemas/{name}"}
    for operation in operations(document):
        for status, response in operation.get("responses", {}).items():
            if "$ref" in response:
                response = components.get("responses", {}).get(response["$ref"].rsplit("/", 1)[-1], {})
            for media, content in response.get("content", {}).items() if str(status).startswith("2") else ():
                if "json" not in media or content.get("schema", {}).get("$ref") != target["$ref"]:
                    continue
                given = [*content.get("examples", {}).values(), {"value": content.get("example")}]
                for example in given:
                    if "$ref" in example:
                        example = components.get("examples", {}).get(example["$ref"].rsplit("/", 1)[-1], {})
                    value = example.get("value")
                    if isinstance(value, dict) and value not in found:
                        found.append(value)
    return found[:EXAMPLES]


class Maker:
    """Makes values; `chance` is how likely an optional member is."""

    def __init__(self, document, name, chance):
        self.document, self.chance = document, chance
        self.random = random.Random(f"{name} {chance}")
        self.made = 0

    def follow(self, schema):
        """The schema behind references, with what its `allOf` says joined to it."""
        for _ in range(32):
            if "$ref" not in schema:
                break
            node = self.document
            for token in schema["$ref"].removeprefix("#/").split("/"):
                node = node[token.replace("~1", "/").replace("~0", "~")]
            schema = node
        if "allOf" not in schema:
            return schema
        whole = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            for key, value in self.follow(part).items():
                if key == "properties":
                    whole[key] = {**value, **whole.get(key, {})}
                elif key == "required":
                    whole[key] = [*whole.get(key, []), *value]
                else:
                    whole.setdefault(key, value)
        return whole

    def value(self, schema, depth=0):
        """A value of this schema."""
        schema = self.follow(schema) if isinstance(schema, dict) else {}
        self.made += 1
        if depth > 40:
            raise RecursionError
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self.random.choice([one for one in schema["enum"] if one is not None] or [None])
        for word in ("oneOf", "anyOf"):
            variants = [one for one in schema.get(word, []) if self.follow(one).get("type") != "null"]
            if variants:
                outer = {key: value for key, value in schema.items() if key in ("properties", "required")}
                chosen = self.follow(self.random.choice(variants))
                return self.value(self.follow({"allOf": [chosen, outer]}) if outer else chosen, depth + 1)
        kind = schema.get("type", "object" if "properties" in schema or "additionalProperties" in schema else None)
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "null")
        make = getattr(self, f"make_{kind}", None)
        return make(schema, depth) if make else None if kind == "null" else {}

    def make_object(self, schema, depth):
        required = set(schema.get("required", []))
        made = {}
        for name, member in schema.get("properties", {}).items():
            small = depth > LAST or self.made > MANY
            chance = 0 if small else self.chance if depth < CERTAIN else self.chance / 3
            if name in required or self.random.random() < chance:
                made[name] = self.value(member, depth + 1)
        others = schema.get("additionalProperties")
        if isinstance(others, dict) and others and not made:
            made = {f"example.com/{self.random.choice(WORDS)}-{at}": self.value(others, depth + 1) for at in range(2)}
        return made

    def make_array(self, schema, depth):
        wanted = 2 if depth <= LAST and self.made <= MANY else 0
        wanted = min(max(schema.get("minItems", 0), wanted), schema.get("maxItems", wanted + 9))
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(wanted)]

    def make_string(self, schema, _depth):
        given = schema.get("example", (schema.get("examples") or [None])[0] if isinstance(schema.get("examples"), list) else None)
        if isinstance(given, str):
            return given
        number = self.random.randrange(1000, 100_000)
        match schema.get("format"):
            case "date-time":
                return f"2026-0{number % 9 + 1}-1{number % 10}T0{number % 7}:{number % 50 + 10}:00Z"
            case "date":
                return f"2026-0{number % 9 + 1}-1{number % 10}"
            case "uuid":
                return str(uuid.UUID(int=self.random.getrandbits(128)))
            case "uri" | "url":
                return f"https://api.example.com/{self.random.choice(WORDS)}/{number}"
            case "email":
                return f"user{number}@example.com"
            case "byte":
                return "aGVsbG8gd29ybGQ="
        text = " ".join(self.random.choice(WORDS) for _ in range(number % 4 + 1))
        # One text in sixteen has lines.
        text = text + "\n\tand \"more\"\n" if number % 16 == 0 else text
        return (text + "-" * schema.get("minLength", 0))[: schema.get("maxLength", 1000)]

    def make_integer(self, schema, _depth):
        least, most = int(schema.get("minimum", 0)), int(schema.get("maximum", 2_000_000_000))
        return self.random.randint(least, max(least, min(most, least + 10 ** self.random.randint(1, 9))))

    def make_number(self, schema, _depth):
        return min(max(self.random.randrange(100_000) / 100, schema.get("minimum", 0)), schema.get("maximum", 1e9))

    def make_boolean(self, _schema, _depth):
        return self.random.random() < 0.5


def shuffled(value, source):
    """The same value with the members of every object in another order."""
    if isinstance(value, list):
        return [shuffled(item, source) for item in value]
    if not isinstance(value, dict):
        return value
    members = list(value.items())
    source.shuffle(members)
    return {name: shuffled(member, source) for name, member in members}


def documents(document, name):
    """The contract's examples of a schema, then values with all, half (in any order) and none of the optional members."""
    found = [("example", value) for value in examples(document, name)]
    for chance in (1, 0.5, 0):
        maker = Maker(document, name, chance)
        try:
            value = maker.value({"$ref": f"#/components/schemas/{name}"})
        except RecursionError:
            continue
        # A server need not write members in the order of the contract.
        value = shuffled(value, maker.random) if chance == 0.5 else value
        if isinstance(value, dict) and all(value != known for _, known in found):
            found.append(("made", value))
    return found
