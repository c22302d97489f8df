#!/bin/sh
# O_DIRECT by open, fcntl, dup and messages, at numbers that were something else before.
. "$SRCDIR/lib.sh"
cd "$TMP" || exit 1
quiet "$TESTDIR/buffers_fds"
for options in "" usercopy=off "contig.calls=direct,send usercopy=off"; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" \
		KMEMU_OPTIONS="profile=audit report=line $options" "$TESTDIR/buffers_fds"
	lines 1 "$TMP/err" '^kmemu: contig-vmalloc: 7 findings, seen 7 times$'
	lines 1 "$TMP/err" '^kmemu: verdict: findings=7$'
done
# By name: any descriptor, O_DIRECT or not; and only these.
for options in contig.calls=pwrite contig.calls=all; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" \
		KMEMU_OPTIONS="contig=warn report=line $options" "$TESTDIR/buffers_fds"
	grep -q '^pwrite(' "$TMP/err" || fail "$options: $(cat "$TMP/err")"
done
grep -q '^write(' "$TMP/err" || fail "all: $(cat "$TMP/err")"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="contig=warn contig.calls=read,recv" \
	"$TESTDIR/buffers_fds"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="contig=warn contig.calls=read,reed" \
	"$TESTDIR/buffers_fds"
lines 1 "$TMP/err" "^kmemu: contig.calls: 'reed' is no call"

# Ways that libc has no function for; syscall() is looked at where it is ours.
ways=pidfd
! nm -D "$KMEMU_LIB" | grep -q ' syscall$' || ways="pidfd pidfd-raw openat2 openat fcntl call"
for way in $ways; do
	for twin in "" plain; do
		env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit report=line" \
			"$TESTDIR/buffers_ways" $way $twin >"$TMP/out" 2>"$TMP/err"
		status=$?
		[ $status -ne 77 ] || continue
		[ $status -eq 0 ] || fail "$way: status $status: $(cat "$TMP/err")"
		lines 1 "$TMP/err" "^kmemu: verdict: $([ "$twin" ] && echo clean || echo findings=1)\$"
	done
done
lines 0 "$TMP/err" '^kmemu: contig-vmalloc'
done_ok
