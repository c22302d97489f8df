#!/bin/sh
# Every class of known preload breakage that concerns allocation has a test
# named after it. (20, 22, 24 to 26 and 33 concern contexts, unwinding and
# buffers in flight: no test until there are such checks.)
. "$SRCDIR/lib.sh"
for n in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 21 23 \
	27 28 29 30 31 32 34 35 36 37 38 39 40 41; do
	ls "$SRCDIR/class$n"_* >/dev/null 2>&1 || fail "no test of class $n"
done
# A program that only a script runs is run by it.
for source in "$SRCDIR"/*.c "$SRCDIR"/*.cc; do
	name=$(basename "$source")
	name=${name%.*}
	case $name in plugin_*) grep -q "$name" "$SRCDIR"/*.sh "$SRCDIR"/*.c "$SRCDIR"/*.h ||
		fail "$name is used by no test" ;; esac
done
done_ok
