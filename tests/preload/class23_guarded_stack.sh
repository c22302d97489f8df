#!/bin/sh
. "$SRCDIR/lib.sh"
verdict() {
	expect 0 env KMEMU_PROFILE=audit LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class23_guarded_stack" "$1" "$2"
	lines 1 "$TMP/err" '^kmemu: verdict: findings=1$'
}
for size in 3072 4096 6000 12000 40000; do
	quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class23_guarded_stack" $size malloc
	verdict $size malloc
	lines 1 "$TMP/err" '^kmemu: sleep-in-atomic: 1 finding, seen 1 time$'
	verdict $size free
	lines 0 "$TMP/err" '^kmemu: sleep-in-atomic:'
	# The plain-C build has no other stack to go to: counted, and not told.
	case $BUILDDIR in
	*generic) ;;
	*) lines 1 "$TMP/err" ': kfree: double free of kmalloc-128 object' ;;
	esac
done
done_ok
