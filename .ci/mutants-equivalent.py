#!/usr/bin/env python3
"""Lists the undetected mutations that are proven to be equivalent: `.ci/mutants-equivalent.py AREA mutants.out`.

A row of .ci/mutants-equivalent.tsv has the file, the function, the change as printed by `cargo mutants --list`, the text of the changed
line (its number may change) and the reason. Prints every other mutation, and fails if there is one.
"""

import json
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
area, out = sys.argv[1], pathlib.Path(sys.argv[2])
rows = set()
for line in (root / ".ci/mutants-equivalent.tsv").read_text().splitlines():
    if line and not line.startswith("#"):
        file, function, change, text, _ = line.split("\t")
        rows.add((file, function, change, text))

left = equivalent = 0
for missed in (out / "missed.txt").read_text().splitlines():
    file, number, _, change = re.fullmatch(r"(.*?):(\d+):(\d+): (.*)", missed).groups()
    text = (root / file).read_text().splitlines()[int(number) - 1].strip()
    change, _, function = change.rpartition(" in ") if " in " in change else (change, "", change.split(" ")[1])
    row = (file, re.sub(r"<.*?>", "", function).split("::")[-1], change, text)
    if row in rows:
        equivalent += 1
    else:
        left += 1
        print("not noticed:", missed, file=sys.stderr)
said = json.loads((out / "outcomes.json").read_text())
words = ["total_mutants", "caught", "unviable", "timeout"]
counts = [f"{said[word]} {word.replace('total_', '')}" for word in words]
print(f"{area:12}", ", ".join([*counts, f"{equivalent} equivalent", f"{left} not noticed"]))
sys.exit(1 if left else 0)
