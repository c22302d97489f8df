#!/bin/sh
# Options that change how memory is kept change nothing that a program sees.
# run: timeout=180
. "$SRCDIR/lib.sh"
programs="alloc_work class18_handover"
[ "${KMEMU_STRESS_SECONDS:-15}" -lt 60 ] ||
	programs="$programs class12_calloc_zero class15_vfork_moved realloc_random class14_fork_chain"
for options in purge_ms=0 purge_ms=1 vmalloc_lazy=1 vmalloc_guard=0 kmalloc_max=8K \
	kmalloc_max=4M mem=2G 'purge_ms=0 percpu=guarded vmalloc_lazy=1' profile=audit; do
	for name in $programs; do
		expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options" \
			KMEMU_LOG="$TMP/log" "$TESTDIR/$name"
		[ ! -s "$TMP/err" ] || fail "$options, $name: $(head -n 2 "$TMP/err")"
	done
done
! grep kfree "$TMP/log" 2>/dev/null || fail "a report in the log"
done_ok
