"""packed.py PROGRAM: a program that gives back its 70000 bytes reads them from gzip files of all kinds
of blocks, and from damaged ones: it gives the bytes, or it ends with status 1."""
import gzip
import random
import struct
import subprocess
import sys
import zlib

SIZE = 70000
draw = random.Random(7)


def run(data):
    with open("x.gz", "wb") as f:
        f.write(data)
    return subprocess.run([sys.argv[1], "x.gz", "-f", "bytes"], capture_output=True)


def pack(data, level, strategy, window):
    z = zlib.compressobj(level, zlib.DEFLATED, 16 + window, 9, strategy)
    return z.compress(data) + z.flush()


def kinds():
    yield bytes(SIZE)
    yield bytes(draw.randrange(256) for _ in range(SIZE))
    yield bytes(draw.choice(b"aab") for _ in range(SIZE))
    text = b" ".join(draw.choice([b"loss", b"epoch", b"0.25", b"-1e-3"]) for _ in range(SIZE))
    yield text[:SIZE]
    yield bytes(min(255, int(draw.expovariate(0.05))) for _ in range(SIZE))
    yield (bytes(range(256)) * 400)[:40000] + bytes(draw.randrange(256) for _ in range(SIZE - 40000))


def check(data, result):
    assert result.returncode == 0 and result.stdout == data, result.stderr


for data in kinds():
    for level, strategy, window in [(0, 0, 15), (1, 0, 15), (6, 0, 15), (9, 0, 9), (6, zlib.Z_FIXED, 15),
                                    (6, zlib.Z_HUFFMAN_ONLY, 15), (6, zlib.Z_RLE, 15)]:
        packed = pack(data, level, strategy, window)
        check(data, run(packed))
    for _ in range(12):
        broken = bytearray(packed)
        at = draw.randrange(2, len(broken))
        broken[at] ^= 1 << draw.randrange(8)
        result = run(broken[:draw.randrange(2, len(broken))] if draw.random() < 0.3 else broken)
        assert result.returncode == 1 or (result.returncode == 0 and result.stdout == data), result

# A head with all that there can be; two members; what is behind the last.
body = pack(data, 6, 0, 15)
head = body[:3] + bytes([2 | 4 | 8 | 16]) + body[4:10] + struct.pack("<H", 3) + b"xyz" + b"name\0note\0"
head += struct.pack("<H", zlib.crc32(head) & 0xffff)
check(data, run(head + body[10:]))
check(data, run(gzip.compress(data[:9]) + gzip.compress(b"") + gzip.compress(data[9:]) + b"\0\0"))
