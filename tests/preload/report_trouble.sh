#!/bin/sh
# Findings in numbers and in awkward states: each is said once and whole, in the
# log and as an event, and the program goes on. report_trouble.c has the cases.
. "$SRCDIR/lib.sh"
ulimit -c 0
program=$TESTDIR/report_trouble
run() {
	want=$1
	options=$2
	shift 2
	rm -f "$TMP/json" "$TMP/log"
	expect "$want" env LD_PRELOAD="$KMEMU_LIB" \
		KMEMU_OPTIONS="profile=audit context=off verdict=0 json=$TMP/json $options" "$@"
}
# Every line is dmesg's or the line of a finding; a report is in one piece: what
# begins with a finding's first line ends with its last before the next begins.
whole() {
	bad=$(grep -Evc '^\[ *[0-9]+\.[0-9]{6}\] ' "$1")
	[ "$bad" -eq 0 ] || fail "$bad lines are not whole: $(grep -Ev '^\[ *[0-9]+\.' "$1" | head -n 3)"
	awk '
	/\] (=====)/ || (/cut here/ && !open) { if (open) bad++; open = 1; begun++ }
	/\] kmemu: [a-z-]+-[0-9a-f]+: / { if (!open) bad++; open = 0; ended++ }
	END { exit bad || open || begun != ended || begun != n }' n="$2" "$1" ||
		fail "reports are not in one piece: $1"
}
events() {
	n=$(grep -c '"event":"finding"' "$TMP/json")
	[ "$n" -eq "$1" ] || fail "$n events of findings, not $1"
	if have python3; then
		python3 -c 'import json, sys
for line in sys.stdin:
	event = json.loads(line)
	assert event["kmemu"] == 1 and event["pid"] > 0, event
	if event["event"] == "finding":
		assert event["text"].endswith("\n"), event
		assert event["stacks"]["here"][event["site"]]["module"] == "report_trouble"
' <"$TMP/json" || fail "events that are not as docs/events.md says"
	fi
}

run 0 '' "$program" three-bugs
whole "$TMP/err" 3
events 3
for bug in 'double-free.* at second_site' 'invalid-free.* at first_site' 'foreign-free.* at first_site'
do
	lines 1 "$TMP/err" "kmemu: $bug\+0x[0-9a-f]+/0x[0-9a-f]+ \[report_trouble\]\$"
done
lines 0 "$TMP/err" 'truncated'
ids=$(grep -o '[a-z-]*free-[0-9a-f]\{16\}' "$TMP/json" | sort -u)
run 0 '' "$program" three-bugs
[ "$ids" = "$(grep -o '[a-z-]*free-[0-9a-f]\{16\}' "$TMP/json" | sort -u)" ] ||
	fail "other ids in another run"

for i in 1 2 3; do
	run 0 '' "$program" threads
	whole "$TMP/err" 8
	events 8
	run 0 "log=$TMP/log" "$program" threads
	whole "$TMP/log" 8
	run 0 '' sh -c "\"$program\" threads 2>&1 >/dev/null | cat >\"$TMP/log\""
	whole "$TMP/log" 8
done

run 0 "log=$TMP/log" "$program" closed
whole "$TMP/log" 3
events 3
run 0 '' "$program" closed
[ ! -s "$TMP/err" ] || fail "text on a closed descriptor: $(head -n 2 "$TMP/err")"
events 3

run 134 'invalid_free=panic' "$program" abort-handler
lines 1 "$TMP/err" 'kmemu: foreign-free.* at first_site'
events 2

run 0 '' "$program" children
whole "$TMP/err" 2

# The one inside is counted and not said; from outside it is a finding.
mkdir "$TMP/lib"
cp "$TESTDIR/plugin_bad_libelf.so" "$TMP/lib/libelf.so.1"
run 0 '' env LD_LIBRARY_PATH="$TMP/lib" "$program" inside
if [ ! -s "$TMP/out" ]; then
	whole "$TMP/err" 2
	events 2
	lines 1 "$TMP/json" '"foreign-free":\{"findings":2,"reports":3\}'
fi

for log in '' "log=$TMP/log"; do
	run 0 "$log" "$program" filtered
	[ -z "$log" ] || mv "$TMP/log" "$TMP/err"
	whole "$TMP/err" 3
	events 3
	lines 3 "$TMP/err" '\] CPU: [0-9]+ UID: 0 PID: [1-9][0-9]* Comm: report_trouble '
done

export PROGRAM="$program"
for log in '' "log=$TMP/log"; do
	run 0 "$log" "$program" read-only
	[ -z "$log" ] || {
		[ ! -s "$TMP/err" ] || fail "a log, and on standard error: $(head -n 2 "$TMP/err")"
		mv "$TMP/log" "$TMP/err"
	}
	whole "$TMP/err" 3
	events 3
	lines 2 "$TMP/json" '"event":"end"'
done

run 0 '' "$program" recursion
whole "$TMP/err" 1
events 1
lines 16 "$TMP/err" '\] +(first_site|deep|main|__libc_start.*|_start)\+'
run 0 'stack_depth=64' "$program" recursion
lines 64 "$TMP/err" '\] +(first_site|deep)\+'
run 0 'stack_depth=1' "$program" recursion
lines 1 "$TMP/err" '\] +first_site\+'
done_ok
