#!/bin/sh
# The event stream: each process has a start, those that leave by exit an end,
# findings stand between; whole lines of JSON, under forks from eight threads,
# under a filter that forbids open, with standard error closed.
. "$SRCDIR/lib.sh"
have python3 || skip "no python3"
program=$TESTDIR/run_events
cat >"$TMP/tell" <<'EOF'
import json, sys
from collections import Counter
events = [json.loads(line) for line in open(sys.argv[1])]
names = Counter(e["event"] for e in events)
starts = [e["pid"] for e in events if e["event"] == "start"]
ends = [e["pid"] for e in events if e["event"] == "end"]
assert len(set(starts)) == len(starts), "a process started twice"
assert set(ends) <= set(starts) and len(set(ends)) == len(ends), "an end without start"
for e in events:
    assert e["kmemu"] == 1 and e["pid"] > 0 and "truncated" not in e, e
    if e["event"] in ("start", "end"):
        assert e["comm"] == "run_events" and e["time_us"] > 0, e
    if e["event"] == "start":
        assert e["ppid"] > 0 and e["exe"].endswith("/run_events"), e
    if e["event"] == "end":
        assert e["allocations"] >= 0 and e["frees"] >= 0 and e["large"] >= 0, e
found = [e["kinds"].get("double-free", {}).get("findings", 0) for e in events if e["event"] == "end"]
print(names["start"], names["end"], names["unchecked"], names["finding"], sum(found))
EOF
# starts ends unchecked findings, and findings as the ends tell them
tell() {
	want=$1
	way=$2
	shift 2
	rm -f "$TMP/events"
	"$@" env LD_PRELOAD="$KMEMU_LIB" KMEMU_JSON="$TMP/events" KMEMU_LOG="$TMP/log" \
		"$program" $way >"$TMP/out" 2>"$TMP/err"
	status=$?
	got=$(python3 "$TMP/tell" "$TMP/events" 2>&1 | tail -n 1)
	[ "$got" = "$want" ] || fail "$way: '$got', not '$want'"
	[ $way = filter ] || [ ! -s "$TMP/err" ] || fail "$way: $(head -n 2 "$TMP/err")"
}
tell '1 1 0 0 0' nothing
tell '2 2 0 1 1' parent-finds
tell '2 2 0 1 1' child-finds
tell '81 81 0 0 0' fork-threads
tell '1 0 0 1 0' _exit
[ $status -eq 3 ] || fail "_exit: status $status"
tell '1 1 0 1 1' filter
# Whole reports have their names: symbols were read before the filter came.
KMEMU_OPTIONS='report=full log=stderr' tell '1 1 0 1 1' filter
python3 - "$TMP/events" <<'EOF' || fail "no names under a filter: $(grep finding "$TMP/events")"
import json, sys
found = [e for e in map(json.loads, open(sys.argv[1])) if e["event"] == "finding"]
names = [f["function"] for f in found[0]["stacks"]["here"] if "function" in f]
assert names[:3] == ["misuse", "under_filter", "main"], names
EOF
# Filters that kill. For open: the log is opened before, names are there. For
# more: the checked part of the run ends there, and the program lives.
tell '1 1 0 1 1' kills-for-open
[ $status -eq 0 ] || fail "kills-for-open: status $status"
grep -q 'double free' "$TMP/log" || fail "kills-for-open: no report in the log"
tell '1 1 1 1 1' kills-for-most
[ $status -eq 0 ] || fail "kills-for-most: status $status"
grep -q '"reason":"seccomp"' "$TMP/events" || fail "kills-for-most: $(cat "$TMP/events")"
KMEMU_OPTIONS='profile=audit' tell '1 1 1 1 1' kills-for-most
[ $status -eq 0 ] || fail "kills-for-most, audit: status $status"
KMEMU_OPTIONS='purge_ms=1' tell '1 1 1 1 1' kills-for-most
[ $status -eq 0 ] || fail "kills-for-most, giving back: status $status"
tell '1 1 0 1 1' probes
tell '1 1 1 0 0' strict
[ $status -eq 0 ] || fail "strict: status $status"
# 0 to 2 closed: the events' file gets none of these numbers.
closed() {
	"$@" <&- >&- 2>&-
}
tell '1 1 0 1 1' filter closed
# A bad word is told in the stream, and again by the child of whoever had it.
export KMEMU_OPTIONS=nonsense
tell '2 2 2 1 1' child-finds
done_ok
