"""Walks the objects of a contract, each once, with its kind and its direction."""

from .documents import Place, Unjudged, follow

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Members that contain objects: for each kind of object, the keyword and the kind, where `*` is a list or map of them. The
# direction is that of the object around it; `>` sets another, and `>-` leaves out what has no examples of a message.
TABLE = """
the contract: paths *a path item>request, webhooks *a path item>request, components `components`, info `info`, servers *a server, tags *a tag
`info`: contact `contact`, license `license`
a server: variables *a server variable
`components`: schemas *a schema>any, responses *a response>response, parameters *a parameter>request, requestBodies *a request body>request
`components`: headers *a header>response, callbacks **a path item>request, pathItems *a path item>request, examples *an example>-
`components`: securitySchemes *a security scheme>-, links *a link>-
a path item: parameters *a parameter, servers *a server>-, METHODS an operation
an operation: parameters *a parameter, requestBody a request body, responses *a response>response, callbacks **a path item, servers *a server>-
a parameter: content *a media type, schema a schema, examples *an example>-
a header: content *a media type, schema a schema, examples *an example>-
a request body: content *a media type
a media type: schema a schema, examples *an example>-, encoding *an encoding>-
an encoding: headers *a header
a response: content *a media type, headers *a header, links *a link>-
a link: server a server
a schema: items ONE, additionalProperties ONE, unevaluatedProperties ONE, unevaluatedItems ONE, contains ONE, allOf *ONE, oneOf *ONE, anyOf *ONE
a schema: prefixItems *ONE, properties *ONE, patternProperties *ONE, $defs *ONE, dependentSchemas *ONE, not ONE>-, if ONE>-, then ONE>-, else ONE>-
a schema: propertyNames ONE>-, contentSchema ONE>-, definitions *ONE>-, discriminator a discriminator>-, xml `xml`>-
a security scheme: flows `flows`
`flows`: implicit a flow, password a flow, clientCredentials a flow, authorizationCode a flow
DOCS: the contract, an operation, a tag, a schema
"""
MEMBERS = {}
for line in TABLE.replace("ONE", "a schema").strip().splitlines():
    object_kind, _, listed = line.partition(": ")
    for member in listed.split(", "):
        words, _, kind = ("externalDocs", "", "`externalDocs`") if object_kind == "DOCS" else member.partition(" ")
        kind, _, direction = kind.partition(">")
        for word in METHODS if words == "METHODS" else (words,):
            MEMBERS.setdefault(member if object_kind == "DOCS" else object_kind, []).append((word, kind, direction))


def is_30(file):
    return str(Place(file, "").node().get("openapi", "")).startswith("3.0")


def has_reference(node):
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def objects(file):
    """Returns place, node, kind and direction of each object; the direction `-` is that of an object without examples."""
    seen, is_old = set(), is_30(file)

    def visit(place, kind, direction):
        try:
            node = place.node()
            if kind[0] == "*":
                has_names = kind in ("*a schema", "*a parameter", "*a header")
                tokens = range(len(node)) if isinstance(node, list) else [key for key in node if has_names or not key.startswith("x-")]
                for token in tokens if isinstance(node, (list, dict)) else ():
                    yield from visit(place / token, kind[1:], direction)
                return
            if kind != "a schema" and has_reference(node):
                yield place, node, "a reference", "-"
                place = follow(place)
                node = place.node()
        except (Unjudged, TypeError):
            return
        if not isinstance(node, dict) or (place, direction == "-") in seen:
            return
        seen.add((place, direction == "-"))
        yield place, node, kind, direction
        if kind == "a schema" and has_reference(node):
            try:
                target = place.to(node["$ref"])
            except Unjudged:
                target = None
            # Schemas of `components` are visited there.
            if target and not target.pointer.startswith("/components/schemas/"):
                yield from visit(target, kind, direction)
            if is_old:
                return
        for word, inner, own in MEMBERS.get(kind, ()):
            if word in node:
                yield from visit(place / word, inner, direction if direction == "-" else own or direction)

    yield from visit(Place(file, ""), "the contract", "any")
