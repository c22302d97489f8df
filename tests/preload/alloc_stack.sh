#!/bin/sh
# The stack in a report about a buffer is that of its own allocation: whole where it is
# kept, the call site alone where it is not, and never that of who had the address before.
. "$SRCDIR/lib.sh"
allocated() { # options case functions
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=full $1" \
		"$TESTDIR/alloc_stack" "$2"
	is=$(sed -n '/ Allocated in /,/kmemu: usercopy/{s/.*\] *\([a-z_]*\)+0x.* \[alloc_stack\]$/\1/p}' \
		"$TMP/err" | grep -v "^_start" | tr "\n" " ")
	[ "$is" = "$3" ] || fail "$1 $2: allocated by '$is', not '$3': $(cat "$TMP/err")"
}
for options in usercopy=warn "usercopy=warn leak=count" "contig=warn usercopy=warn"; do
	allocated "$options" first "innermost former_owner main "
	allocated "$options" area "from_malloc later_owner main "
	allocated "$options" block "from_malloc "
	allocated "$options" again "from_malloc "
done
for options in "usercopy=warn contig.stacks=all" "contig=warn usercopy=warn leak=count contig.stacks=all"; do
	allocated "$options" first "innermost former_owner main "
	allocated "$options" area "from_malloc later_owner main "
	allocated "$options" block "from_malloc later_owner main "
	allocated "$options" again "from_malloc later_owner main "
done
allocated "usercopy=warn stack_depth=2" first "innermost former_owner "
done_ok
