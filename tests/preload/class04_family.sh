#!/bin/sh
# Class 4: every function of the malloc family that this libc exports is ours
# too, else a block of libc comes to our free; and the newer ones besides.
. "$SRCDIR/lib.sh"
have nm || skip "nm is not installed (package binutils)"
libc=$(ldd "$TESTDIR/class04_libc_blocks" | awk '/libc\.so/ { print $3 }')
[ -r "$libc" ] || skip "libc.so not found by ldd"
names() { nm -D --defined-only "$1" | sed 's/.* //; s/@.*//' | sort -u; }
names "$libc" >"$TMP/libc"
names "$KMEMU_LIB" >"$TMP/ours"
for f in malloc calloc realloc reallocarray free cfree memalign aligned_alloc \
	posix_memalign valloc pvalloc malloc_usable_size malloc_trim malloc_stats \
	malloc_info mallinfo mallinfo2 mallopt free_sized free_aligned_sized; do
	case $f in
	free_sized | free_aligned_sized | cfree) ;;
	*) grep -qx "$f" "$TMP/libc" || echo "$f: not in this libc" ;;
	esac
	grep -qx "$f" "$TMP/ours" || fail "$f is not exported"
done
# Names of the family that this libc has and the list above does not know.
family='^(malloc|calloc|realloc|free_|memalign|[a-z]*_memalign|mallinfo|mallopt|.?valloc)'
grep -E "$family" "$TMP/libc" |
	while read -r f; do
		grep -qx "$f" "$TMP/ours" || echo "$f"
	done >"$TMP/missing"
[ ! -s "$TMP/missing" ] || fail "libc has, kmemu has not: $(tr '\n' ' ' <"$TMP/missing")"
done_ok
