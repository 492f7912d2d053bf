"""What the comparison asks of a contract: its operation ids, and which schemas its answers name.

A contract's file comes in, names come out. It never judges whether the contract is valid.
"""

import collections
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = pathlib.Path(os.environ.get("PEERS", ROOT / "target" / "peers"))
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def plain(name):
    """A name without case and punctuation, so that spellings of different tools meet."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@functools.cache
def read(contract):
    """The contract as data; YAML by a parser that the script installed, or by the one that is there."""
    if contract.suffix == ".json":
        return json.loads(contract.read_text(encoding="utf-8"))
    code = "import json,sys,yaml\njson.dump(yaml.load(open(sys.argv[1],'rb'),yaml.CSafeLoader),sys.stdout,default=str)"
    python = PEERS / "python" / "bin" / "python"
    python = python if python.exists() else sys.executable
    return json.loads(subprocess.run([python, "-c", code, contract], capture_output=True, check=True).stdout)


def operations(document):
    """Every operation of the contract."""
    for item in document.get("paths", {}).values():
        yield from (item[method] for method in METHODS & item.keys())


def ids(contract):
    """The operation ids of the contract."""
    return [operation["operationId"] for operation in operations(read(contract)) if "operationId" in operation]


def answered(contract):
    """Component schemas of successful JSON answers, the most used first, then by name."""
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
