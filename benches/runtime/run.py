#!/usr/bin/env python3
"""Measures the runtime beside what one would write by hand, and prints a table for each question.

    benches/runtime/run.py [calls] [sign] [webhook] [times] [crowd] [--most RATIO] [--most-call RATIO] [--most-time RATIO] [--rounds N] [--before PROGRAM]

Counts come from valgrind and are the same on a busy machine, but for a call more or less that a socket needs: so much work
less so little work, divided by the difference. Times are medians of rounds in which all sides take turns. With `--most`
the exit code is 1 if a ratio of `sign` is above it. `--most-call` limits the counted ratios of a GET, and `--most-time` its processor time:
a POST opens a connection, and the handwritten one does not. `--before` adds the program of another version. Says nothing of machines that differ.
"""

import argparse
import json
import os
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
    """The scripted server, in a process of its own, over TLS if there is a file with a certificate."""

    def __init__(self, program, *pem):
        self.process = subprocess.Popen([program, "serve", *pem], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().strip().split(":")[1]
        self.url = f"https://localhost:{port}" if pem else f"http://127.0.0.1:{port}"

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


def certificate(folder):
    """A file with a certificate of this machine and its key."""
    key, pem = f"{folder}/key.pem", f"{folder}/certificate.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", pem]
    checked(words)
    pathlib.Path(pem).write_text(pathlib.Path(pem).read_text() + pathlib.Path(key).read_text())
    return pem


def all_instructions(words):
    """The instructions of a whole process, and those without SHA-2: the emulator has no instructions for it."""
    with tempfile.NamedTemporaryFile() as counts:
        checked(["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={counts.name}", *words])
        text = pathlib.Path(counts.name).read_text()
    whole, hashes, is_hash = int(re.search(r"^summary: *(\d+)", text, re.MULTILINE)[1]), 0, False
    for line in text.splitlines():
        if line.startswith("fn="):
            is_hash = re.search("sha(2|256|512)", line) is not None
        elif is_hash and line[0].isdigit():
            hashes += int(line.split()[1])
    return whole, whole - hashes


def instructions(words):
    """The instructions of a whole process."""
    return all_instructions(words)[0]


def system_calls(words):
    """The system calls of a whole process, but for clocks: outside of the emulator they need none."""
    said = checked(["valgrind", "--tool=none", "--trace-syscalls=yes", *words])
    return len(re.findall(r"SYSCALL\[", said)) - said.count("sys_clock_gettime")


def processor_time(words):
    """The processor time of a whole process, in microseconds."""
    process = subprocess.Popen(words)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, words))} failed")
    return (usage.ru_utime + usage.ru_stime) * 1e6


def allocations(words):
    """The allocations of a whole process, and their bytes."""
    said = checked(["valgrind", "--tool=dhat", "--dhat-out-file=/dev/null", *words])
    size, count = re.search(r"Total: +([\d,]+) bytes in ([\d,]+) blocks", said).groups()
    return int(count.replace(",", "")), int(size.replace(",", ""))


MEASURES = ["instructions", "instructions without SHA-2", "allocations", "bytes allocated", "system calls", "processor time, µs"]


def calls(sides, url, rounds):
    """A call, counted: the hundredth to the six-hundredth. Its processor time: the hundredth to the three-thousandth."""
    few, many, longer = 100, 600, 3000
    ratios = {}
    print(f"| call | measure | {' | '.join(sides)} | ratio |\n|---|---|{'---:|' * (len(sides) + 1)}")
    for operation in ["get", "post"]:
        each = {}
        for side, (program, who) in sides.items():
            words = [program, "calls", who, operation]
            counted = [(*all_instructions(run), *allocations(run), system_calls(run)) for run in ([*words, str(few), url], [*words, str(many), url])]
            each[side] = [(more - less) / (many - few) for less, more in zip(*counted)]
        times = {side: [] for side in sides}
        for _ in range(rounds):
            for side, (program, who) in sides.items():
                less, more = (processor_time([program, "calls", who, operation, str(count), url]) for count in (few, longer))
                times[side].append((more - less) / (longer - few))
        for place, measure in enumerate(MEASURES):
            row = {side: statistics.median(times[side]) if place == 5 else each[side][place] for side in sides}
            ratios[operation, measure] = row["ours"] / row["by-hand"]
            print(f"| {operation.upper()} | {measure} | {' | '.join(f'{value:,.1f}' for value in row.values())} | {ratios[operation, measure]:.3f} |", flush=True)
    return ratios


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


def crowd(sides, url, rounds):
    """Tasks at once, with calls one after the other, all sides in turn."""
    # Each side has a thousand sockets open, and so has the server.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    print(f"| call | tasks | pause, ms | measure | {' | '.join(sides)} | ratio |\n|---|---:|---:|---|{'---:|' * (len(sides) + 1)}")
    for operation in ["get", "post"]:
        for tasks, count, pause in [(1, 200, 5), (1, 1000, 0), (32, 60, 0), (1000, 4, 0)]:
            all_rounds = {side: [] for side in sides}
            for number in range(rounds):
                for side, (program, who) in list(sides.items())[:: 1 if number % 2 else -1]:
                    all_rounds[side].append(json.loads(checked([program, "crowd", who, operation, str(tasks), str(count), str(pause), url])))
            for name, measure, unit in [("p50", "p50, ms", 1000), ("p99", "p99, ms", 1000), ("peak_kib", "peak memory, MiB", 1024)]:
                row = [statistics.median(one[name] for one in all_rounds[side]) / unit for side in sides]
                pairs = [one[name] / other[name] for one, other in zip(all_rounds["ours"], all_rounds["by-hand"])]
                print(f"| {operation.upper()} | {tasks} | {pause} | {measure} | {' | '.join(f'{value:.2f}' for value in row)} | {statistics.median(pairs):.2f} |", flush=True)


def main():
    """Builds the program and runs what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*WHAT, []])
    parser.add_argument("--most", type=float)
    parser.add_argument("--most-call", type=float)
    parser.add_argument("--most-time", type=float)
    parser.add_argument("--before")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    build = ["cargo", "build", "--release", "--package", "sdkwright-benches", "--bin", "measured"]
    build = subprocess.run([*build, "--message-format=json"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    built = [json.loads(line) for line in build.stdout.splitlines()]
    program = next(one["executable"] for one in reversed(built) if one.get("executable"))
    sides = {side: (program, side) for side in SIDES}
    if arguments.before:
        sides = {"before": (arguments.before, "ours"), **sides}
    worst, counted, slowest = 0, 0, 0
    for what in arguments.what or WHAT:
        print(f"\n{what}\n", flush=True)
        if what == "sign":
            worst = max(worst, sign(program))
        elif what == "webhook":
            webhook(program)
        elif what == "times":
            print(checked([program, "times"]), end="")
        else:
            with tempfile.TemporaryDirectory() as folder:
                pem = certificate(folder)
                os.environ["ROOT"] = pem
                for server in (Server(program), Server(program, pem)):
                    with server as url:
                        print(f"\n{url.split(':')[0]}\n", flush=True)
                        if what == "crowd":
                            crowd(sides, url, arguments.rounds)
                            continue
                        ratios = calls(sides, url, arguments.rounds)
                        counted = max(counted, *(ratios["get", MEASURES[place]] for place in (1, 2, 4)))
                        slowest = max(slowest, ratios["get", MEASURES[5]])
    for ratio, most in [(worst, arguments.most), (counted, arguments.most_call), (slowest, arguments.most_time)]:
        if most and ratio > most:
            sys.exit(f"{ratio:.3f} times as much as by hand, more than {most}")


if __name__ == "__main__":
    main()
