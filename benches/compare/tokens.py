#!/usr/bin/env python3
"""Counts generated code: a folder of Rust files comes in, one line of JSON goes out.

    benches/compare/tokens.py FOLDER

Tokens are those of the Rust Reference: an operator such as `::` or `..=` is one token, a string is one token, and so
is each delimiter. Comments, doc comments and `#[doc = "..."]` are not counted. It never looks at what the code means.
"""

import json
import pathlib
import re
import sys

TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<line>//[^\n]*)
  | (?P<block>/\*)
  | (?P<raw>(?:b|c)?r(?P<hashes>\#*)".*?"(?P=hashes))
  | (?P<text>(?:b|c)?"(?:[^"\\]|\\.)*")
  | (?P<char>b?'(?:[^'\\\n]|\\(?:u\{[0-9a-fA-F_]+\}|x[0-9a-fA-F]{2}|.))')
  | (?P<lifetime>'(?:r\#)?[^\W\d]\w*)
  | (?P<number>(?:0[xob][0-9a-fA-F_]+|\d[\d_]*(?:\.(?!\.|[^\W\d])[\d_]*)?(?:[eE][+-]?[\d_]+)?)\w*)
  | (?P<name>(?:r\#)?[^\W\d]\w*)
  | (?P<sign><<=|>>=|\.\.\.|\.\.=|::|->|=>|==|!=|<=|>=|&&|\|\||\+=|-=|\*=|/=|%=|\^=|&=|\|=|<<|>>|\.\.|[\#\[\](){}<>,;:.=+\-*/%^!&|@?$~])
    """,
    re.VERBOSE | re.DOTALL,
)
BLOCK = re.compile(r"/\*|\*/")
UNSEEN = {"space", "line"}
DOC = re.compile(r"#!?\[doc\s*=\s*(?:r(?P<h>#*)\".*?\"(?P=h)|\"(?:[^\"\\]|\\.)*\")\s*\]", re.DOTALL)


def end_of_block(text, at):
    """The end of a block comment that starts at `at`; they nest."""
    depth = 0
    for mark in BLOCK.finditer(text, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    raise ValueError("a block comment does not end")


def tokens(text):
    """The tokens of one file, in order: pairs of kind and text."""
    at, end = 0, len(text)
    while at < end:
        found = TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"no token at {text[at:at + 40]!r}")
        kind = found.lastgroup
        if kind == "hashes":
            kind = "raw"
        if kind == "block":
            at = end_of_block(text, at)
            continue
        at = found.end()
        if kind in UNSEEN:
            continue
        if kind == "sign" and found.group() == "#":
            doc = DOC.match(text, found.start())
            if doc:
                at = doc.end()
                continue
        yield kind, found.group()


def count(folder):
    """Sums over every Rust file below `folder`."""
    sums = {"files": 0, "lines": 0, "bytes": 0, "tokens": 0, "macro_rules": 0}
    for file in sorted(pathlib.Path(folder).rglob("*.rs")):
        text = file.read_text(encoding="utf-8")
        sums["files"] += 1
        sums["lines"] += text.count("\n")
        sums["bytes"] += len(text.encode())
        try:
            for kind, word in tokens(text):
                sums["tokens"] += 1
                if kind == "name" and word == "macro_rules":
                    sums["macro_rules"] += 1
        except ValueError as error:
            raise SystemExit(f"{file}: {error}") from error
    return sums


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1])))
