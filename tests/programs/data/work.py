"""Fixture of python3.sh: ordinary work of a script, output depends on all of it."""
import bisect
import collections
import concurrent.futures
import ctypes
import decimal
import hashlib
import io
import json
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import zlib

rnd = random.Random(6)


def records(n):
    for i in range(n):
        yield "%d,%s,%.3f,%s" % (i, rnd.choice("abcdefgh") * rnd.randint(1, 40),
                                 rnd.random() * 1000, rnd.getrandbits(64))


def parse_and_sort():
    rows = [line.split(",") for line in records(40000)]
    rows.sort(key=lambda r: (r[1], float(r[2])))
    groups = collections.defaultdict(list)
    for r in rows:
        groups[r[1]].append(int(r[3]))
    text = json.dumps({k: v[:20] for k, v in groups.items()}, sort_keys=True)
    assert json.loads(text).keys() == groups.keys()
    print("groups", len(groups), hashlib.sha256(text.encode()).hexdigest()[:16])


def texts():
    s = "".join("word%d " % (i * i % 977) for i in range(50000))
    print("words", len(set(re.findall(r"\w+", s))), len(re.sub(r"(\d)(\d)", r"\2\1", s)))
    z = zlib.compress(s.encode(), 9)
    assert zlib.decompress(z).decode() == s
    print("zlib", zlib.crc32(z), len(z))
    b = io.BytesIO()
    for i in range(2000):
        b.write(os.urandom(0) + bytes([i % 256]) * i)
    print("bytes", hashlib.md5(b.getvalue()).hexdigest())


def threads():
    total = []
    lock = threading.Lock()

    def work(seed):
        r = random.Random(seed)
        keep = {}
        for i in range(15000):
            keep[r.randrange(500)] = [str(i)] * r.randrange(30)
        with lock:
            total.append(sum(map(len, keep.values())))

    ts = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    print("threads", sorted(total))
    with concurrent.futures.ThreadPoolExecutor(4) as ex:
        print("pool", sum(ex.map(lambda n: len(str(3 ** n)), range(300))))


def square(n):
    return n * n


def processes():
    out = subprocess.run([sys.executable, "-c", "print(sum(range(10**5)))"],
                         capture_output=True, check=True, text=True)
    print("subprocess", out.stdout.strip(), repr(out.stderr))
    p = subprocess.Popen(["sort", "-n"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    data = "\n".join(str(i * 7919 % 10007) for i in range(10007)).encode()
    print("pipe", hashlib.md5(p.communicate(data)[0]).hexdigest(), p.returncode)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print("fork pool", sum(pool.map(square, range(2000))))
    pid = os.fork()
    if pid == 0:
        x = [bytearray(i) for i in range(3000)]
        os._exit(len(x) % 256)
    print("fork", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def numbers():
    print("big", hashlib.md5(hex(2 ** 20000 * 3 ** 2000).encode()).hexdigest())
    decimal.getcontext().prec = 500
    print("decimal", str(decimal.Decimal(2).sqrt())[-12:])
    a = []
    for i in range(20000):
        bisect.insort(a, rnd.random())
    print("insort", a[10000] < a[10001])


def blocks():
    sizes = [0, 1, 4095, 4096, 131071, 131072, 131073, 1 << 20, 5 << 20]
    keep = [bytearray(n) for n in sizes * 5]
    assert not any(any(b[::509]) for b in keep)
    for b in keep:
        b += b"x" * 1000
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    p = libc.malloc(ctypes.c_size_t(100000))
    ctypes.memset(p, 7, 100000)
    libc.free(ctypes.c_void_p(p))
    print("blocks", sum(map(len, keep)))


def files():
    with tempfile.TemporaryDirectory() as d:
        for i in range(50):
            with open(os.path.join(d, str(i)), "w") as f:
                f.writelines("%d\n" % (j * i) for j in range(1000))
        n = 0
        for e in sorted(os.scandir(d), key=lambda e: e.name):
            with open(e.path) as f:
                n += sum(int(line) for line in f)
        print("files", n)


for step in (parse_and_sort, texts, threads, processes, numbers, blocks, files):
    step()
