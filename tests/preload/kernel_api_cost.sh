#!/bin/sh
# run: timeout=120
# kmalloc(64)+kfree through the header costs no more instructions than malloc(64)+free
# through the preload; on libkmemu.a and on libkmemu.so, with each compiler. (callgrind counts whole runs of
# N and of 2N pairs; it has no restartable sequences.)
. "$SRCDIR/lib.sh"
have valgrind || skip "valgrind is not installed"
export GLIBC_TUNABLES=glibc.pthread.rseq=0
n=5000
count() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
		sed -n 's/.*Collected : *\([0-9]*\).*/\1/p'
}
# pairs NAME PROGRAM [malloc]: instructions of a pair
pairs() {
	name=$1 program=$2
	shift 2
	once=$(count "$program" $n "$@") twice=$(count "$program" $((2 * n)) "$@")
	[ "${once:-0}" -gt 0 ] && [ "${twice:-0}" -gt 0 ] || fail "$name: callgrind says nothing"
	# to the nearest: a start differs by some instructions from the next one
	eval "$name=$(((${twice:-0} - ${once:-0} + n / 2) / n))"
}
build() {
	out=$1 cc=$2
	shift 2
	$cc -Iinclude tests/preload/kernel_api_cost.c -o "$TMP/$out" "$@" \
		-Wl,-rpath,"${KMEMU_LIB%/*}" -pthread || fail "$cc: it does not compile"
}
# Without optimization kmalloc() is a function of its own, some 8 instructions more.
for cc in "gcc -O1" "gcc -O2" "clang -O2"; do
	have "${cc%% *}" || continue
	build static "$cc" "$BUILDDIR/libkmemu.a"
	build shared "$cc" "$KMEMU_LIB"
	build malloc "$cc" -fno-builtin "$KMEMU_LIB"
	pairs by_static "$TMP/static"
	pairs by_shared "$TMP/shared"
	pairs by_malloc "$TMP/malloc" malloc
	for is in "$by_static" "$by_shared"; do
		[ "$is" -le "$by_malloc" ] ||
			fail "$cc: kmalloc+kfree: $is instructions, malloc+free: $by_malloc"
	done
	echo "$cc: kmalloc $by_static (libkmemu.a) $by_shared (.so), malloc $by_malloc"
done
done_ok
