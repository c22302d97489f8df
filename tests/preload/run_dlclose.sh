#!/bin/sh
# One bug in a library that is opened and closed again and again is one finding,
# with the names of the library.
. "$SRCDIR/lib.sh"
have python3 || skip "no python3"
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/run_dlclose"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit log=$TMP/log json=$TMP/events" \
	"$TESTDIR/run_dlclose"
[ "$(tail -n 1 "$TMP/log")" = 'kmemu: verdict: findings=1' ] || fail "$(tail -n 3 "$TMP/log")"
python3 - "$TMP/events" <<'EOF' || fail "events: $(cut -c1-300 "$TMP/events")"
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
found = [e for e in events if e["event"] == "finding"]
assert len(found) == 1, len(found)
names = [f.get("function") for f in found[0]["stacks"]["here"]]
assert names[:4] == ["plugin_misuse", "bug", "open_and_close", "main"], names
EOF
done_ok
