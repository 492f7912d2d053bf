#!/usr/bin/env python3
"""Starts the server of one payment API: `serve.py NAME`. `--list` lists the names.

The first line of the output is the address, the second one the settings of a client as JSON.
"""

import importlib
import json
import os
import pathlib
import signal
import stat
import sys
import tempfile

import base

HERE = pathlib.Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "apis").glob("*.py"))


def start(name, folder):
    """Starts a server. Its test keys are in the folder."""
    api = importlib.import_module(f"apis.{name}").Server(pathlib.Path(folder))
    return api, base.serve(api)


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(NAMES))
    elif len(sys.argv) != 2 or sys.argv[1] not in NAMES:
        sys.exit(f"usage: serve.py --list | {' | '.join(NAMES)}")
    else:
        with tempfile.TemporaryDirectory() as folder:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit())
            api, _ = start(sys.argv[1], folder)
            print(api.url)
            print(json.dumps(api.settings), flush=True)
            # A test that holds a pipe to this input ends the server with itself.
            sys.stdin.read() if stat.S_ISFIFO(os.fstat(0).st_mode) else signal.pause()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
