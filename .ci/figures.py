#!/usr/bin/env python3
"""Prints one table of the figures that the steps over foreign contracts have stored.

    .ci/figures.py

`.ci/corpus`, `.ci/round-trip` and `.ci/talk` keep theirs below target/figures, one file per step; one that did not run, or not
for a contract, has a dash. `told` are the warnings of the generator, `warnings` those of the compiler; `fell back` counts
what is left as JSON or left out for a reason of its own, `left out` what is broken or refused by a keyword.
"""

import collections
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "target" / "figures"
COLUMNS = (
    *("generated", "checked", "warnings", "blocks", "told", "schemas", "fell back", "share", "left out"),
    *("examples", "valid", "equal", "calls", "called", "of calls"),
)
SHARES = {"share": ("fell back", "schemas"), "of calls": ("called", "calls")}


def keep(step, rows):
    """Stores the figures of a step, by contract, beside those of other folders."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{step}.json").write_text(json.dumps({**kept(step), **rows}, indent=1), encoding="utf-8")


def kept(step):
    file = FOLDER / f"{step}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def line(name, cells):
    return f"{name:<30} " + " ".join(f"{cells.get(column, '-'):>{max(len(column), 6)}}" for column in COLUMNS)


def shared(cells):
    """Returns the cells, with the percentage of the first in the second."""
    for column, (part, whole) in SHARES.items():
        if cells.get(whole):
            cells[column] = f"{100 * cells[part] / cells[whole]:.2f} %"
    return cells


def main():
    steps = {step: kept(step) for step in ("corpus", "round-trip", "talk")}
    names = list(dict.fromkeys(name for rows in steps.values() for name in rows))
    print(line("contract", {column: column for column in COLUMNS}))
    sums, reasons = collections.Counter(), {"fell back": collections.Counter(), "left out": collections.Counter()}
    for name in names:
        cells = {column: count for rows in steps.values() for column, count in rows.get(name, {}).items()}
        for what, counter in reasons.items():
            counter.update(cells.pop(what + " by reason", {}))
        sums.update(cells)
        print(line(name, shared(cells)))
    print(line(f"all {len(names)}", shared(dict(sums))))
    for what, counter in reasons.items():
        print(f"\n{what}, by reason:")
        print("\n".join(f"{count:>8}  {reason}" for reason, count in counter.most_common()))


if __name__ == "__main__":
    main()
