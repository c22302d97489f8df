#!/bin/sh
# run: timeout=120
# kmalloc(64)+kfree through the header costs no more instructions than malloc(64)+free
# through the preload; on libkmemu.a and on libkmemu.so. (callgrind counts whole runs of
# N and of 2N pairs; it has no restartable sequences.)
. "$SRCDIR/lib.sh"
have valgrind || skip "valgrind is not installed"
export GLIBC_TUNABLES=glibc.pthread.rseq=0
n=5000
count() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
		sed -n 's/.*Collected : *\([0-9]*\).*/\1/p'
}
# pairs NAME PROGRAM [malloc]: instructions of n pairs
pairs() {
	name=$1 program=$2
	shift 2
	once=$(count "$program" $n "$@") twice=$(count "$program" $((2 * n)) "$@")
	[ "${once:-0}" -gt 0 ] && [ "${twice:-0}" -gt 0 ] || fail "$name: callgrind says nothing"
	eval "$name=$((${twice:-0} - ${once:-0}))"
}
static=$TESTDIR/kernel_api_cost
gcc -O2 -Iinclude tests/preload/kernel_api_cost.c -o "$TMP/shared" "$KMEMU_LIB" \
	-Wl,-rpath,"${KMEMU_LIB%/*}" || fail "it does not compile"
gcc -O2 -fno-builtin -Iinclude tests/preload/kernel_api_cost.c -o "$TMP/malloc" "$KMEMU_LIB" \
	-Wl,-rpath,"${KMEMU_LIB%/*}" || fail "it does not compile"
pairs by_static "$static"
pairs by_shared "$TMP/shared"
pairs by_malloc "$TMP/malloc" malloc
for is in "$by_static" "$by_shared"; do
	[ "$is" -le "$by_malloc" ] ||
		fail "kmalloc+kfree: $((is / n)) instructions, malloc+free: $((by_malloc / n))"
done
echo "kmalloc $((by_static / n)) (libkmemu.a) $((by_shared / n)) (.so), malloc $((by_malloc / n))"
done_ok
