#!/bin/sh
# What the kernel's devm_ and dmam_ functions WARN_ON(): the device does not manage it.
. "$SRCDIR/lib.sh"
export LD_PRELOAD="$KMEMU_LIB"
for name in $("$TESTDIR/not_managed"); do
	expect 0 env KMEMU_REPORT=line "$TESTDIR/not_managed" $name
	lines 1 "$TMP/err" "^$name: 0x[0-9a-f]* .*not managed by the device"
	lines 1 "$TMP/err" .
	quiet env KMEMU_REPORT=line "$TESTDIR/not_managed" $name managed
done
done_ok
