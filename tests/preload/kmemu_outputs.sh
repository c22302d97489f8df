#!/bin/sh
# Three known bugs at two call sites: exactly these, each once, with function,
# file and line, in text, JSON, SARIF and JUnit alike, and nothing half-written.
# run: timeout=120
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have python3 || skip "python3 is not installed"
compile three <<'C' || skip "no C compiler"
#include <stdlib.h>
__attribute__((noinline)) static void drop(char *p)
{
	free(p);
	__asm__ volatile("");
}
__attribute__((noinline)) static void inside(char *p)
{
	free(p + 16);
	__asm__ volatile("");
}
int main(void)
{
	char *name = malloc(60), *list = malloc(1000);

	for (volatile int i = 0; i < 6; i++)
		drop(name);
	for (volatile int i = 0; i < 2; i++)
		inside(list);
	drop((char *)&name);
	return 0;
}
C
cd "$TMP" || exit 1
expect 0 "$K" --json=out.json --sarif=out.sarif --junit=out.xml --gen-suppressions ./three "an 'arg" '<x>'
verdict findings=3
lines 1 "$TMP/err" '^kmemu: double-free-[0-9a-f]{16} at drop\+.*/three\.c:4\)$'
lines 1 "$TMP/err" '^kmemu: foreign-free-[0-9a-f]{16} at drop\+.*/three\.c:4\)$'
lines 1 "$TMP/err" '^kmemu: invalid-free-[0-9a-f]{16} at inside\+.*/three\.c:9\)$'
lines 1 "$TMP/err" '^kmemu: double-free: 1 finding, seen 5 times$'
lines 1 "$TMP/err" '^kmemu: invalid-free: 1 finding, seen 2 times$'
lines 1 "$TMP/err" '^kmemu: foreign-free: 1 finding, seen 1 time$'
lines 1 "$TMP/err" 'processes: 1 checked, 0 unchecked'
cp "$TMP/err" text

cat >check.py <<'PY'
import json, re, sys, xml.etree.ElementTree as ET
text = open("text").read()
want = {"double-free": ("drop", 4), "invalid-free": ("inside", 9), "foreign-free": ("drop", 4)}

events = [json.loads(l) for l in open("out.json")]
assert all(e["kmemu"] == 1 and "event" in e and "pid" in e for e in events)
found = [e for e in events if e["event"] == "finding"]
got = {}
for e in found:
    frame = e["stacks"]["here"][e["site"]]
    assert frame["file"].endswith("/three.c"), frame
    got[e["kind"]] = (frame["function"], frame["line"])
    assert e["id"] in text
assert len(found) == 3 and got == want, got
verdict = events[-1]
assert (verdict["event"], verdict["verdict"], verdict["findings"], verdict["status"]) == \
    ("verdict", "findings", 3, 0), verdict

log = json.load(open("out.sarif"))
assert log["version"] == "2.1.0" and "sarif-2.1.0" in log["$schema"]
run, = log["runs"]
driver = run["tool"]["driver"]
assert driver["name"] == "kmemu" and re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"])
ids = [r["id"] for r in driver["rules"]]
assert len(set(ids)) == len(ids)
for r in driver["rules"]:
    assert r["help"]["text"] and r["shortDescription"]["text"] and r["fullDescription"]["text"]
    assert r["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
got = {}
for r in run["results"]:
    assert r["message"]["text"] and ids[r["ruleIndex"]] == r["ruleId"]
    assert r["level"] == "error"
    place, = r["locations"]
    physical = place["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "three.c", "uriBaseId": "%SRCROOT%"}, physical
    assert r["partialFingerprints"]["kmemuFindingId/v1"] in text
    for s in r["stacks"]:
        assert s["message"]["text"] and all("location" in f for f in s["frames"])
    got[r["ruleId"]] = (place["logicalLocations"][0]["name"], physical["region"]["startLine"])
assert len(run["results"]) == 3 and got == want, got
invocation, = run["invocations"]
assert invocation["executionSuccessful"] is True and invocation["exitCode"] == 0
assert invocation["arguments"] == ["an 'arg", "<x>"]
assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"].endswith("/")

root = ET.parse("out.xml").getroot()
suite, = root.findall("testsuite")
cases = suite.findall("testcase")
assert int(suite.get("tests")) == len(cases) == len({c.get("name") for c in cases})
got = {}
for c in cases:
    for f in c.findall("failure"):
        m = re.match(r"(\S+)-[0-9a-f]{16} at (\S+):(\d+)\n", f.text)
        assert m[0].split()[0] in text and f.get("message") and c.get("name") == "invalid_free"
        got[f.get("type")] = int(m[3])
assert got == {k: v[1] for k, v in want.items()}, got
assert int(suite.get("failures")) == 1
PY
python3 check.py 2>py.err || fail "formats: $(tail -n 3 py.err)"

# Suppressions as they were printed hide exactly that, and are not without use.
sed -n '/^[a-z-]* {$/,/^}$/p' text >supp
lines 3 supp '\{$'
expect 0 "$K" -o suppress=supp ./three
verdict clean
echo 'large:nothing_like_it' >>supp
expect 0 "$K" -o suppress=supp ./three
grep -q 'nothing_like_it\|supp:' "$TMP/err" || fail "an unused suppression is not named: $(cat "$TMP/err")"

# report.dedup=0: each is new, in every account.
expect 0 "$K" -o report.dedup=0 --json=out.json --sarif=out.sarif --junit=out.xml ./three
verdict findings=8
lines 1 "$TMP/err" '^kmemu: double-free: 5 findings, seen 5 times$'
lines 8 out.json '"event": ?"finding"'
lines 8 out.sarif '"ruleId":'
lines 8 out.xml '<failure '

# The same ids in the next run; all of it decoded from a log, too.
expect 0 "$K" --json=again.json ./three
expect 0 "$K" --json=out.json ./three
for id in $(grep -o '"id":"[^"]*"' out.json); do
	grep -qF "$id" again.json || fail "$id is not in the next run"
done
expect 0 "$K" -q --log="$TMP/log" ./three
[ ! -s "$TMP/err" ] || fail "--log: something on standard error: $(head -n 3 "$TMP/err")"
tail -n 1 "$TMP/log" | grep -qx 'kmemu: verdict: findings=3' || fail "no verdict in the log"
expect 0 "$K" decode "$TMP/log"
grep -q ' drop+0x.*three\.c:4)$' "$TMP/out" || fail "decode of a log: $(grep drop "$TMP/out")"
mkdir -p root"$TMP" elsewhere
mv three root"$TMP"/
(cd elsewhere && "$K" decode --module="$TMP/three" --sysroot=../root ../log >../out 2>../err)
grep -q ' drop+0x.*three\.c:4)$' out || fail "decode --sysroot: $(grep drop out)"
grep '"finding"' again.json | sed 's/"file":"[^"]*","line":[0-9]*//g; s/,}/}/g' |
	"$K" decode --sysroot=root >out 2>err
grep -q 'three\.c","line":4' out || fail "decode of JSON: $(cut -c1-300 out)"
mv root"$TMP"/three .

# Written whole or not at all; links, FIFOs and - are what they are.
echo old >old.json
expect 0 "$K" -q --json=- ./three
tail -n 1 "$TMP/out" | grep -q '"event":"verdict"' || fail "--json=-"
ln -s old.json link.json
expect 0 "$K" -q --json=link.json ./three
[ -L link.json ] && grep -q verdict old.json || fail "a symbolic link was replaced"
mkfifo fifo
timeout 20 cat fifo >from_fifo &
expect 0 "$K" -q --sarif=fifo ./three
wait
python3 -c 'import json; json.load(open("from_fifo"))' || fail "SARIF through a FIFO"
[ -z "$(ls -A | grep kmemu-)" ] || fail "left behind: $(ls)"
if [ -w /dev/full ]; then
	expect 125 "$K" -q --junit=/dev/full ./three
	"$K" -q --json=- ./three >/dev/full 2>"$TMP/err"
	[ $? -eq 125 ] || fail "--json=- into a full file"
	grep -Eq '^kmemu: standard output cannot be written(: No space.*)?$' "$TMP/err" ||
		fail "--json=-: $(cat "$TMP/err")"
fi
if [ "$(id -u)" = 0 ] && have setpriv; then
	mkdir ro && chmod 755 ro && echo keep >ro/x && chmod 644 ro/x
	mkdir -m 1777 "$TMP/open" && mkdir -m 755 "$TMP/bin" && cp "$K" "$KMEMU_LIB" "$TMP/bin/"
	expect 125 env TMPDIR="$TMP/open" setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$TMP/bin/kmemu" --json=ro/x echo ran
	[ "$(cat ro/x)" = keep ] && [ ! -s "$TMP/out" ] || fail "a file that may not be written"
fi

# Unchecked is neither success nor a passed case.
if echo 'int main(void) { return 0; }' | compile still -static; then
	expect 0 "$K" -q --sarif=out.sarif --junit=out.xml --json=out.json "$TMP/still"
	verdict 'unchecked: static'
	python3 - <<'PY' 2>py.err || fail "unchecked: $(tail -n 3 py.err)"
import json, xml.etree.ElementTree as ET
invocation = json.load(open("out.sarif"))["runs"][0]["invocations"][0]
assert invocation["executionSuccessful"] is False
assert "static" in invocation["toolExecutionNotifications"][0]["message"]["text"]
cases = list(ET.parse("out.xml").getroot().iter("testcase"))
assert cases and all(c.find("skipped") is not None for c in cases)
events = [json.loads(l) for l in open("out.json")]
assert [e["reason"] for e in events if e["event"] == "unchecked"] == ["static"]
assert events[-1]["verdict"] == "unchecked" and events[-1]["reason"] == "static"
PY
fi
# Runs at the same time have files of their own; a % that is none of these stays.
"$K" -q --json=%e-%p.jsn --junit=%p-%e.xm --sarif=50%-100%%.srf "$TMP/three" >/dev/null 2>&1
set -- three-[0-9]*.jsn [0-9]*-three.xm
[ $# -eq 2 ] && [ -s "$1" ] && [ -s "$2" ] || fail "%p and %e in names: $*"
[ -s '50%-100%.srf' ] || fail "a % in a name: $(ls)"
done_ok
