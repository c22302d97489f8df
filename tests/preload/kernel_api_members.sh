#!/bin/sh
# Members of structures do what they do there: by gcc and clang without a warning, and
# nothing is found in a checked run.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
for cc in "gcc -O2" "clang -O0"; do
	have "${cc%% *}" || continue
	$cc -g -Wall -Wextra -Werror -Iinclude "$SRCDIR/kernel_api_members.c" -o "$TMP/members" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	expect 0 "$TMP/members"
	lines 1 "$TMP/err" 'kobject_add_internal failed for eth0 with -EEXIST'
	lines 2 "$TMP/err" '.'
	expect 0 "$K" run --profile=audit "$TMP/members"
	verdict clean
done
done_ok
