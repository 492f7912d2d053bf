#!/usr/bin/env python3
"""Records signed deliveries of the servers in tests/money, good and bad ones, in the folder key-pairs. Their keys are made for each record.

    tests/deliveries/record.py

A file has the public keys, the settings and the time of a verifier, and deliveries with their headers as a list.
"""
import json, pathlib, sys, tempfile, time

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "money"))
sys.dont_write_bytecode = True
import serve
from crypto import pem


def public_keys(name, api):
    if name == "svix":
        return [api.settings["webhook_public_key"]]
    if name == "paypal":
        return [pem(api.leaf_key.public_key()).decode()]
    return [pem(api.keys[key].public_key()).decode() for key in ({"plaid": ["key-current"], "fireblocks": ["kid-current"]}[name])]


def main():
    for name, more in {"svix": {"kind": "v1a"}, "plaid": {}, "fireblocks": {}, "paypal": {}}.items():
        with tempfile.TemporaryDirectory() as folder:
            api, _ = serve.start(name, folder)
            kinds = [None, *api.BAD, *api.MORE_BAD]
            deliveries = [(kind, api.deliver({"bad": kind, "dry": True} | more)) for kind in kinds]
            settings = [api.settings["webhook_id"]] if name == "paypal" else []
            record = {"keys": public_keys(name, api), "settings": settings, "now": int(time.time())}
            record["deliveries"] = [{"kind": kind or "good"} | one for kind, one in deliveries if "headers" in one]
            (HERE / "key-pairs" / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
            print(name, [one["kind"] for one in record["deliveries"]])


main()
