"""Reads and writes the valid examples of a contract with the generated types, and compares the JSON.

Each example passes through the codec and, if its type supports it, through serde. Numbers are compared by their text,
through serde by their value; members may be in any order. An example that was kept as an untyped value has failed.
"""

import re
import subprocess

from .documents import Number, Place, digest, dump, parse
from .examples import Judge, list_text, list_valid
from .walk import is_30


def types(binary, file, library):
    """Returns the Rust type of each schema, and the places that became JSON values."""
    run = subprocess.run([binary, file, library], capture_output=True, text=True)
    found, fallen = {}, set()
    for line in run.stdout.splitlines():
        where, _, spelling = line.partition("\t")
        name, _, pointer = where.partition("#")
        place = Place((file.parent / name).resolve(), pointer)
        if spelling.startswith("! "):
            fallen.add(place)
        else:
            found.setdefault(place, spelling.replace(" ", ""))
    return found, fallen, None if run.returncode == 0 else run.stderr or f"exit code {run.returncode}"


def find_type(example, found, judge):
    """Returns the type that reads an example: of its schema or, for a part of a schema, of the whole if that allows the value."""
    schema = example.schema
    while schema not in found:
        node = schema.node()
        if isinstance(node, dict) and "$ref" in node and not set(node) - {"$ref", "description", "summary"}:
            schema = schema.to(node["$ref"])
            continue
        whole = re.fullmatch(r"(.*)/(?:allOf|oneOf|anyOf)/\d+", schema.pointer)
        if not whole:
            return None
        schema = Place(schema.file, whole[1])
        if not judge.is_valid(example.value, schema, example.direction):
            return None
    return found[schema]


class RoundTrip:
    """The examples of one contract: which are compared, by which check of the program."""

    def __init__(self, subject, binary):
        """Lists the examples and their types. A contract with limits must have the examples that are recorded there."""
        count, valid = list_valid(subject.file)
        text = list_text(valid)
        subject.log("examples", text)
        subject.figures |= {"examples": count, "valid": len(valid)}
        recorded, current = subject.limits and subject.limits.examples(), (count, len(valid), digest(text))
        if recorded is not None and recorded != current:
            subject.fail("examples", f"examples, valid, digest are {current} and not {recorded}: a contract or the validator has changed", text)
        self.types, self.fallen, fault = types(binary, subject.file, subject.library)
        if fault:
            subject.fail("types", fault)
        self.is_old = is_30(subject.file)
        judge = Judge(self.is_old)
        self.checks, self.chosen, self.reasons = {}, [], []
        for where, example in valid.items():
            spelling = find_type(example, self.types, judge)
            if spelling is None:
                self.reasons.append(("typeless", where, f"the schema at {example.schema.pointer} has no type"))
            else:
                self.chosen.append((where, example, self.checks.setdefault(spelling, len(self.checks))))

    def rows(self):
        """Returns the rows of the program's table of checks."""
        return "".join(f"    (check::<{spelling}>, |text| (&Type::<{spelling}>(PhantomData)).rewrite(text)),\n" for spelling in self.checks)

    def run(self, subject):
        """Runs the program and compares; the reasons are returned as kind, place and text."""
        lines, judge, bridged = [], Judge(self.is_old, self.fallen), 0
        if self.chosen:
            given = "".join(f"{number}\t{dump(example.value)}\n" for _, example, number in self.chosen)
            run = subprocess.run([subject.artifact, "read"], input=given, capture_output=True, text=True)
            lines = run.stdout.splitlines()
            if len(lines) != len(self.chosen):
                subject.fail("round-trip", f"the program ended early: {run.stderr[:300]}")
        for (where, example, _), line in zip(self.chosen, lines):
            failed, serde = compare(example.value, line)
            failed = failed or untyped(example, judge)
            bridged += not line.startswith("! ") and not line.endswith("\t-")
            self.reasons += [("failed", where, failed)] * bool(failed) + [("serde", where, serde)] * bool(serde)
        counts = {name: sum(kind == name for kind, *_ in self.reasons) for name in ("typeless", "failed", "serde")}
        counts["differ"] = counts.pop("serde")
        equal = len(lines) - counts["failed"]
        subject.figures |= {**counts, "equal": equal, "serde": bridged}
        text = "".join("\t".join(reason) + "\n" for reason in self.reasons)
        subject.log("round-trip", text)
        if subject.limits:
            wrong = [f"{counts[name]} {name}, more than {subject.limits.number(name)}" for name in ("typeless", "failed") if counts[name] > subject.limits.number(name)]
            if wrong:
                subject.fail("round-trip", "\n".join([*wrong, text]))


def untyped(example, judge):
    """Returns the place where an example became an untyped value, as a reason."""
    if not judge.watched:
        return None
    judge.touched.clear()
    judge.is_valid(example.value, example.schema, example.direction)
    return next((f"read as an untyped JSON value at {place.pointer}" for place in judge.touched), None)


def difference(given, written, by_text, path=""):
    """Returns the first difference, or None."""
    if isinstance(given, dict) and isinstance(written, dict):
        for key in {**given, **written}:
            if key not in written:
                # An optional member that is not a union with `null` reads `null` as absent.
                if given[key] is None:
                    continue
                return f"{path}/{key} is lost"
            if key not in given:
                return f"{path}/{key} is new"
            found = difference(given[key], written[key], by_text, f"{path}/{key}")
            if found:
                return found
        return None
    if isinstance(given, list) and isinstance(written, list):
        if len(given) != len(written):
            return f"{path} has {len(written)} items instead of {len(given)}"
        pairs = enumerate(zip(given, written))
        return next((found for at, (first, second) in pairs if (found := difference(first, second, by_text, f"{path}/{at}"))), None)
    if isinstance(given, Number) and isinstance(written, Number):
        same = given.text == written.text if by_text else float(given) == float(written)
        return None if same else f"{path}: {given.text} became {written.text}"
    if type(given) is type(written) and given == written:
        return None
    return f"{path}: {dump(given)[:60]} became {dump(written)[:60]}"


def compare(value, line):
    """Returns the reasons of failure, through the codec and through serde."""
    if line.startswith("! "):
        return line[2:], None
    written, debug, rewritten = line.split("\t")
    failed = difference(value, parse(written), True)
    if not failed and re.search(r"\bUnknown\(", re.sub(r'"(?:\\.|[^"\\])*"', "", debug)):
        failed = "fits no variant of a union"
    if rewritten == "-":
        return failed, None
    if rewritten.startswith("! "):
        return failed, rewritten[2:]
    return failed, difference(value, parse(rewritten), False)
