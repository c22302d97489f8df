#!/bin/sh
# The stack in a report about a buffer is that of its own allocation: whole where it is
# kept; where it is not, the call site, and by what way the site was reached first, said as
# that ("first:"). Never that of who had the address before.
. "$SRCDIR/lib.sh"
allocated() { # options case functions
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=full $1" \
		"$TESTDIR/alloc_stack" "$2"
	is=$(sed -n '/ Allocated in /,/kmemu: usercopy/{s/.*\] *\([a-z_]*\)+0x.* \[alloc_stack\]$/\1/p
		s/.*\] *The first call from there, which may .*by:$/first:/p}' \
		"$TMP/err" | grep -v "^_start" | tr "\n" " ")
	[ "$is" = "$3" ] || fail "$1 $2: allocated by '$is', not '$3': $(cat "$TMP/err")"
}
for options in "usercopy=warn contig.stacks=rare" "usercopy=warn leak=count contig.stacks=rare" \
	profile=audit; do
	allocated "$options" first "innermost former_owner main "
	allocated "$options" area "from_malloc later_owner main "
	allocated "$options" block "from_malloc first: later_owner main "
	allocated "$options" again "from_malloc first: later_owner main "
	allocated "$options" other "from_malloc first: later_owner main "
	allocated "$options" alone "main first: "
done
for options in usercopy=warn "contig=warn usercopy=warn leak=count" \
	"profile=strict large=count usercopy=warn" "profile=audit contig.stacks=all"; do
	allocated "$options" first "innermost former_owner main "
	allocated "$options" area "from_malloc later_owner main "
	allocated "$options" block "from_malloc later_owner main "
	allocated "$options" again "from_malloc later_owner main "
	allocated "$options" other "from_malloc other_owner main "
done
# Events tell them apart, too.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="usercopy=warn contig.stacks=rare" \
	KMEMU_JSON="$TMP/other" "$TESTDIR/alloc_stack" other
python3 - "$TMP/other" <<'PY' || fail "event: $(cat "$TMP/other")"
import json, sys
found, = [e for e in map(json.loads, open(sys.argv[1])) if e["event"] == "finding"]
names = {name: [f.get("function") for f in frames] for name, frames in found["stacks"].items()}
assert names["allocated"] == ["from_malloc"], names
assert names["first_from_site"][:3] == ["from_malloc", "later_owner", "main"], names
PY
allocated "usercopy=warn stack_depth=2" first "innermost former_owner "
done_ok
