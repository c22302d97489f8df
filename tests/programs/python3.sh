#!/bin/bash
# python3: parse, sort, json, re, threads, subprocess, zlib, big integers; with
# its own arenas (most objects inside large blocks) and with PYTHONMALLOC=malloc
# (each object is a malloc).
. "$(dirname "$0")/lib.sh"
need python3

PYTHONDONTWRITEBYTECODE=1
PYTHONHASHSEED=0
export PYTHONDONTWRITEBYTECODE PYTHONHASHSEED
compare python3 "$DATA/work.py"
export PYTHONMALLOC=malloc
compare python3 "$DATA/work.py"
compare -s 3 python3 -X dev -c 'import sys; d = {i: str(i) for i in range(50000)}; sys.exit(3)'
unset PYTHONMALLOC
compare python3 -c '
try:
    bytearray(1 << 60)
except MemoryError:
    print("MemoryError")
'
