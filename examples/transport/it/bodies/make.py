#!/usr/bin/env python3
"""Writes the coded bodies of these tests, by the libraries of zlib, Brotli and Zstandard: `pip install brotli zstandard`."""

import gzip
import os
import zlib

import brotli
import zstandard

TEXT = b'{"text":"' + b"coded and decoded again, " * 200 + b'"}'
ZEROS = bytes(1 << 20)


def write(name, data):
    with open(os.path.join(os.path.dirname(__file__), name), "wb") as file:
        file.write(data)


def zstd(data, **parameters):
    compressor = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(**parameters)).compressobj()
    return compressor.compress(data) + compressor.flush()


half = len(TEXT) // 2
write("text.json", TEXT)
write("text.gz", gzip.compress(TEXT, mtime=0))
write("text.br", brotli.compress(TEXT))
write("text.zst", zstd(TEXT, window_log=20))
write("members.gz", gzip.compress(TEXT[:half], mtime=0) + gzip.compress(TEXT[half:], mtime=0))
write("frames.zst", zstd(TEXT[:half], window_log=20) + zstd(TEXT[half:], window_log=20))
PROBLEM = b'{"code":"PARTNER_REQUEST_INVALID","title":"Invalid","status":400,"detail":"A member is wrong."}'
write("problem.gz", gzip.compress(PROBLEM, mtime=0))
# One MiB of zeros: a body repeats it. Brotli has no members: one GiB.
write("zeros.gz", gzip.compress(ZEROS, mtime=0))
write("zeros.zst", zstd(ZEROS, window_log=20))
compressor = brotli.Compressor(lgwin=22)
write("zeros.br", b"".join(compressor.process(ZEROS) for _ in range(1024)) + compressor.finish())
# A window of 128 MiB, more than a response may have.
write("window.zst", zstd(TEXT, window_log=27))
# The first half ends with a flush, as a server of events writes it.
compressor = zlib.compressobj(wbits=31)
first = compressor.compress(TEXT[:half]) + compressor.flush(zlib.Z_SYNC_FLUSH)
write("flushed-1.gz", first)
write("flushed-2.gz", compressor.compress(TEXT[half:]) + compressor.flush())
