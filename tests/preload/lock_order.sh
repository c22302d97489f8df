#!/bin/sh
# The order of kernel code's locks: each mistake once, at its line, and its twin silent. The
# reports are in report_kinds.sh.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
P=$TESTDIR/report_order
for name in circular-locking circular-sleepers circular-by-chain circular-classes \
	circular-subclasses circular-might recursive-locking recursive-rwsem recursive-rwlock \
	recursive-keys circular-map circular-work circular-queue circular-timer recursive-timers \
	recursive-ordered; do
	expect 0 "$K" run "$P" "$name"
	verdict 'findings=1'
	lines 1 "$TMP/err" "^kmemu: ${name%%-*}-locking: 1 finding, seen 1 time"
	expect 0 "$K" run "$P" "$name" mended
	verdict 'clean'
	expect 0 "$K" run -o context.lockorder=off "$P" "$name"
	verdict 'clean'
done
for name in irq-order irq-order-softirq irq-order-reader irq-inversion irq-inversion-back \
	inconsistent-late inconsistent-class inconsistent-class-back; do
	kind=irq-lock-order
	[ "${name#inconsistent}" = "$name" ] || kind=inconsistent-lock-state
	expect 0 "$K" run "$P" "$name"
	verdict 'findings=1'
	lines 1 "$TMP/err" "^kmemu: $kind: 1 finding, seen 1 time"
	expect 0 "$K" run "$P" "$name" mended
	verdict 'clean'
done
for name in silent silent-states silent-places; do
	expect 0 "$K" run "$P" "$name"
	verdict 'clean'
done
# A child knows what its parent knew.
expect 0 "$K" run "$P" forked
verdict 'findings=1'
expect 0 "$K" run "$P" forked mended
verdict 'clean'
# pthread's locks are looked at where that was asked for.
for options in "context=warn:0" "context=warn context.lockorder=warn:1" "profile=audit:1" \
	"profile=audit context=off:0" "profile=audit context.lockorder=off:0"; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="${options%:*} report=line" \
		"$TESTDIR/report_locks" circular-spinlocks
	lines ${options##*:} "$TMP/err" ' and elsewhere in the other order$'
done
# More than the tables hold is said.
expect 0 "$K" run "$P" many
verdict 'unchecked: locks'
# It is told before the threads wait for each other.
KMEMU_OPTIONS="profile=audit log=$TMP/log" "$P" deadlock >/dev/null 2>&1 &
logged_then_killed $! "$TMP/log" 'possible circular locking dependency detected'
done_ok
