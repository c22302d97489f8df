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

# Who looks at a process without a heap is told so; with an option it is there at start.
views() {
	status=$1 words=$2
	shift 2
	: >"$TMP/started"
	env "$@" LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/start_size" wait >"$TMP/started" &
	pid=$!
	while [ ! -s "$TMP/started" ]; do sleep 0.1; done
	for view in slabinfo buddyinfo meminfo; do
		expect "$status" "${KMEMU_LIB%/*}/kmemu" show --pid $pid $view
		lines "$words" "$TMP/err" 'has no heap yet: it asked for no block'
	done
	kill $pid
}
views 1 1
views 0 0 KMEMU_OPTIONS=mem=1G
done_ok
