#!/usr/bin/env python3
"""Every example of a contract validates against its schema, by a validator that is not ours.

Usage: examples.py CONTRACT...    Exit 1 with the pointer of every example that does not.
OpenAPI 3.0 schemas are lifted to Draft 4: `nullable` becomes a type, the words JSON Schema does not know are dropped.
"""
import sys

import yaml
from jsonschema import Draft4Validator, FormatChecker

FOREIGN = {"nullable", "discriminator", "xml", "externalDocs", "example", "deprecated", "readOnly", "writeOnly"}


class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """YAML 1.2 as OpenAPI means it: no dates, no yes and no."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(?:true|false)$"), list("tf"))


def lift(node):
    if isinstance(node, list):
        return [lift(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    out = {}
    for key, value in node.items():
        if key in FOREIGN or key.startswith("x-"):
            continue
        out[key] = {name: lift(schema) for name, schema in value.items()} if key == "properties" else lift(value)
    if node.get("nullable") and "type" in out:
        out["type"] = [out["type"], "null"]
        if "enum" in out:
            out["enum"] = out["enum"] + [None]
    return out


def cases(node, pointer=""):
    """Every (pointer, schema, example) of the contract: media types, parameters, schemas."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from cases(item, f"{pointer}/{index}")
    elif isinstance(node, dict):
        schema = node.get("schema")
        if isinstance(schema, dict):
            if "example" in node:
                yield f"{pointer}/example", schema, node["example"]
            for name, example in (node.get("examples") or {}).items():
                if isinstance(example, dict) and "value" in example:
                    yield f"{pointer}/examples/{name}", schema, example["value"]
        if "example" in node and "schema" not in node and ("type" in node or "allOf" in node or "oneOf" in node):
            yield f"{pointer}/example", node, node["example"]
        for key, value in node.items():
            if key in ("example", "examples", "default", "enum"):
                continue
            yield from cases(value, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def main(paths):
    failed = 0
    for path in paths:
        contract = yaml.load(open(path, encoding="utf-8"), Loader)
        schemas = {name: lift(schema) for name, schema in contract["components"]["schemas"].items()}
        count = 0
        for pointer, schema, example in cases(contract):
            count += 1
            root = dict(lift(schema), components={"schemas": schemas})
            if "$ref" in schema:
                root = {"allOf": [{"$ref": schema["$ref"]}], "components": {"schemas": schemas}}
            for error in Draft4Validator(root, format_checker=FormatChecker()).iter_errors(example):
                failed += 1
                print(f"{path}#{pointer}: {error.message}", file=sys.stderr)
        print(f"{path}: {count} examples checked")
        if count == 0:
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
