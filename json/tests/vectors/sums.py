#!/usr/bin/env python3
"""Sums and differences of decimals by Python's `decimal`, which shares no code with the runtime.

`sums.py` writes sums.tsv beside itself, `sums.py --check` compares. Columns: left, right, sum, difference.
"""
import decimal, pathlib, random, sys

decimal.getcontext().prec = 5000
# Any rounding would be an error here too.
decimal.getcontext().traps[decimal.Inexact] = True
decimal.getcontext().Emax, decimal.getcontext().Emin = 10**9, -10**9


def text(value):
    value = abs(value) if value == 0 else value
    return format(value, "f")


def term(rng):
    kind = rng.randrange(8)
    sign = rng.choice(["", "-"])
    if kind == 0:
        return sign + rng.choice(["0", "0.0", "0.00", "0.000000", "1", "9", "9.99", "0.01", "10", "99.999"])
    if kind == 1:
        return sign + "9" * rng.randrange(1, 60) + "." + "9" * rng.randrange(1, 60)
    if kind == 2:
        return f"{sign}{rng.randrange(10**6)}e{rng.randrange(-40, 40)}"
    whole = rng.randrange(10 ** rng.choice([1, 2, 5, 19, 40, 120]))
    scale = rng.choice([0, 1, 2, 6, 8, 18, 60])
    fraction = "" if scale == 0 else "." + "".join(rng.choice("0123456789") for _ in range(scale))
    return f"{sign}{whole}{fraction}"


def rows():
    rng = random.Random(20261120)
    for _ in range(3000):
        left, right = term(rng), term(rng)
        if rng.randrange(10) == 0:
            right = left.removeprefix("-")
        one, other = decimal.Decimal(left), decimal.Decimal(right)

        # A positive exponent has no digits after the point: `1e3` is 1000.
        def plain(value):
            return value.quantize(decimal.Decimal(1)) if value.as_tuple().exponent > 0 else value

        one, other = plain(one), plain(other)
        yield "\t".join([left, right, text(one + other), text(one - other)])


wanted = "\n".join(rows()) + "\n"
file = pathlib.Path(__file__).with_suffix(".tsv")
if "--check" in sys.argv:
    sys.exit(0 if file.read_text() == wanted else f"{file} is not what this script writes")
file.write_text(wanted)
