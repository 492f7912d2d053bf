#!/usr/bin/env python3
"""Runs clients and verifiers of other authors against the servers: `referees.py [--wrong] [--shared FOLDER] [NAME ...]`.

Prints what each of them checked. With `--wrong`, one character of each delivery's signature and of what each server verifies is
changed: then every server must be found wrong, by its requests and by its deliveries. `--shared` is a folder with published
contracts and with files of published signatures. Needs `requirements.txt`.
"""

import argparse
import importlib
import pathlib
import sys
import tempfile

import serve
import vectors
from referee import Referee


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="every server must be found wrong")
    parser.add_argument("--shared", type=pathlib.Path, help="folder with contracts and files of published signatures")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    failed, table = 0, []
    for name in options.names or serve.NAMES:
        with tempfile.TemporaryDirectory() as folder:
            see = Referee(name, folder, options.wrong)
            try:
                importlib.import_module(f"clients.{name}").check(see)
            except Exception as problem:
                see.checks.append(("the referee ran to its end", f"{type(problem).__name__}: {str(problem)[:200]}"))
            if not options.wrong:
                for what, right in vectors.check(see.api, options.shared and options.shared / "testdata/signing/data"):
                    see.agree(what, right)
            if options.shared and not options.wrong:
                see.contract(options.shared)
        wrong = [(what, problem) for what, problem in see.checks if problem]
        for what, problem in see.checks:
            print(f"{name}: {'FAIL ' if problem else 'ok   '}{what}{f' ({problem})' if problem else ''}")
        table.append((name, len(see.checks) - len(wrong), len(see.checks)))
        kinds = {"accepts a delivery" in what for what, _ in wrong}
        failed += True in kinds and False in kinds or bool(kinds) and (not options.wrong or see.api.SIGNATURE is None)
    for name, right, all_of_them in table:
        print(f"{name:16}{right:3} of {all_of_them} agree")
    if options.wrong:
        print(f"{failed} of {len(table)} wrong servers were found")
        return failed != len(table)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
