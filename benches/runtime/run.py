#!/usr/bin/env python3
"""Measures the runtime beside what one would write by hand, and prints a table for each question.

    benches/runtime/run.py [calls] [sign] [webhook] [times] [crowd] [--most RATIO] [--rounds N]

Counts come from valgrind and are the same on a busy machine, but for a call more or less that a socket needs: so much work
less so little work, divided by the difference. Times are medians of rounds in which both sides take turns. With `--most`
the exit code is 1 if a counted ratio of `calls` or `sign` is above it. Says nothing of machines that differ.
"""

import argparse
import json
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WHAT = ["calls", "sign", "webhook", "times", "crowd"]
SIDES = ["ours", "by-hand"]
KIB = 1024
SIZES = [KIB, 64 * KIB, 10 * KIB * KIB]


class Server:
    """The scripted server, in a process of its own."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = "http://" + self.process.stdout.readline().strip()

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def checked(command):
    """What a command prints, its errors last; it must succeed."""
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{run.stdout}{run.stderr}"[-4000:])
    return run.stdout + run.stderr


def instructions(words):
    """The instructions of a whole process."""
    with tempfile.NamedTemporaryFile() as counts:
        checked(["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={counts.name}", *words])
        return int(re.search(r"^summary: *(\d+)", pathlib.Path(counts.name).read_text(), re.MULTILINE)[1])


def allocations(words):
    """The allocations of a whole process, and their bytes."""
    said = checked(["valgrind", "--tool=dhat", "--dhat-out-file=/dev/null", *words])
    size, count = re.search(r"Total: +([\d,]+) bytes in ([\d,]+) blocks", said).groups()
    return int(count.replace(",", "")), int(size.replace(",", ""))


def calls(program, url):
    """A call, counted: the hundredth to the six-hundredth."""
    few, many = 100, 600
    each = {}
    for operation in ["get", "post"]:
        for side in SIDES:
            words = [[program, "calls", side, operation, str(count), url] for count in (few, many)]
            less, more = map(instructions, words)
            (blocks, size), (more_blocks, more_size) = map(allocations, words)
            counted = [more - less, more_blocks - blocks, more_size - size]
            each[operation, side] = [count / (many - few) for count in counted]
    print("| call | measure | ours | by hand | ratio |\n|---|---|---:|---:|---:|")
    worst = 0
    for operation in ["get", "post"]:
        for place, measure in enumerate(["instructions", "allocations", "bytes allocated"]):
            ours, hand = (each[operation, side][place] for side in SIDES)
            print(f"| {operation.upper()} | {measure} | {ours:,.1f} | {hand:,.1f} | {ours / hand:.3f} |")
            worst = max(worst, ours / hand if place < 2 else 0)
    return worst


def sign(program):
    """A signature, counted."""
    print("| body | measure | instructions | against the hashes alone |\n|---:|---|---:|---:|")
    worst = 0
    for size in SIZES:
        few, many = (10, 110) if size < KIB * KIB else (1, 2)
        each = {}
        for what in ["hash", "signature", "stamp"]:
            less, more = (instructions([program, "sign", what, str(size), str(rounds)]) for rounds in (few, many))
            each[what] = (more - less) / (many - few)
            ratio = each[what] / each["hash"]
            print(f"| {size // KIB:,} KiB | {what} | {each[what]:,.0f} | {ratio:.3f} |", flush=True)
            worst = max(worst, ratio)
    return worst


def webhook(program):
    """A delivery, counted."""
    print("| body | ours | by hand | ratio |\n|---:|---:|---:|---:|")
    for size in SIZES[:2]:
        each = []
        for side in SIDES:
            less, more = (instructions([program, "webhook", side, str(size), str(rounds)]) for rounds in (10, 60))
            each.append((more - less) / 50)
        print(f"| {size // KIB} KiB | {each[0]:,.0f} | {each[1]:,.0f} | {each[0] / each[1]:.3f} |", flush=True)


def crowd(program, url, rounds):
    """A thousand tasks at once, ten calls each, both sides in turn."""
    # Each side has a thousand sockets open, and so has the server.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    all_rounds = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES if number % 2 else SIDES[::-1]:
            all_rounds[side].append(json.loads(checked([program, "crowd", side, "1000", "10", url])))
    print("| measure | ours | by hand | ratio |\n|---|---:|---:|---:|")
    for name, measure, unit in [
        ("p50", "p50 of a call, ms", 1000),
        ("p99", "p99 of a call, ms", 1000),
        ("whole", "all 10,000 calls, ms", 1000),
        ("peak_kib", "peak memory of the process, MiB", 1024),
    ]:
        ours, hand = (statistics.median(one[name] for one in all_rounds[side]) / unit for side in SIDES)
        pairs = [one[name] / other[name] for one, other in zip(*all_rounds.values())]
        print(f"| {measure} | {ours:.1f} | {hand:.1f} | {statistics.median(pairs):.2f} |")


def main():
    """Builds the program and runs what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*WHAT, []])
    parser.add_argument("--most", type=float)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    build = ["cargo", "build", "--release", "--package", "sdkwright-benches", "--bin", "measured"]
    build = subprocess.run([*build, "--message-format=json"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    built = [json.loads(line) for line in build.stdout.splitlines()]
    program = next(one["executable"] for one in reversed(built) if one.get("executable"))
    wanted = arguments.what or WHAT
    worst = 0
    with Server(program) as url:
        for what in wanted:
            print(f"\n{what}\n", flush=True)
            if what == "calls":
                worst = max(worst, calls(program, url))
            elif what == "sign":
                worst = max(worst, sign(program))
            elif what == "webhook":
                webhook(program)
            elif what == "times":
                print(checked([program, "times"]), end="")
            else:
                crowd(program, url, arguments.rounds)
    if arguments.most and worst > arguments.most:
        sys.exit(f"{worst:.3f} times as much as by hand, more than {arguments.most}")


if __name__ == "__main__":
    main()
