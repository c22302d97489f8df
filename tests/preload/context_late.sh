#!/bin/sh
# run: timeout=120
# Contexts cost nothing before a handler is installed or something is raised, and from
# then on nothing is missed. A library that is loaded later costs what others do.
. "$SRCDIR/lib.sh"
program=$TESTDIR/context_late
for way in handler locked thread coroutine annotated; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_CONTEXT=warn "$program" $way
	lines 1 "$TMP/err" '^kmalloc\(40, GFP_KERNEL(\|__GFP_ZERO)?\) may sleep, '
	lines 1 "$TMP/err" .
	quiet "$program" $way
done

have valgrind || skip "valgrind is not installed"
cat >"$TMP/later.c" <<'C'
#include <stdlib.h>
void work(long n)
{
	void *volatile p;

	while (n--) {
		p = malloc(64);
		free(p);
	}
}
C
"$CC" -O1 -fno-builtin -shared -fPIC -o "$TMP/later.so" "$TMP/later.c" || fail "later.so"
# pair CONTEXT COMMAND...: instructions of a pair
count() {
	env GLIBC_TUNABLES=glibc.pthread.rseq=0 LD_PRELOAD="$KMEMU_LIB" KMEMU_CONTEXT=$context \
		valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
		sed -n 's/.*Collected : *\([0-9]*\).*/\1/p'
}
pair() {
	context=$1
	shift
	once=$(count "$@" 40000) twice=$(count "$@" 60000)
	[ "${once:-0}" -gt 0 ] && [ "${twice:-0}" -gt 0 ] || fail "callgrind says nothing"
	echo $(((twice - once + 10000) / 20000))
}
off=$(pair off "$program" cost)
on=$(pair warn "$program" cost)
[ "$on" = "$off" ] || fail "$on instructions for a pair with context=warn, $off without"
off=$(pair off "$program" later "$TMP/later.so")
on=$(pair warn "$program" later "$TMP/later.so")
[ "$on" -le $((off + 15)) ] || fail "$on instructions in a library that comes later, $off without"
echo "$off, later $on"
done_ok
