#!/bin/bash
# node (V8 brings large reservations of its own, many threads, wasm traps): a
# script with json, typed arrays, worker threads, child processes, zlib.
. "$(dirname "$0")/lib.sh"
need node

compare node "$DATA/work.js"
compare -s 5 node -e 'const a = Array.from({ length: 1e5 }, (_, i) => "s" + i); process.exit(a.length > 9 ? 5 : 0)'
