#!/bin/sh
# What the options of reports do: the policies with whole reports, panic_on_warn,
# report.dedup, report.limit, suppress.
. "$SRCDIR/lib.sh"
ulimit -c 0
kinds=$TESTDIR/report_kinds
trouble=$TESTDIR/report_trouble
run() {
	want=$1
	options=$2
	shift 2
	rm -f "$TMP/json"
	expect "$want" env LD_PRELOAD="$KMEMU_LIB" \
		KMEMU_OPTIONS="profile=audit verdict=0 json=$TMP/json $options" "$@"
}
findings() {
	lines "$1" "$TMP/err" '\] kmemu: [a-z-]+-[0-9a-f]{16}: '
}
for policy in off count; do
	run 0 "invalid_free=$policy" "$kinds" double-free
	[ ! -s "$TMP/err" ] || fail "$policy: $(head -n 2 "$TMP/err")"
done
run 0 invalid_free=warn "$kinds" double-free
findings 1
run 0 invalid_free=fail "$kinds" double-free
findings 1
run 134 invalid_free=panic "$kinds" double-free
findings 1
run 0 large=warn "$kinds" large
lines 1 "$TMP/err" '\] kmalloc: 204800 bytes are above the cap of 131072; served by vmalloc$'
run 0 large=fail "$kinds" large
lines 1 "$TMP/err" '\] kmalloc: 204800 bytes are above the cap of 131072; refused$'
run 134 large=panic "$kinds" large
run 134 'panic_on_warn large=warn' "$kinds" large
lines 1 "$TMP/err" '\] Kernel panic - not syncing: kernel: panic_on_warn set \.\.\.$'
run 0 panic_on_warn "$kinds" large
run 0 page_alloc=count\ mem=64M "$kinds" out-of-memory
[ ! -s "$TMP/err" ] || fail "page_alloc=count: $(head -n 2 "$TMP/err")"
run 0 page_alloc=fail\ mem=64M "$kinds" out-of-memory
findings 1

# Three bugs, of which each comes two to five times.
run 0 report.dedup=1 "$trouble" three-bugs
findings 3
run 0 report.dedup=64 "$trouble" three-bugs
findings 3
run 0 report.dedup=0 "$trouble" three-bugs
findings 10
run 0 report.limit=1\ report.dedup=0 "$trouble" three-bugs
findings 3
n=$(grep -c '"event":"finding"' "$TMP/json")
[ "$n" -eq 10 ] || fail "$n events with report.limit, not 10"

cat >"$TMP/rules" <<RULES
# known
double-free:second_site
foreign-free {
	fun:first_site mod:report_trouble
	...
	fun:main
}
large:nothing
RULES
run 0 "suppress=$TMP/rules" "$trouble" three-bugs
findings 1
lines 1 "$TMP/err" 'kmemu: invalid-free-'
lines 1 "$TMP/json" '"event":"end".*"suppressed":8.*"unused_suppressions":\["[^"]*/rules:8 \(large\)"\]'
echo '*:*/report_trouble' >"$TMP/all"
run 0 "invalid_free=panic suppress=$TMP/rules,$TMP/all" "$trouble" three-bugs
findings 0
echo 'large:report_kinds' >"$TMP/large"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_LARGE=fail KMEMU_SUPPRESS="$TMP/large" "$kinds" large
run 0 "suppress=$TMP/no/file" "$kinds" large
lines 1 "$TMP/err" 'suppress=.*/no/file: cannot be read'
done_ok
