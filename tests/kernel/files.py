# SPDX-License-Identifier: MIT
"""Every file of the kernel's tree that includes no header but listed ones compiles.

The rule: a .c file of the tree (of arch/ only x86; not what is compiled for the build
machine) with at least one #include, of which each is <...> and in the list. The files are
found in the source itself, and what was found is kept in the build directory for as long as
the source and the list are the same ones.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
from multiprocessing.pool import ThreadPool

OTHER_MACHINES = ("tools", "scripts", "Documentation", "usr")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
COMPILERS = ("gcc", "clang")


def in_kernel(path):
    parts = path.split("/")
    if not path.endswith(".c") or parts[0] in OTHER_MACHINES:
        return False
    return parts[0] != "arch" or parts[1] == "x86"


def includes_only(text, listed):
    found = INCLUDE.findall(text)
    return bool(found) and all(kind == "<" and name in listed for kind, name in found)


def of_directory(top):
    for directory, _, names in os.walk(top):
        for name in names:
            path = os.path.relpath(os.path.join(directory, name), top)
            if in_kernel(path):
                with open(os.path.join(top, path), errors="replace") as f:
                    yield path, f.read()


def of_tarball(tarball):
    """In one pass, since the archive cannot be read at places."""
    xz = subprocess.Popen(["xz", "-dcT0", tarball], stdout=subprocess.PIPE)
    with tarfile.open(fileobj=xz.stdout, mode="r|") as tar:
        for member in tar:
            path = member.name.partition("/")[2]
            if member.isfile() and in_kernel(path):
                yield path, tar.extractfile(member).read().decode(errors="replace")
    if xz.wait():
        raise OSError(f"{tarball}: xz does not read it")


def key_of(source, listed):
    stat = os.stat(source)
    word = f"{os.path.abspath(source)} {stat.st_size} {stat.st_mtime_ns} {sorted(listed)}"
    return hashlib.sha256(word.encode()).hexdigest()


def find(source, listed, into):
    """{path: text} of the files. source: a tree or a tarball."""
    if os.path.isdir(source):
        return {p: t for p, t in of_directory(source) if includes_only(t, listed)}
    kept, key = os.path.join(into, "found.json"), key_of(source, listed)
    if os.path.exists(kept):
        with open(kept) as f:
            old = json.load(f)
        if old["key"] == key:
            return old["files"]
    files = {p: t for p, t in of_tarball(source) if includes_only(t, listed)}
    os.makedirs(into, exist_ok=True)
    with open(kept, "w") as f:
        json.dump({"key": key, "files": files}, f)
    return files


def compile_one(job):
    """What the compiler says; "": nothing, and it compiles."""
    argv, path = job
    done = subprocess.run([*argv, path, "-o", path + ".o"], capture_output=True, text=True)
    if done.returncode and not done.stderr:
        return f"status {done.returncode}"
    return done.stderr


def write(files, into):
    shutil.rmtree(into, ignore_errors=True)
    for path, text in files.items():
        path = os.path.join(into, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)


def judge(suite, path, words):
    """words: of each compiler."""
    bad = [w for w in words if w]
    reason = suite.xfail.get(path)
    if not reason:
        suite.cases += [(path, "failed" if w else "passed", w, 1) for w in words]
    elif bad:
        suite.cases.append((path, "xfail", reason, 1))
    else:
        suite.cases.append((path, "failed", f"compiles, and is excused: {reason}", 1))


def check(suite, source, listed, into, flags):
    """Fills suite.cases; the compilers' words are in into.cc."""
    files = find(source, listed, into + ".found")
    write(files, into)
    compilers = [c for c in COMPILERS if shutil.which(c)]
    suite.cases += [("all", "skipped", f"{c} is not there", 1)
                    for c in COMPILERS if c not in compilers]
    paths = sorted(files)
    with ThreadPool(os.cpu_count()) as pool:
        jobs = [([c, *flags, "-c"], os.path.join(into, p)) for p in paths for c in compilers]
        words = pool.map(compile_one, jobs)
    with open(into + ".cc", "w") as f:
        f.write("".join(words))
    for i, path in enumerate(paths):
        judge(suite, path, words[i * len(compilers):(i + 1) * len(compilers)])
    suite.cases += [(path, "failed", "excused, and not there", 1)
                    for path in suite.xfail if path not in files]
    if not files:
        suite.trouble = "no file of the tree includes listed headers alone"
