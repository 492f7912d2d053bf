"""Figures as text: results come in, Markdown tables with ratios, bars and verdicts come out.

A peer counts for a contract only if it generates a crate and that crate compiles. It never measures anything.
"""

import datetime
import os
import platform
import re
import subprocess

# What a ratio is taken of, where the figure lies, and the bar it must keep below.
BARS = [
    ("generate, processor", "generate", "cpu", 0.5),
    ("generate, wall", "generate", "wall", 0.3),
    ("generate, peak memory", "generate", "peak_mb", 0.6),
    ("tokens per operation", "count", "tokens_per_operation", 0.9),
    ("tokens per operation, macros expanded", "expand", "tokens_per_operation", 0.9),
    ("`cargo check`, processor", "check", "cpu", 0.12),
    ("`cargo check`, peak memory", "check", "peak_mb", 0.35),
    ("`cargo build`, processor", "build", "cpu", 0.2),
    ("`cargo build --release`, processor", "release", "cpu", 0.2),
    ("program with 20 types, release, processor", "program", "cpu", 0.3),
]
BEGIN, END = "<!-- compare.sh writes from here -->", "<!-- to here -->"


def brief(figures):
    """One measure's figures on one line."""
    return ", ".join(f"{key} {value}" for key, value in figures.items() if key != "at")


def manages(cell):
    """Whether a tool generates the contract and, as far as that was measured, the crate compiles."""
    return "generate" in cell and not any("failed" in cell.get(measure, {}) for measure in ("generate", "count", "check"))


def value(cell, measure, key):
    """A figure, or nothing."""
    return cell.get(measure, {}).get(key)


def ratios(results, names):
    """Ours against the best peer that manages the contract: one row per bar and contract."""
    rows = [
        "| contract | measure | ours | best peer | ratio | bar | | by wall time |",
        "|---|---|---:|---:|---:|---:|---|---:|",
    ]
    for name in names:
        cells = results.get(name, {})
        for title, measure, key, bar in BARS:
            ours = value(cells.get("ours", {}), measure, key)
            rivals = [
                (figure, peer)
                for peer, cell in cells.items()
                if peer != "ours" and manages(cell) and (figure := value(cell, measure, key)) is not None
            ]
            if ours is None or not rivals:
                continue
            best, peer = min(rivals)
            ratio = ours / best
            verdict = "holds" if ratio <= bar else "**missed**"
            waited = f"{wall(cells, measure):.2f}" if key == "cpu" else ""
            rows.append(f"| {name} | {title} | {ours:,} | {best:,} {peer} | {ratio:.2f} | {bar:.2f} | {verdict} | {waited} |")
        again = cells.get("ours", {}).get("again", {})
        if "touched" in again:
            verdict = "holds" if again["touched"] == 0 else "**missed**"
            rows.append(f"| {name} | files touched by generating again | {again['touched']} | | | 0 | {verdict} | |")
    return "\n".join(rows)


def wall(cells, measure):
    """The same ratio of wall seconds, which depend on what else the machine does."""
    rivals = [value(cell, measure, "wall") for peer, cell in cells.items() if peer != "ours" and manages(cell)]
    return value(cells["ours"], measure, "wall") / min(figure for figure in rivals if figure is not None)


def seconds(cell, measure):
    """Processor and wall seconds of one measure."""
    if measure not in cell or "failed" in cell[measure]:
        return ""
    return f"{cell[measure]['cpu']:.2f} ({cell[measure]['wall']:.2f})"


def megabytes(cell, measure):
    """Peak memory of one measure."""
    peak = value(cell, measure, "peak_mb")
    return "" if peak is None else f"{peak:,.0f}"


def figures(results, names, everyone):
    """Everything that was measured, one table per contract; a failure takes the place of the figures."""
    parts = []
    for name in names:
        rows = [
            f"### {name}",
            "",
            "| tool | generate s | MB | operations | tokens/op | tokens | expanded | lines | check s | MB | build s | release s | program s |"
            " touched again |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        ]
        failures = []
        cells = results.get(name, {})
        for tool in (tool for tool in everyone if tool in cells):
            cell = cells[tool]
            count = cell.get("count", {})
            again = cell.get("again", {})
            plain = [f"{count[key]:,}" if key in count else "" for key in ("operations", "tokens_per_operation", "tokens", "lines")]
            expanded = value(cell, "expand", "tokens")
            plain.insert(3, "" if expanded is None else f"{expanded:,}")
            touched = f"{again['touched']} of {again['files']}" if "touched" in again else ""
            row = [seconds(cell, "generate"), megabytes(cell, "generate"), *plain, seconds(cell, "check")]
            row += [megabytes(cell, "check"), *(seconds(cell, verb) for verb in ("build", "release", "program")), touched]
            rows.append(f"| {tool} | {' | '.join(row)} |")
            first = next(((measure, figure["failed"]) for measure, figure in cell.items() if "failed" in figure), None)
            if first:
                failures.append(f"- {tool} fails at `{first[0]}`: {first[1]}")
        parts.append("\n".join(rows + ([""] + failures if failures else [])))
    return "\n\n".join(parts)


def machine():
    """What the figures were taken on."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*: (.+)", file.read())
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(re.search(r"MemTotal:\s*(\d+)", file.read())[1]) / 1024 / 1024
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model[1] if model else platform.machine()}, {memory:.0f} GiB of memory, {rustc}"


def whole(results, names, everyone):
    """The text that goes into the document."""
    times = sorted(figure["at"] for cells in results.values() for cell in cells.values() for figure in cell.values())
    span = f"{times[0]} to {times[-1]}" if times else datetime.datetime.now().isoformat(timespec="seconds")
    peers = ", ".join(f"{tool.name} {tool.version}" for tool in everyone.values() if tool.name != "ours")
    return "\n\n".join(
        [
            f"Taken from {span.replace('T', ' ')} on {machine()}. Peers: {peers}.",
            *(f"{tool.name} {tool.notes}." for tool in everyone.values() if tool.notes),
            "## Ratios",
            "Ours divided by the best peer that generates the contract and whose crate compiles, as far as that was tried.",
            ratios(results, names),
            "## Figures",
            "Seconds are the least processor time of all rounds, in brackets the least wall time; memory is the peak of the\n"
            "largest process. An empty cell was not measured.",
            figures(results, names, everyone),
        ]
    )


def place(text, file):
    """Puts the text between the two marks of the document."""
    old = file.read_text(encoding="utf-8")
    head, rest = old.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    file.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")
