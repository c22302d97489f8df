# SPDX-License-Identifier: MIT
"""Which files of the tree the scripts look at: tracked or new, not ignored."""

import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def walked():
    for top, dirs, files in os.walk(ROOT):
        dirs[:] = [d for d in dirs if d not in (".git", "build", "__pycache__")]
        for name in files:
            yield os.path.relpath(os.path.join(top, name), ROOT)


def all_files():
    """Paths from the root. Without git (an unpacked archive) all there are."""
    run = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                         cwd=ROOT, capture_output=True, text=True)
    names = run.stdout.split("\0") if run.returncode == 0 and run.stdout else walked()
    return sorted(n for n in set(names) if n and os.path.isfile(os.path.join(ROOT, n)))


def c_files():
    return [n for n in all_files() if n.endswith((".c", ".h"))]
