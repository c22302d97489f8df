#!/bin/sh
# Class 8: an executable that exports its own malloc: same run, silent; the
# summary says that kmemu's heap was not active, never that all was well.
. "$SRCDIR/lib.sh"
program=$TESTDIR/class08_own_malloc
same "$program"
# With checks on, calls are led to us; those that are another malloc's are not.
for checks in context=warn contig=warn profile=audit; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$checks log=$TMP/checked" "$program"
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 KMEMU_LOG="$TMP/log" "$program"
grep -qi 'not active' "$TMP/log" 2>/dev/null ||
	fail "the summary does not say 'not active': $(head -n 3 "$TMP/log" 2>&1)"
# Whatever is armed, calls of other libraries go to the program's malloc as well.
for profile in plain audit strict; do
	timeout 50 env KMEMU_PROFILE=$profile KMEMU_LOG="$TMP/log" \
		LD_PRELOAD="$KMEMU_LIB $TESTDIR/plugin_gives.so" "$program" >"$TMP/out" 2>"$TMP/err"
	[ $? -eq 0 ] || fail "$profile: $(head -n 3 "$TMP/err")"
	lines 1 "$TMP/out" 'own malloc was used'
done
done_ok
