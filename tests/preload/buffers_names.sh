#!/bin/sh
# run: x86_64
# The table of buffers has every spelling that calls.def, and so libc (calls_names.sh), has of
# each of its calls, and of libc's calls that move memory it has all.
. "$SRCDIR/lib.sh"
have nm || skip "no nm"
core=$SRCDIR/../../core/check
libc=$(ldd /bin/sh | awk '/libc\.so/ { print $3 }')
expand() {
	${CC:-cc} -E -P -undef -x assembler-with-cpp - | awk 'NF == 3'
}
expand >"$TMP/buffers" <<END
#define BUFFER(n, shape, ...) call n shape
#define BUFFER_SPELT(n, b) spelt n b
#define OTHER(n, shape, ...) other n shape
#define OTHER_SPELT(n, b) othered n b
#include "$core/buffers.def"
END
expand >"$TMP/calls" <<END
#define CALL(n, ...) call n n
#define SPELT(n, b) spelt n b
#include "$core/calls.def"
END
[ "$(wc -l <"$TMP/buffers")" -gt 90 ] || fail "the table was not read"
# Of each base, the spellings of calls.def.
awk 'NR == FNR { if ($1 == "call") base[$2] = 1; has[$2] = 1; next }
	$3 in base && !($2 in has) { print $2 }' "$TMP/buffers" "$TMP/calls" >"$TMP/missing"
[ ! -s "$TMP/missing" ] || fail "spellings that buffers.def lacks: $(tr '\n' ' ' <"$TMP/missing")"
# Names of libc's by which memory moves to the kernel or from it.
nm -D --defined-only "$libc" | awk '$2 ~ /[TWi]/ && !/GLIBC_PRIVATE/ { print $3 }' |
	sed 's/@.*//' | sort -u |
	grep -E '^(__|__libc_)?(p?(read|write)v?(64)?(v2|2)?|(p)?(read|write)v?64v2|(send|recv)(m?msg|to|from)?|vmsplice|process_vm_.*|aio_(read|write|return)(64)?|lio_listio(64)?|mlock2?|ioctl|getrandom|getentropy)(_chk)?$' |
	while read -r name; do
		awk -v n="$name" '$2 == n { found = 1 } END { exit !found }' "$TMP/buffers" ||
			echo "$name"
	done >"$TMP/missing"
[ ! -s "$TMP/missing" ] || fail "libc's, and not in buffers.def: $(tr '\n' ' ' <"$TMP/missing")"
# Libraries' names are of these libraries, where they are installed.
for library in aio uring; do
	so=$(ls /lib/*/lib$library.so.? 2>/dev/null | head -n 1)
	[ -n "$so" ] || continue
	nm -D --defined-only "$so" | sed 's/.* //; s/@.*//' | sort -u >"$TMP/has"
	awk '$1 == "other" && $3 ~ /^(SUBMIT|EVENTS|AIO_END|RING|RING_END|REGISTERED|FILES|FILES_END|GROUP|GROUP_MADE|GROUP_END|REGISTER)$/ { print $2 }' \
		"$TMP/buffers" | grep "^io_$([ $library = aio ] && echo '[sgdp]' || echo uring)" |
		sort | comm -23 - "$TMP/has" >"$TMP/unknown"
	[ ! -s "$TMP/unknown" ] || echo "not in this $so: $(tr '\n' ' ' <"$TMP/unknown")"
	# And all of theirs that submit, wait, or keep memory or files.
	grep -E '^io_(p?getevents|submit|destroy|uring_(submit.*|wait_cqe.*|queue_exit|(un)?register_files.*|register_buffers.*|(setup|free|(un)?register)_buf_ring|register))$' \
		"$TMP/has" | grep -v _sparse | while read -r name; do
		awk -v n="$name" '$2 == n { found = 1 } END { exit !found }' "$TMP/buffers" || echo "$name"
	done >"$TMP/missing"
	[ ! -s "$TMP/missing" ] || fail "$so's, and not in buffers.def: $(tr '\n' ' ' <"$TMP/missing")"
done
done_ok
