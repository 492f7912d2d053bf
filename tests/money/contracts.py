"""Checks the responses of a server against the published contract of its API."""

import functools
import json
import re

import jsonschema
import yaml

# The contracts of each API, with what stands before their paths at the server.
CONTRACTS = {
    "acp": [("corpus3/acp-agentic_checkout.yaml", "")],
    "adyen": [("corpus/adyen-checkout72.json", "/v72"), ("corpus/adyen-transfers4.json", "/btl/v4"),
              ("corpus2/adyen-management.json", "/v3")],
    "berlin": [("corpus3/berlin-psd2.yaml", "")],
    "binance": [("corpus3/binance-spot.yaml", "")],
    "fireblocks": [("corpus3/fireblocks-v2.yaml", "/v1")],
    "mastercard": [("corpus/mastercard-match.json", "")],
    "moderntreasury": [("corpus3/modern-treasury.yaml", "")],
    "obuk": [("corpus2/obuk-payment.yaml", "/open-banking/v4.0/pisp")],
    "paypal": [("corpus3/paypal-orders-v2.json", ""), ("corpus3/paypal-payouts-v1.json", "")],
    "plaid": [("corpus3/plaid.yml", "")],
    "revolut": [("corpus3/revolut-merchant.json", "")],
    "square": [("corpus3/square.json", "")],
    "stripe": [("corpus3/stripe.yaml", "")],
    "svix": [("corpus/svix.json", "")],
}
# No response can match: the contract demands this member and forbids it in the same place.
CONTRADICTED = {"acp": "('order' was unexpected)"}
KEYWORDS = jsonschema.Draft202012Validator.VALIDATORS


def unless_null(keyword):
    """Returns a keyword that accepts null where a schema of OpenAPI 3.0 has `nullable`."""
    def check(validator, value, instance, schema):
        if not (instance is None and schema.get("nullable")):
            yield from KEYWORDS[keyword](validator, value, instance, schema)
    return check


def limit(keyword):
    """Returns a keyword without its boolean form of OpenAPI 3.0."""
    return lambda validator, value, instance, schema: () if isinstance(value, bool) else KEYWORDS[keyword](validator, value, instance, schema)


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {
    **{keyword: unless_null(keyword) for keyword in ("type", "enum", "allOf", "anyOf", "oneOf", "$ref")},
    "exclusiveMinimum": limit("exclusiveMinimum"), "exclusiveMaximum": limit("exclusiveMaximum")})


@functools.cache
def load(path):
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)


def resolved(document, value):
    while "$ref" in value:
        parts = value["$ref"].removeprefix("#/").split("/")
        value = functools.reduce(lambda node, part: node[part.replace("~1", "/").replace("~0", "~")], parts, document)
    return value


def problems(name, shared, exchanges):
    """Returns how many responses have a schema, and a line for each problem."""
    checked, found = 0, set()
    for method, path, status, body in exchanges:
        for file, prefix in CONTRACTS[name]:
            document = load(shared / file)
            schema, known = schema_of(document, method, path.removeprefix(prefix), status) if path.startswith(prefix) else (None, True)
            # Many contracts declare no errors.
            if not known and status < 400:
                found.add(f"{method} {path} has no response {status}")
            if schema is not None:
                checked += 1
                validator = Validator({name: document[name] for name in document if name == "components"} | {"allOf": [schema]})
                for error in validator.iter_errors(json.loads(body)):
                    if CONTRADICTED.get(name, "\0") in error.message:
                        continue
                    where = "/".join(map(str, error.absolute_path))
                    found.add(f"{method} {path} {status}: /{where}: {error.message[:150]}")
    return checked, sorted(found)


def schema_of(document, method, path, status):
    """Returns the schema of a response, and whether its status is declared. Paths with fewer variables come first."""
    for template in sorted(document["paths"], key=lambda template: template.count("{")):
        pattern = re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(template.strip()))
        operation = document["paths"][template].get(method.lower())
        if operation and re.fullmatch(pattern, path):
            responses = {str(code): response for code, response in operation["responses"].items()}
            response = responses.get(str(status)) or responses.get("default")
            content = resolved(document, response).get("content", {}) if response else {}
            schemas = [media.get("schema") for kind, media in content.items() if kind.startswith("application/json")]
            return (schemas or [None])[0], response is not None
    return None, True
