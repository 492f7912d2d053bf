"""One session of the JSON measure: per contract the types and their twins are written, built, checked and timed.

Options come in, a table comes out. The crate `ours` holds the generated files of the chosen types and of all they name,
unchanged; the crate `twin` the same made by twin.py; the program is program.rs. A document counts only if both sides read
it and both write it again as the same JSON.
"""

import argparse
import collections
import json
import math
import os
import pathlib
import re
import shutil
import subprocess

import contracts
import twin
import values

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONTRACTS = ["github", "openai", "digitalocean", "kubernetes"]
TASKS = ["decode", "pretty", "encode"]
# How often everything is worked through under valgrind, beyond a run that only prepares.
WORK = 3
# What both libraries show the program: functions that no caller can inline, so that each side is compiled once.
CODEC = """
pub trait Codec: Sized {
    fn decode(text: &[u8]) -> Result<Self, String>;
    fn encode(&self) -> Result<Vec<u8>, String>;
}

macro_rules! codec {
    ($($ty:ident)*) => {$(
        impl Codec for models::$ty {
            #[inline(never)]
            fn decode(text: &[u8]) -> Result<Self, String> {
                FROM(text).map_err(|error| error.to_string())
            }

            #[inline(never)]
            fn encode(&self) -> Result<Vec<u8>, String> {
                TO(self).map_err(|error| error.to_string())
            }
        }
    )*};
}

codec! { TYPES }
"""
GIVEN = """
/// An option around what is there: the way serde tells absent from null.
fn given<'de, T: serde::Deserialize<'de>, D: serde::Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
"""
SERDE = ["serde = { version = \"1\", features = [\"derive\"] }", "serde_json = \"1\""]
OURS = [f'sdkwright-runtime = {{ path = "{ROOT / "runtime"}", default-features = false, features = ["rust-crypto"] }}']


def options():
    parser = argparse.ArgumentParser(prog="benches/json.sh", description="Compares our JSON codec with serde's derive.")
    parser.add_argument("folder", type=pathlib.Path, help="where the contracts are")
    parser.add_argument("--contracts", default=",".join(CONTRACTS), help="names without endings (default: %(default)s)")
    parser.add_argument("--wanted", type=int, default=20, help="types of each contract (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=40, help="batches of each document and task (default: %(default)s)")
    parser.add_argument("--scratch", type=pathlib.Path, required=True, help="where crates are kept")
    parser.add_argument("--instructions", action="store_true", help="count instructions too (valgrind)")
    parser.add_argument("--types", action="store_true", help="a line for each type")
    return parser.parse_args()


def named(models):
    """Which generated file declares which type, by the name's plain form: (file, name)."""
    found = {}
    for file in sorted(models.glob("*.rs")):
        for name in re.findall(r"^pub (?:struct|enum|type) (\w+)", file.read_text(encoding="utf-8"), re.MULTILINE):
            found[contracts.plain(name)] = (file, name)
    return found


def needed(models, files):
    """Those files and all that they name."""
    home = {name: file for file, name in named(models).values()}
    todo, found = list(files), {}
    while todo:
        file = todo.pop()
        if file in found:
            continue
        found[file] = text = file.read_text(encoding="utf-8")
        for names in re.findall(r"^use crate::models::\{?([^;}]+)", text, re.MULTILINE):
            todo += [home[name.strip()] for name in names.split(",") if name.strip()]
    return found


def put(file, text):
    """Writes a file that is not as it should be, so that only what changed is compiled again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def crate(folder, name, texts, says, needs):
    """A library of files of models."""
    lines = ""
    for file, text in sorted(texts.items()):
        put(folder / name / "src" / "models" / file.name, text)
        lines += f"mod {file.stem};\npub use {file.stem}::*;\n"
    put(folder / name / "src" / "models.rs", f"#![allow(unused_imports)]\n{lines}")
    put(folder / name / "src" / "lib.rs", f"pub mod models;\n{says}")
    manifest(folder / name, folder.name + "-" + name, f'\n[lib]\nname = "{name}"\n', needs)


def manifest(folder, name, more, needs):
    """A manifest with dependencies."""
    head = f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n{more}\n[dependencies]\n'
    put(folder / "Cargo.toml", head + "\n".join(needs) + "\n")


def prepare(contract, scratch, wanted):
    """Generates, chooses and writes; the chosen schemas with their types, and the program's folder."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    xtask = os.environ.get("XTASK", str(target / "release" / "xtask"))
    folder = scratch / contract.stem
    generated = folder / "generated"
    command = [xtask, "generate", "--contract", contract, "--out", generated, "--package", f"json-{contract.stem}", "--runtime", f"path:{ROOT / 'runtime'}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(run.stderr[-2000:])
    models = generated / "src" / "models"
    types = named(models)
    known = [name for name in contracts.response_schemas(contract) if contracts.plain(name) in types]
    chosen = {name: types[contracts.plain(name)] for name in known[:wanted]}
    texts = needed(models, [file for file, _ in chosen.values()])
    codec = CODEC.replace("TYPES", " ".join(sorted({ty for _, ty in chosen.values()})))
    says = codec.replace("FROM", "sdkwright_runtime::glue::from_slice").replace("TO", "sdkwright_runtime::glue::to_vec")
    crate(folder, "ours", texts, says, OURS)
    says = codec.replace("FROM", "serde_json::from_slice").replace("TO", "serde_json::to_vec")
    crate(folder, "twin", {file: twin.twin(text) for file, text in texts.items()}, GIVEN + says, SERDE)
    arms = "".join(f'        "{name}" => of::<ours::models::{ty}, twin::models::{ty}>(),\n' for name, (_, ty) in chosen.items())
    program = (HERE / "program.rs").read_text(encoding="utf-8").replace("//TYPES//\n", arms)
    put(folder / "src" / "main.rs", program)
    libraries = [f'{name} = {{ path = "{name}", package = "{folder.name}-{name}" }}' for name in ("ours", "twin")]
    manifest(folder, f"json-{contract.stem}", '\n[workspace]\nmembers = ["ours", "twin"]\n', [*libraries, *SERDE])
    if not (folder / "Cargo.lock").is_file():
        shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")
    return list(chosen), folder


def line(name, value):
    """A document as the program reads it."""
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    pretty = json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\x1e")
    return f"{name}\t{compact}\t{pretty}\n"


def instructions(binary, text, side, task):
    """Instructions of working through all documents, without preparing."""
    counts = []
    for times in (0, WORK):
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, "work", side, task, str(times)]
        run = subprocess.run(command, input=text, capture_output=True, text=True)
        found = re.search(r"Collected : (\d+)", run.stderr)
        if run.returncode != 0 or not found:
            raise SystemExit(f"valgrind: {run.stderr[-500:]}")
        counts.append(int(found[1]))
    return counts[1] - counts[0]


def measure(contract, arguments):
    """The figures of one contract: ratio by time and by instructions for each task."""
    names, folder = prepare(contract, arguments.scratch, arguments.wanted)
    target = arguments.scratch / "target"
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target), "RUSTFLAGS": ""}
    run = subprocess.run(["cargo", "build", "--quiet", "--release"], cwd=folder, env=environment, capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(run.stderr[-4000:])
    binary = target / "release" / f"json-{contract.stem}"
    document = contracts.read(contract)
    found = [(name, kind, line(name, value)) for name in names for kind, value in values.documents(document, name)]
    told = subprocess.run([binary, "check"], input="".join(text for *_, text in found), capture_output=True, text=True)
    verdicts = [row.split("\t")[1] for row in told.stdout.splitlines()]
    if len(verdicts) != len(found):
        raise SystemExit(f"check ended early: {told.stderr[-500:]}")
    (folder / "left-out.txt").write_text(
        "".join(f"{name} {kind}: {why}\n" for (name, kind, _), why in zip(found, verdicts) if why), encoding="utf-8"
    )
    chosen = [one for one, why in zip(found, verdicts) if not why]
    text = "".join(text for *_, text in chosen)
    told = subprocess.run([binary, "time", str(arguments.rounds)], input=text, capture_output=True, text=True, check=True)
    rows = [[float(cell) for cell in row.split("\t")[1:]] for row in told.stdout.splitlines()]
    sums = [sum(column) for column in zip(*rows)]
    kinds = collections.Counter(kind for _, kind, _ in chosen)
    compact = sum(len(text.split("\t")[1].encode()) for *_, text in chosen)
    print(
        f"{contract.stem}: {len({name for name, *_ in chosen})} types, {kinds['made']} made documents and {kinds['example']}"
        f" examples, {compact} bytes; left out {len(found) - len(chosen)} (left-out.txt)",
        flush=True,
    )
    if arguments.types:
        each = {}
        for (name, *_), row in zip(chosen, rows):
            each[name] = [a + b for a, b in zip(each.get(name, [0] * 6), row)]
        for name, row in each.items():
            print(f"    {name:<60}" + "".join(f"{row[2 * at + 1] / row[2 * at]:8.2f}" for at in range(3)))
    figures = {}
    for at, task in enumerate(TASKS):
        counted = None
        if arguments.instructions:
            counted = instructions(binary, text, "twin", task) / instructions(binary, text, "ours", task)
        figures[task] = (sums[2 * at + 1] / sums[2 * at], counted)
    return figures


def main():
    arguments = options()
    files = {file.stem: file.resolve() for file in sorted(arguments.folder.iterdir()) if file.suffix in (".json", ".yaml")}
    arguments.scratch.mkdir(parents=True, exist_ok=True)
    every = {name: measure(files[name], arguments) for name in arguments.contracts.split(",")}
    print("\n| contract | " + " | ".join(f"{task} | instructions" for task in TASKS) + " |")
    print("|---|" + "---:|" * 6)
    shown = lambda ratio: "-" if ratio is None else f"{ratio:.2f}"  # noqa: E731
    for name, figures in every.items():
        cells = [shown(figure) for task in TASKS for figure in figures[task]]
        print(f"| {name} | " + " | ".join(cells) + " |")
    mean = lambda ratios: None if None in ratios else math.prod(ratios) ** (1 / len(ratios))  # noqa: E731
    cells = [shown(mean([one[task][at] for one in every.values()])) for task in TASKS for at in (0, 1)]
    print("| geometric mean | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
