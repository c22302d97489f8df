#!/bin/sh
# Class 29: small address spaces: ulimit -v before the start, setrlimit after.
# run: timeout=120
. "$SRCDIR/lib.sh"
limited() {
	kb=$1
	shift
	quiet sh -c 'ulimit -v '"$kb"' && exec env LD_PRELOAD='"$KMEMU_LIB"' "$@"' sh "$@"
}
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class29_rlimit_as"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class29_rlimit_as" 64
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class29_rlimit_as" 200 data
for kb in 524288 131072 65536; do
	limited $kb "$TESTDIR/class29_rlimit_as" 0
	limited $kb "$TESTDIR/alloc_work" 2
	limited $kb /bin/sh -c 'x=$(echo text); test "$x" = text'
done
if have python3; then
	limited 524288 python3 -c 'a = [str(i) for i in range(100000)]; a.sort()'
	limited 131072 python3 -c 'a = [str(i) for i in range(100000)]; a.sort()'
fi
done_ok
