#!/bin/sh
# A plugin closed and another opened at the same addresses: the stacks of both
# are right, since dlclose voids what was learned of the first one's frames.
. "$SRCDIR/lib.sh"
have python3 || skip "no python3"
LD_PRELOAD=$KMEMU_LIB KMEMU_OPTIONS="profile=audit report.dedup=16 json=$TMP/events log=$TMP/log" \
	timeout -k 5 50 "$TESTDIR/unwind_reload" >"$TMP/wanted" 2>"$TMP/places" ||
	fail "status $?: $(head -n 3 "$TMP/places")"
[ "$(sort -u "$TMP/places")" = same ] ||
	skip "the loader put the plugins at different addresses"
cat >"$TMP/compare" <<'EOS'
import json, sys
wanted = [part.split() for part in open(sys.argv[1]).read().strip().split("\n\n")]
found = [e for e in map(json.loads, open(sys.argv[2])) if e["event"] == "finding"]
assert len(wanted) == 3, wanted
here = [[f["module_offset"] for f in e["stacks"]["here"]][1:] for e in found]
for w in wanted:
    assert w in here, f"{w} is not in {here}"
assert all(h in wanted for h in here), f"{here} are not all of {wanted}"
EOS
got=$(python3 "$TMP/compare" "$TMP/wanted" "$TMP/events" 2>&1 | tail -n 1)
[ -z "$got" ] || fail "$got"
done_ok
