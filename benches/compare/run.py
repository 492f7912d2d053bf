"""One session of the comparison: options come in, every chosen measure is taken, a table and verdicts come out.

Results are kept as data beside the generated crates, so that a later run can take ours again and reuse the peers'
figures (`--reuse`), or take one measure of one contract. It never installs anything; compare.sh does.
"""

import argparse
import datetime
import fcntl
import json
import os
import pathlib
import sys

import program
import table
import tools
from measures import MEASURES, Failed

CONTRACTS = ["github", "openai", "digitalocean", "kubernetes", "recurly", "asana", "box", "twilio-api"]


def options():
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="benches/compare.sh", description="Compares generators on large contracts.")
    parser.add_argument("folders", type=pathlib.Path, nargs="+", help="where the contracts are")
    parser.add_argument("--contracts", default=",".join(CONTRACTS), help="names without endings (default: %(default)s)")
    parser.add_argument("--tools", default=",".join(tool.name for tool in tools.every()), help="default: %(default)s")
    parser.add_argument("--measures", default=",".join(MEASURES), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each timed command (default: %(default)s)")
    parser.add_argument("--scratch", type=pathlib.Path, required=True, help="where crates and results are kept")
    parser.add_argument("--reuse", action="store_true", help="take what is not measured now from the last results")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    return parser.parse_args()


def chosen(all_of, text, what):
    """The members of a list that a comma-separated option names, in the list's order."""
    names = text.split(",")
    strange = set(names) - set(all_of)
    if strange:
        raise SystemExit(f"unknown {what}: {', '.join(sorted(strange))}; there are {', '.join(all_of)}")
    return [name for name in all_of if name in names]


def choose_types(contract, scratch, cells):
    """Writes down which response types the programs of a contract use: types of all crates that compile."""
    outs = [scratch / tool / contract.stem for tool, cell in cells.items() if table.manages(cell)]
    there = [out for out in outs if (out / "src").is_dir()]
    names = program.choose(contract, there)
    for out in there:
        (out.parent / f"{contract.stem}.types.json").write_text(json.dumps(names), encoding="utf-8")
    return names


def keep(file, results, name, tool, measure):
    """Writes one new figure down beside those that another run may have written meanwhile."""
    with open(file.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        known.setdefault(name, {}).setdefault(tool, {})[measure] = results[name][tool][measure]
        file.write_text(json.dumps(known, indent=1), encoding="utf-8")


def listed(names):
    """The chosen types as one line."""
    return ", ".join(name if encodes else f"{name} (decoded only)" for name, encodes in names)


def main():
    arguments = options()
    everyone = {tool.name: tool for tool in tools.every()}
    wanted = [everyone[name] for name in chosen(list(everyone), arguments.tools, "tool")]
    measures = chosen(list(MEASURES), arguments.measures, "measure")
    there = [file for folder in arguments.folders for file in sorted(folder.iterdir())]
    files = {file.stem: file.resolve() for file in there if file.suffix in (".json", ".yaml")}
    names = arguments.contracts.split(",")
    missing = [name for name in names if name not in files]
    if missing:
        raise SystemExit(f"not in {', '.join(map(str, arguments.folders))}: {', '.join(missing)}")
    arguments.scratch.mkdir(parents=True, exist_ok=True)
    os.environ["COMPARE_TARGET"] = str(arguments.scratch / "target")
    kept = arguments.scratch / "results.json"
    if not arguments.reuse:
        kept.unlink(missing_ok=True)
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}

    for measure in measures:
        for name in names:
            if measure == "program":
                print(f"{name}: programs use {listed(choose_types(files[name], arguments.scratch, results.get(name, {})))}")
            for tool in wanted:
                out = arguments.scratch / tool.name / name
                cell = results.setdefault(name, {}).setdefault(tool.name, {})
                try:
                    if measure != "generate" and not (out / "src").is_dir():
                        raise Failed("nothing was generated")
                    cell[measure] = MEASURES[measure](tool, files[name], out, arguments.rounds)
                except Failed as failure:
                    cell[measure] = {"failed": str(failure)}
                cell[measure]["at"] = datetime.datetime.now().isoformat(timespec="seconds")
                print(f"{measure:<9} {name:<13} {tool.name:<18} {table.brief(cell[measure])}", flush=True)
                keep(kept, results, name, tool.name, measure)

    text = table.whole(results, names, everyone)
    print(text)
    if arguments.write:
        table.place(text, tools.ROOT / "docs" / "benchmarks.md")


if __name__ == "__main__":
    sys.exit(main())
