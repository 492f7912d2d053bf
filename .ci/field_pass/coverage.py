"""Finds the rows of the keyword ledger that a contract uses, and chooses contracts that use many.

The pages of docs/generate/coverage are the ledger. A row counts for a contract of a version that has the keyword. The choice is greedy: next
is the contract that adds the most rows for its cost, until none adds a row. The cost of a contract grows with its size.
"""

import collections
import re

from .documents import Place
from .walk import objects

# Size in bytes that costs as much as what each contract requires: a program to link, a mock server to start.
FIXED_COST = 300_000


def ledger(folder):
    """Returns the keywords of each kind of object, with the version that has each."""
    rows, kind = collections.defaultdict(dict), None
    pages = sorted(folder.glob("*.md"))
    for line in (line for page in pages for line in page.read_text(encoding="utf-8").splitlines()):
        if line.startswith("#"):
            kind = line.removeprefix("## In ") if line.startswith("## In ") else None
        elif kind and (row := re.match(r"\| `([^`]+)` \| (all|3\.\d) \|", line)):
            rows[kind][row[1]] = row[2]
    if not rows:
        raise ValueError(f"{folder} has no rows of keywords")
    return rows


def used_rows(file, rows):
    """Returns the rows that a contract uses: kind of object and keyword."""
    version = str(Place(file, "").node().get("openapi", ""))[:3]
    return {(kind, word) for _, node, kind, _ in objects(file) for word in node if rows[kind].get(word) in ("all", version)}


def choose(files, rows, always):
    """Returns the chosen files in order, each with the number of rows that it adds; those of `always` come first."""
    used = {file: used_rows(file, rows) for file in files}
    chosen, covered = [], set()
    while True:
        left = [file for file in files if file not in dict(chosen)]
        first = [file for file in left if file.name in always]
        gain = lambda file: len(used[file] - covered) / (file.stat().st_size + FIXED_COST)
        best = first[0] if first else max(left, key=lambda file: (gain(file), -file.stat().st_size), default=None)
        if best is None or (not first and not used[best] - covered):
            return chosen, len(set().union(*used.values()))
        chosen.append((best, len(used[best] - covered)))
        covered |= used[best]
