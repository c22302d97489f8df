#!/bin/sh
# run: x86_64
# The table of calls has every spelling of each call that the libc installed
# here has: its names are derived from the base names and looked up in nm -D.
. "$SRCDIR/lib.sh"
have nm || skip "no nm"
have gcc || have cc || skip "no compiler"
libc=$(ldd /bin/sh | awk '/libc\.so/ { print $3 }')
table=$SRCDIR/../../core/check/calls.def

# What programs can be linked to: not what libc keeps to itself.
nm -D --defined-only "$libc" | awk '$2 ~ /[TWi]/ && !/GLIBC_PRIVATE/ { print $3 }' |
	sed 's/@.*//' | sort -u >"$TMP/libc"
printf '#define CALL(n, ...) call n\n#define SPELT(n, b) spelt n\n#include "%s"\n' "$table" |
	${CC:-cc} -E -P -undef -x assembler-with-cpp - | awk 'NF == 2' >"$TMP/table"
awk '{ print $2 }' "$TMP/table" | sort >"$TMP/names"
sort -u "$TMP/names" | cmp -s - "$TMP/names" || fail "a name is twice in the table"
[ "$(wc -l <"$TMP/names")" -gt 500 ] || fail "the table was not read"

# _IO_getline is another function. poll: poll64 __poll_chk __poll_2 __isoc99_poll poll_time64 poll_unlocked _IO_poll ...
awk '$1 == "call" { b = $2
	n = split(b " " b "_unlocked " b "64 " b "v2 " b "64v2 " b "_time64 " b "_l", form)
	for (i = 1; i <= n; i++) {
		print form[i]
		print "__" form[i]
		print "__" form[i] "_chk"
		print "__" form[i] "_2"
		print "_IO_" form[i]
		print "__libc_" form[i]
		print "__isoc99_" form[i]
		print "__isoc23_" form[i]
	}
	if (match(b, /^[lf]?stat(at)?$|^mknod(at)?$/)) {
		x = b
		sub(/stat/, "xstat", x); sub(/mknod/, "xmknod", x)
		print "__" x; print "__" x "64"
	}
	if (b ~ /v$/) { sub(/v$/, "v64v2", b); print b; }
}' "$TMP/table" | grep -vx _IO_getline | sort -u |
	comm -12 - "$TMP/libc" | comm -23 - "$TMP/names" >"$TMP/missing"
[ ! -s "$TMP/missing" ] || fail "spellings that the table lacks: $(tr '\n' ' ' <"$TMP/missing")"

# A call that is there has its family with it: what reads the same files, takes the same locks.
grep -E '^(__isoc99_)?v?f?w?scanf$|^(get|set|end)(host|net|netgr|proto|serv|pw|gr|sp|ut|utx)ent(_r)?$' \
	"$TMP/libc" >"$TMP/family"
grep -E '^(__)?res_n?(query|querydomain|search|send)$|^get_?(nprocs|nprocs_conf|loadavg)$' \
	"$TMP/libc" >>"$TMP/family"
grep -E '^(get|put)utx?(id|line)(_r)?$|^[fp](get|ut)(pw|gr|sp)ent(_r)?$|^(sem|shm|msg)(get|ctl)$' \
	"$TMP/libc" >>"$TMP/family"
grep -E '^ptsname(_r)?$|^(grant|unlock)pt$|^(get|posix_open)pt$|^tc(get|set)(attr|pgrp|sid)$' \
	"$TMP/libc" >>"$TMP/family"
grep -E '^(quick_)?exit$|^(realpath|canonicalize_file_name)$|^(getcwd|get_current_dir_name)$' \
	"$TMP/libc" >>"$TMP/family"
sort -u "$TMP/family" | comm -23 - "$TMP/names" >"$TMP/missing"
[ ! -s "$TMP/missing" ] || fail "calls like those of the table: $(tr '\n' ' ' <"$TMP/missing")"

# And the other way round: names that no libc has would be a lie to programs that ask.
comm -23 "$TMP/names" "$TMP/libc" | grep -vE '^__isoc23_' >"$TMP/unknown"
[ ! -s "$TMP/unknown" ] || echo "not in this libc: $(tr '\n' ' ' <"$TMP/unknown")"

# Each row but those of wrappers is shown.
nm -D --defined-only "$KMEMU_LIB" | awk '{ print $3 }' | sort >"$TMP/shown"
comm -23 "$TMP/names" "$TMP/shown" |
	grep -vE '^(__)?(pthread_(spin|mutex|rwlock)_|mtx_)' >"$TMP/hidden"
[ ! -s "$TMP/hidden" ] || fail "in the table and not shown: $(tr '\n' ' ' <"$TMP/hidden")"
done_ok
