"""Small contracts in pairs: one edit at one place each, for `.ci/changes-rust`.

`cells(matrix, structure)` reads two tables whose first columns name edits (testdata/changes of the shared data) and returns a `Cell`
for each edit and place. An edit that is not known here is an error, so that the tables and this file stay together. Texts contain
`@` where the number of the cell stands, so that no two cells have a schema in common.
"""

import copy
import csv
import dataclasses
import json

S, I, N, B = ({"type": name} for name in ("string", "integer", "number", "boolean"))
UUID = "123e4567-e89b-12d3-a456-426614174000"


def obj(members, required=(), **more):
    """Returns an object; a member of the cell's own keeps it different from all others."""
    return {"type": "object", "properties": {"own@": S, **members}, **({"required": list(required)} if required else {}), **more}


def arr(items, **more):
    return {"type": "array", "items": items, **more}


def bound(schema, word, low, high):
    """Returns the edits of one bound: set, unset, up, down."""
    base = {word: low} if word.startswith("min") else {word: high}
    of = lambda value: {**schema, word: value}
    return {
        f"{word} set": (schema, {**schema, **base}),
        f"{word} unset": ({**schema, **base}, schema),
        f"{word} up": (of(low), of(high)),
        f"{word} down": (of(high), of(low)),
    }


CAT = obj({"kind": {"type": "string", "enum": ["cat@"]}, "lives": I}, ["kind"])
DOG = obj({"kind": {"type": "string", "enum": ["dog@"]}, "tricks": S}, ["kind"])
FISH = obj({"kind": {"type": "string", "enum": ["fish@"]}, "depth": I}, ["kind"])
AB, ABC = {"type": "string", "enum": ["a@", "b@"]}, {"type": "string", "enum": ["a@", "b@", "c@"]}
PETS = {"CatOfCell@": obj({"kind": S, "lives": I}, ["kind"]), "DogOfCell@": obj({"kind": S, "tricks": S}, ["kind"])}
CAT_REF, DOG_REF = ({"$ref": f"#/components/schemas/{name}"} for name in PETS)


def tagged(name="kind", **mapping):
    found = {"propertyName": name}
    if mapping:
        found["mapping"] = {f"{value}@": ref["$ref"] for value, ref in mapping.items()}
    return {"oneOf": [CAT_REF, DOG_REF], "discriminator": found}


def schemas():
    """Returns the edits of a schema: base and revision by name."""
    fmt = lambda name, kind="string": {"type": kind, "format": name}
    member = lambda schema, **more: obj({"m": {**schema, **more}})
    base = obj({"m": S})
    edits = {
        "type string->integer": (S, I),
        "type integer->string": (I, S),
        "type integer->number": (I, N),
        "type number->integer": (N, I),
        "type removed (string->any)": (S, {}),
        "type added (any->string)": ({}, S),
        "format added uuid": (S, fmt("uuid")),
        "format removed uuid": (fmt("uuid"), S),
        "format date-time->date": (fmt("date-time"), fmt("date")),
        "format int32->int64": (fmt("int32", "integer"), fmt("int64", "integer")),
        "format int64->int32": (fmt("int64", "integer"), fmt("int32", "integer")),
        "enum value added": (AB, ABC),
        "enum value removed": (ABC, AB),
        "enum introduced": (S, AB),
        "enum dropped": (AB, S),
        "x-extensible-enum value removed": ({**S, "x-extensible-enum": ["a@", "b@"]}, {**S, "x-extensible-enum": ["a@"]}),
        "x-extensible-enum value added": ({**S, "x-extensible-enum": ["a@"]}, {**S, "x-extensible-enum": ["a@", "b@"]}),
        "nullable on": (S, {**S, "nullable": True}),
        "nullable off": ({**S, "nullable": True}, S),
        **bound(S, "maxLength", 10, 20),
        **bound(S, "minLength", 1, 3),
        "pattern set": (S, {**S, "pattern": "^[a-z]+$"}),
        "pattern unset": ({**S, "pattern": "^[a-z]+$"}, S),
        "pattern changed": ({**S, "pattern": "^[a-z]+$"}, {**S, "pattern": "^[a-z]{2,}$"}),
        "pattern -> .*": ({**S, "pattern": "^[a-z]+$"}, {**S, "pattern": ".*"}),
        **bound(I, "maximum", 10, 20),
        **bound(I, "minimum", 1, 3),
        "multipleOf set": (I, {**I, "multipleOf": 5}),
        "multipleOf unset": ({**I, "multipleOf": 5}, I),
        **bound(arr(S), "maxItems", 3, 7),
        **bound(arr(S), "minItems", 1, 2),
        "uniqueItems on": (arr(S), arr(S, uniqueItems=True)),
        "uniqueItems off": (arr(S, uniqueItems=True), arr(S)),
        "items type changed": (arr(S), arr(I)),
        "scalar -> array of it": (S, arr(S)),
        "default set": (S, {**S, "default": "x"}),
        "default unset": ({**S, "default": "x"}, S),
        "default changed": ({**S, "default": "x"}, {**S, "default": "y"}),
        "optional property added": (base, obj({"m": S, "n": S})),
        "required property added": (base, obj({"m": S, "n": S}, ["n"])),
        "required property with default added": (base, obj({"m": S, "n": {**S, "default": "x"}}, ["n"])),
        "optional property removed": (obj({"m": S, "n": S}), base),
        "required property removed": (obj({"m": S, "n": S}, ["n"]), base),
        "property became required": (base, obj({"m": S}, ["m"])),
        "property became optional": (obj({"m": S}, ["m"]), base),
        "readOnly property added required": (base, obj({"m": S, "n": {**S, "readOnly": True}}, ["n"])),
        "writeOnly property added required": (base, obj({"m": S, "n": {**S, "writeOnly": True}}, ["n"])),
        "property became readOnly": (base, member(S, readOnly=True)),
        "property became writeOnly": (base, member(S, writeOnly=True)),
        "property no longer readOnly": (member(S, readOnly=True), base),
        "property no longer writeOnly": (member(S, writeOnly=True), base),
        "property deprecated": (base, member(S, deprecated=True)),
        "deprecated property removed": (obj({"m": S, "n": {**S, "deprecated": True}}), base),
        "property renamed": (base, obj({"renamed": S})),
        "additionalProperties false->true": (obj({}, additionalProperties=False), obj({}, additionalProperties=True)),
        "additionalProperties absent->false": (obj({}), obj({}, additionalProperties=False)),
        "additionalProperties false->absent": (obj({}, additionalProperties=False), obj({})),
        "additionalProperties value type changed": (obj({}, additionalProperties=S), obj({}, additionalProperties=I)),
        "minProperties up": (obj({}, minProperties=1), obj({}, minProperties=2)),
        "maxProperties down": (obj({}, maxProperties=5), obj({}, maxProperties=4)),
        "oneOf branch added": ({"oneOf": [CAT, DOG]}, {"oneOf": [CAT, DOG, FISH]}),
        "oneOf branch removed": ({"oneOf": [CAT, DOG, FISH]}, {"oneOf": [CAT, DOG]}),
        "wrapped in oneOf (same + other)": (CAT, {"oneOf": [CAT, DOG]}),
        "unwrapped oneOf": ({"oneOf": [CAT, DOG]}, CAT),
        "anyOf branch added": ({"anyOf": [CAT, DOG]}, {"anyOf": [CAT, DOG, FISH]}),
        "anyOf branch removed": ({"anyOf": [CAT, DOG, FISH]}, {"anyOf": [CAT, DOG]}),
        "allOf branch added": ({"allOf": [base]}, {"allOf": [base, obj({"n": S}, ["n"])]}),
        "allOf branch removed": ({"allOf": [base, obj({"n": S}, ["n"])]}, {"allOf": [base]}),
        "wrapped in allOf of one (equal)": (base, {"allOf": [base]}),
        "discriminator added": ({"oneOf": [CAT_REF, DOG_REF]}, tagged()),
        "discriminator property renamed": (tagged(), tagged("sort")),
        "discriminator mapping added": (tagged(), tagged(cat=CAT_REF, dog=DOG_REF)),
        "discriminator mapping value removed": (tagged(cat=CAT_REF, dog=DOG_REF, hound=DOG_REF), tagged(cat=CAT_REF, dog=DOG_REF)),
        "discriminator mapping retargeted": (tagged(cat=CAT_REF, dog=DOG_REF), tagged(cat=DOG_REF, dog=CAT_REF)),
        "inline -> equal $ref": (CAT_REF, CAT_REF),
        "description only": (S, {**S, "description": "Other words."}),
        "title/example only": (S, {**S, "title": "Other", "example": "x"}),
        "3.1 type string -> [string,null]": (S, {"type": ["string", "null"]}),
        "3.1 type [string,null] -> string": ({"type": ["string", "null"]}, S),
        "3.1 type string -> [string,integer]": (S, {"type": ["string", "integer"]}),
        "3.1 type [string,integer] -> string": ({"type": ["string", "integer"]}, S),
        "3.1 const added": (S, {**S, "const": "a@"}),
        "3.1 const removed": ({**S, "const": "a@"}, S),
        "3.1 const changed": ({**S, "const": "a@"}, {**S, "const": "b@"}),
        "3.1 const -> enum containing it": ({**S, "const": "a@"}, AB),
        "3.1 wrapped oneOf null": (S, {"oneOf": [S, {"type": "null"}]}),
        "3.1 exclusiveMinimum up": ({**I, "exclusiveMinimum": 1}, {**I, "exclusiveMinimum": 3}),
        "3.1 exclusiveMinimum down": ({**I, "exclusiveMinimum": 3}, {**I, "exclusiveMinimum": 1}),
        "3.1 minimum 1 -> exclusiveMinimum 0 (equal for ints)": ({**I, "minimum": 1}, {**I, "exclusiveMinimum": 0}),
        "3.1 prefixItems added": (arr({}), {"type": "array", "prefixItems": [S, I]}),
        "3.1 contentSchema removed": (
            {**S, "contentMediaType": "application/json", "contentSchema": I}, {**S, "contentMediaType": "application/json"}),
        "3.1 dependentRequired added": (obj({"m": S, "n": S}), obj({"m": S, "n": S}, dependentRequired={"m": ["n"]})),
    }
    return edits


DONE = {"description": "Done."}
PLACES = ("request body", "request property", "query parameter", "header parameter", "response body", "response property",
          "error response property", "response header")


def operation(place, schema):
    """Returns an operation that has a schema at a place."""
    body = lambda one: {"application/json": {"schema": one}}
    at = {"name": "p@", "required": False, "schema": schema}
    found = {"operationId": "cell@", "tags": ["cells"], "responses": {"200": copy.deepcopy(DONE)}}
    inner = {"type": "object", "properties": {"held@": schema}}
    match place:
        case "request body":
            found["requestBody"] = {"required": True, "content": body(schema)}
        case "request property":
            found["requestBody"] = {"required": True, "content": body(inner)}
        case "query parameter":
            found["parameters"] = [{"in": "query", **at}]
        case "header parameter":
            found["parameters"] = [{"in": "header", **at, "name": "X-P@"}]
        case "response body":
            found["responses"]["200"]["content"] = body(schema)
        case "response property":
            found["responses"]["200"]["content"] = body(inner)
        case "error response property":
            found["responses"]["422"] = {"description": "Refused.", "content": body(inner)}
        case "response header":
            found["responses"]["200"]["headers"] = {"X-H@": {"schema": schema}}
    return found


def structures():
    """Returns the edits beside schemas: base and revision as parts of a contract, by name. `None`: the whole contract is concerned."""
    post = operation("response body", obj({"m": S}))
    get = {**copy.deepcopy(post), "parameters": []}

    def op(**more):
        return {"post": {**copy.deepcopy(post), **more}}

    def query(name="q@", **more):
        return {"in": "query", "name": name, "schema": S, **more}

    def answers(**more):
        return op(responses={**copy.deepcopy(post["responses"]), **more})

    def body(required=True, **content):
        media = {name: {"schema": obj({"m": S})} for name in content.values()} or {"application/json": {"schema": obj({"m": S})}}
        return op(requestBody={"required": required, "content": media})

    def head(**headers):
        found = op()
        found["post"]["responses"]["200"]["headers"] = headers
        return found

    def call(schema):
        answered = {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": {"200": DONE}}}
        return op(callbacks={"told": {"{$request.body#/m}": answered}})

    def media(name):
        return op(responses={"200": {**DONE, "content": {name: {"schema": obj({"m": S})}}}})

    lasting, gone = {"deprecated": True}, {}
    later, soon, before = "2099-01-01", "2098-01-01", "2020-01-01"
    two = {**op(), "get": {**get, "operationId": "cell@Get"}}
    plain, key, other = op(), op(security=[{"key": []}]), op(security=[{"other": []}])
    scoped = lambda *scopes: op(security=[{"flow": list(scopes)}])
    level = lambda word: op(**{"x-stability-level": word})
    at = lambda path, item: {path: item}
    edits = {
        "operation removed": (two, op()),
        "path removed": (op(), gone),
        "operation added": (op(), two),
        "path parameter renamed only": (at("/cell@/{a}", op(parameters=[{"in": "path", "name": "a", "required": True, "schema": S}])),
                                        at("/cell@/{b}", op(parameters=[{"in": "path", "name": "b", "required": True, "schema": S}]))),
        "path changed case / moved": (at("/cell@", op()), at("/Cell@", op())),
        "operation marked deprecated": (op(), op(**lasting)),
        "deprecated operation removed, no sunset": (op(**lasting), gone),
        "deprecated operation removed, sunset in the past": (op(**lasting, **{"x-sunset": before}), gone),
        "deprecated operation removed, sunset in the future": (op(**lasting, **{"x-sunset": later}), gone),
        "sunset moved earlier": (op(**lasting, **{"x-sunset": later}), op(**lasting, **{"x-sunset": soon})),
        "sunset dropped": (op(**lasting, **{"x-sunset": later}), op(**lasting)),
        "operation removed, x-stability-level alpha": (level("alpha"), gone),
        "operation removed, x-stability-level beta": (level("beta"), gone),
        "operationId changed": (op(), op(operationId="cell@Other")),
        "operationId removed": (op(), {"post": {name: value for name, value in post.items() if name != "operationId"}}),
        "tag removed": (op(tags=["cells", "more"]), op(tags=["cells"])),
        "tag added": (op(tags=["cells"]), op(tags=["cells", "more"])),
        "summary changed": (op(summary="One."), op(summary="Two.")),
        "optional query parameter added": (op(), op(parameters=[query()])),
        "required query parameter added": (op(), op(parameters=[query(required=True)])),
        "required query parameter with default added": (op(), op(parameters=[query(required=True, schema={**S, "default": "x"})])),
        "required header parameter added": (op(), op(parameters=[{**query("X-Q@", required=True), "in": "header"}])),
        "optional query parameter added at path level": (op(), {**op(), "parameters": [query()]}),
        "required query parameter added at path level": (op(), {**op(), "parameters": [query(required=True)]}),
        "parameter moved from operation to path level (equal)": (op(parameters=[query()]), {**op(), "parameters": [query()]}),
        "optional query parameter removed": (op(parameters=[query()]), op()),
        "required query parameter removed": (op(parameters=[query(required=True)]), op()),
        "deprecated query parameter removed": (op(parameters=[query(deprecated=True)]), op()),
        "query parameter became required": (op(parameters=[query()]), op(parameters=[query(required=True)])),
        "query parameter became optional": (op(parameters=[query(required=True)]), op(parameters=[query()])),
        "parameter moved query -> header": (op(parameters=[query("Q@")]), op(parameters=[{**query("Q@"), "in": "header"}])),
        "query parameter renamed": (op(parameters=[query()]), op(parameters=[query("r@")])),
        "parameter style/explode changed": (op(parameters=[query(schema=arr(S))]), op(parameters=[query(schema=arr(S), explode=False)])),
        "required request body added": (op(), body()),
        "optional request body added": (op(), body(False)),
        "request body removed": (body(), op()),
        "request body became required": (body(False), body()),
        "request body became optional": (body(), body(False)),
        "request media type added": (body(), body(one="application/json", two="application/xml")),
        "request media type replaced": (body(), body(one="application/xml")),
        "response media type added": (op(), op(responses={"200": {**DONE, "content": {
            name: {"schema": obj({"m": S})} for name in ("application/json", "application/xml")}}})),
        "response media type replaced": (op(), media("application/xml")),
        "response media type -> application/json; charset=utf-8": (op(), media("application/json; charset=utf-8")),
        "success status added (202)": (op(), answers(**{"202": DONE})),
        "success status removed": (answers(**{"202": DONE}), op()),
        "success status 201 -> 200": (op(responses={"201": post["responses"]["200"]}), op()),
        "error status added (409)": (op(), answers(**{"409": DONE})),
        "error status removed": (answers(**{"409": DONE}), op()),
        "default response added": (op(), answers(default=DONE)),
        "response header added": (op(), head(**{"X-H@": {"schema": S}})),
        "optional response header removed": (head(**{"X-H@": {"schema": S}}), op()),
        "required response header removed": (head(**{"X-H@": {"schema": S, "required": True}}), op()),
        "operation security added (was open)": (plain, key),
        "operation security removed": (key, plain),
        "second security alternative added (OR)": (key, op(security=[{"key": []}, {"other": []}])),
        "second scheme required too (AND)": (key, op(security=[{"key": [], "other": []}])),
        "security scheme swapped": (key, other),
        "scope added to requirement": (scoped("read"), scoped("read", "write")),
        "scope removed from requirement": (scoped("read", "write"), scoped("read")),
        "callback added": (op(), call(obj({"c": S}))),
        "callback payload type changed": (call(obj({"c": S})), call(obj({"c": I}))),
        "callback removed": (call(obj({"c": S})), op()),
    }
    whole = [
        "global security added", "global security removed", "apiKey name changed", "apiKey moved header -> query",
        "oauth tokenUrl changed", "scheme type changed", "server url changed", "server base path moved into paths (equal)",
        "unused component schema removed", "info.version only",
    ]
    return edits, whole


@dataclasses.dataclass
class Cell:
    """One edit at one place; `sides` are the paths and components of base and revision, `None` where the whole contract is edited."""

    name: str
    number: int
    sides: tuple

    def contract(self, side):
        return contract([self], side)


def numbered(value, number):
    """Returns a value with the number of the cell in all of its texts."""
    return json.loads(json.dumps(value).replace("@", f"{number:04}"))


def contract(cells, side):
    """Returns one contract of the base (0) or revision (1) of cells."""
    paths, components = {}, {}
    for cell in cells:
        paths.update(cell.sides[side][0])
        components.update(cell.sides[side][1])
    # What is there for the whole crate as soon as one operation needs it is needed by this one: limits and streams.
    held = {"content": {"application/json": {"schema": {"type": "object", "properties": {"note": {**S, "maxLength": 9}}}}}}
    streamed = {**DONE, "content": {name: {"schema": S} for name in ("application/json", "application/xml")}}
    stays = {"post": {"operationId": "stays", "tags": ["cells"], "requestBody": held, "responses": {"200": streamed}}}
    flow = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://a.example/token", "scopes": {"read": "", "write": ""}}}}
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}, "other": {"type": "http", "scheme": "bearer"}, "flow": flow}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cells", "version": "1", "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": "https://a.example"}],
        "paths": {"/stays": stays, **paths},
        "components": {"schemas": components, "securitySchemes": schemes},
    }


def wholes():
    """Returns the two contracts of each edit of structure.tsv that concerns the whole contract."""
    plain = contract([], 0)
    keyed, flowing = {**plain, "security": [{"key": []}]}, {**plain, "security": [{"flow": ["read"]}]}

    def scheme(base, which, **words):
        found = json.loads(json.dumps(base))
        known = found["components"]["securitySchemes"]
        known[which] = {**known[which], **words} if "type" not in words else words
        return found

    other = {"clientCredentials": {"tokenUrl": "https://b.example/token", "scopes": {"read": "", "write": ""}}}
    unused = json.loads(json.dumps(plain))
    unused["components"]["schemas"]["Unused"] = obj({"m": S})
    below, above = ({**plain, "servers": [{"url": url}], "paths": {path: plain["paths"]["/stays"]}}
                    for url, path in (("https://a.example/v1", "/stays"), ("https://a.example", "/v1/stays")))
    return {
        "global security added": (plain, keyed),
        "global security removed": (keyed, plain),
        "apiKey name changed": (keyed, scheme(keyed, "key", name="X-Other")),
        "apiKey moved header -> query": (keyed, scheme(keyed, "key", **{"in": "query"})),
        "oauth tokenUrl changed": (flowing, scheme(flowing, "flow", flows=other)),
        "scheme type changed": (keyed, scheme(keyed, "key", type="http", scheme="bearer")),
        "server url changed": (plain, {**plain, "servers": [{"url": "https://b.example"}]}),
        "server base path moved into paths (equal)": (below, above),
        "unused component schema removed": (unused, plain),
        "info.version only": (plain, {**plain, "info": {**plain["info"], "version": "2"}}),
    }


def lifted(schema):
    """Returns a schema of 3.0 in the words of 3.1."""
    if isinstance(schema, list):
        return [lifted(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: lifted(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable") is True:
        found["type"] = [found["type"], "null"]
    return found


def rows(file):
    with open(file, newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def cells(matrix, structure):
    """Returns all cells, and the names of edits that concern the whole contract."""
    edits, found = schemas(), []
    for row in rows(matrix):
        base, revision = edits[row["change"]]
        for place in PLACES:
            number = len(found) + 1
            sides = []
            for at, schema in enumerate((base, revision)):
                text = json.dumps(schema)
                parts = {name: value for name, value in PETS.items() if name in text}
                if row["change"].startswith("inline ->") and at == 0:
                    schema = PETS["CatOfCell@"]
                item = {"/cell@": {"post": operation(place, lifted(schema))}}
                sides.append((numbered(item, number), numbered(parts, number)))
            found.append(Cell(f"{row['change']}, {place}", number, tuple(sides)))
    edits, whole = structures()
    for row in rows(structure):
        if row["change"] in whole:
            continue
        number = len(found) + 1
        sides = []
        for item in edits[row["change"]]:
            item = item if not item or next(iter(item)).startswith("/") else {"/cell@": item}
            sides.append((numbered(item, number), {}))
        found.append(Cell(row["change"], number, tuple(sides)))
    return found
