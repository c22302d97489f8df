#!/bin/sh
# A bare preload makes a process that asks for no block at most 400 KiB larger
# and puts nothing of the heap into it; one with an option has the heap at once.
# run: timeout=120
. "$SRCDIR/lib.sh"
[ -r /proc/self/smaps_rollup ] || skip "no /proc/self/smaps_rollup"

# A process without options: the names of ours that the tests' environment has are looked up.
bare="env -u KMEMU_LIB -u KMEMU_SEED -u KMEMU_STRESS_SECONDS"

# The median of 31: what of libc lies around what is touched differs by start.
median() {
	i=0
	while [ $i -lt 31 ]; do
		"$@" "$TESTDIR/start_size" || fail "status $?"
		i=$((i + 1))
	done | sort -n | sed -n 16p
}

without=$(median $bare)
ours=$(median $bare LD_PRELOAD="$KMEMU_LIB")
[ $((ours - without)) -le 400 ] || fail "$((ours - without)) KiB more than the $without without us"

heap() { $bare LD_PRELOAD="$KMEMU_LIB" "$@" "$TESTDIR/start_size" maps | grep -c '^10[0-9a-f]\{10\}-'; }
[ "$(heap env)" -eq 0 ] || fail "a bare start brings the heap up"
[ "$(heap env KMEMU_OPTIONS=mem=1G)" -gt 0 ] || fail "with an option the heap is not there at start"

# Who looks at a process without a heap is told so.
env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/start_size" wait >"$TMP/started" &
pid=$!
while [ ! -s "$TMP/started" ]; do sleep 0.1; done
for view in slabinfo buddyinfo meminfo; do
	expect 1 "${KMEMU_LIB%/*}/kmemu" show --pid $pid $view
	lines 1 "$TMP/err" 'has no heap yet: it asked for no block'
done
kill $pid
done_ok
