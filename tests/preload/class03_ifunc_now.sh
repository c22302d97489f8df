#!/bin/sh
. "$SRCDIR/lib.sh"
for options in "" context=warn "usercopy=warn usercopy.calls=all"; do
	quiet env KMEMU_OPTIONS="$options" LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class03_ifunc_now"
done
for profile in audit strict; do
	expect 0 env KMEMU_PROFILE=$profile LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class03_ifunc_now"
	lines 1 "$TMP/err" '^kmemu: verdict: clean$'
done
done_ok
