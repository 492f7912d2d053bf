"""Reads a contract: its operations, and the component schemas of its responses. It does not check whether the contract is valid."""

import collections
import functools
import json
import re

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def plain(name):
    """Returns a name without case and punctuation, so that spellings of different tools are equal."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@functools.cache
def read(contract):
    """Returns the contract as data."""
    if contract.suffix == ".json":
        return json.loads(contract.read_text(encoding="utf-8"))
    import yaml

    document = yaml.load(contract.read_bytes(), yaml.CSafeLoader)
    # Dates become text.
    return json.loads(json.dumps(document, default=str))


def operations(document):
    """Yields every operation of the contract."""
    for item in document.get("paths", {}).values():
        yield from (item[method] for method in METHODS & item.keys())


def response_schemas(contract):
    """Returns the component schemas of successful JSON responses, the most used first, then by name."""
    document = read(contract)
    components = document.get("components", {})
    uses = collections.Counter()
    for operation in operations(document):
        for status, response in operation.get("responses", {}).items():
            if "$ref" in response:
                response = components.get("responses", {}).get(response["$ref"].rsplit("/", 1)[-1], {})
            if not str(status).startswith("2"):
                continue
            for media, content in response.get("content", {}).items():
                schema = content.get("schema", {})
                schema = schema.get("items", schema) if schema.get("type") == "array" else schema
                if "json" in media and schema.get("$ref", "").startswith("#/components/schemas/"):
                    uses[schema["$ref"].rsplit("/", 1)[-1]] += 1
    schemas = components.get("schemas", {})
    objects = [name for name in uses if "properties" in schemas.get(name, {})]
    return sorted(objects, key=lambda name: (-uses[name], name))
