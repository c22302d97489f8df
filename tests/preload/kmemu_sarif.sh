#!/bin/sh
# --sarif against the rules of the published schema 2.1.0 (members, what is
# required, types, values) and what GitHub's upload wants beyond it. `rules` below is
# what sarif-schema-2.1.0.json (OASIS, 137 KB) says of the objects that we write; each
# row was compared with it. With SARIF_SCHEMA=FILE, that schema (the npm package
# @microsoft/sarif-multitool-linux has it), all that is written here is validated by
# python3-jsonschema too.
# run: timeout=120
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have python3 || skip "python3 is not installed"
cat >"$TMP/sarif.py" <<'PY'
import json, re, sys

def obj(required="", **members):
    return required.split(), members

STR, NAT, BOOL, ANY = "str", "nat", "bool", "any"
LEVEL = ("none", "note", "warning", "error")
URI = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[A-Za-z0-9\-._~/%!$&'()*+,;=@]*")
rules = {
    "log": obj("version runs", **{"$schema": STR}, version=("2.1.0",), runs=["run"]),
    "run": obj("tool", tool="tool", originalUriBaseIds="bases", invocations=["invocation"],
               results=["result"], columnKind=("utf16CodeUnits", "unicodeCodePoints")),
    "tool": obj("driver", driver="component"),
    "component": obj("name", name=STR, version=STR, semanticVersion=STR, rules=["rule"],
                     informationUri="uri"),
    "rule": obj("id", id=STR, name=STR, shortDescription="multi", fullDescription="multi",
                help="multi", defaultConfiguration="configuration", properties="bag", helpUri="uri"),
    "multi": obj("text", text=STR, markdown=STR),
    "configuration": obj("", level=LEVEL),
    "result": obj("message", ruleId=STR, ruleIndex=NAT, level=LEVEL, message="message",
                  locations=["location"], occurrenceCount=NAT, partialFingerprints="strings",
                  stacks=["stack"]),
    "message": obj("text", text=STR, markdown=STR),
    "location": obj("", physicalLocation="physical", logicalLocations=["logical"]),
    "physical": obj("artifactLocation", artifactLocation="artifact", region="region"),
    "artifact": obj("uri", uri="uri", uriBaseId=STR),
    "region": obj("startLine", startLine=NAT),
    "logical": obj("", name=STR, fullyQualifiedName=STR, kind=STR),
    "stack": obj("frames", message="message", frames=["frame"]),
    "frame": obj("", location="location", module=STR),
    "invocation": obj("executionSuccessful", executionSuccessful=BOOL, commandLine=STR,
                      arguments=[STR], exitCode=NAT, toolExecutionNotifications=["notification"],
                      properties="bag"),
    "notification": obj("message", level=LEVEL, message="message"),
}
UNIQUE = {"rules", "stacks", "logicalLocations", "tags"}

def check(value, rule, where):
    def want(condition, what):
        if not condition:
            sys.exit(f"{where}: {what}: {json.dumps(value)[:200]}")
    if isinstance(rule, tuple):
        want(value in rule, f"none of {rule}")
    elif isinstance(rule, list):
        want(isinstance(value, list), "no array")
        if where.rsplit("/", 1)[-1] in UNIQUE:
            texts = [json.dumps(v, sort_keys=True) for v in value]
            want(len(set(texts)) == len(texts), "twice the same")
        for i, v in enumerate(value):
            check(v, rule[0], f"{where}/{i}")
    elif rule == STR:
        want(isinstance(value, str), "no string")
    elif rule == NAT:
        want(type(value) is int and value >= 0, "no number")
        if where.endswith(("startLine", "occurrenceCount")):
            want(value >= 1, "counts from 1")
    elif rule == BOOL:
        want(isinstance(value, bool), "no flag")
    elif rule == "uri":
        want(isinstance(value, str) and value and URI.fullmatch(value) and
             not re.search("%(?![0-9A-Fa-f]{2})", value), "no URI reference")
    elif rule == "strings":
        want(isinstance(value, dict) and all(isinstance(v, str) for v in value.values()), "")
    elif rule == "bag":
        want(isinstance(value, dict), "no property bag")
        check(value.get("tags", []), [STR], where + "/tags")
    elif rule == "bases":
        for k, v in value.items():
            check(v, "artifact", f"{where}/{k}")
            want(v["uri"].startswith("file:///") and v["uri"].endswith("/"), "no absolute directory")
    else:
        required, members = rules[rule]
        want(isinstance(value, dict), "no object")
        want(not set(required) - set(value), f"lacks {set(required) - set(value)}")
        want(not set(value) - set(members), f"has {set(value) - set(members)}")
        for k, v in value.items():
            check(v, members[k], f"{where}/{k}")

log = json.load(open(sys.argv[1]))
check(log, "log", "")
run, = log["runs"]
driver = run["tool"]["driver"]
for r in driver["rules"]:
    # Microsoft's validator: a name is not the id once more (SARIF1001).
    assert len(r.get("name", "")) <= 255 and r.get("name", "").lower() != r["id"]
    assert "\n\n" not in r["shortDescription"]["text"]
    for part in ("shortDescription", "fullDescription"):
        assert len(r[part]["text"]) <= 1024, (r["id"], part)
    assert len(r["properties"]["tags"]) <= 20
fingerprints = set()
for r in run["results"]:
    # GitHub: a rule, a level, a place in a file and a fingerprint of its own.
    assert r["ruleId"] == driver["rules"][r["ruleIndex"]]["id"]
    assert r["level"] in LEVEL[1:] and r["message"]["text"]
    place = r["locations"][0]["physicalLocation"]["artifactLocation"]
    assert "uriBaseId" in place or place["uri"].startswith("file:///"), place
    assert ("uriBaseId" not in place) or place["uriBaseId"] in run["originalUriBaseIds"]
    assert ":" not in place["uri"] or place["uri"].startswith("file:///"), place
    fingerprints.add(tuple(r["partialFingerprints"].items()))
    for s in r.get("stacks", []):
        for f in s["frames"]:
            a = f["location"].get("physicalLocation", {}).get("artifactLocation", {})
            assert a.get("uriBaseId", "%SRCROOT%") in run["originalUriBaseIds"]
assert len(fingerprints) == len(run["results"]), "one fingerprint each"
print(len(run["results"]), *sorted({r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                             for r in run["results"]}))
PY
# sarif COUNT-AND-URIS: $TMP/sarif is right and has so many results in these files.
sarif() {
	got=$(python3 "$TMP/sarif.py" "$TMP/sarif" 2>"$TMP/why") || fail "$1: $(tail -n 2 "$TMP/why")"
	[ "$got" = "$1" ] || fail "sarif has '$got', not '$1'"
	[ -z "${SARIF_SCHEMA:-}" ] || python3 -W ignore -m jsonschema -i "$TMP/sarif" "$SARIF_SCHEMA" \
		2>"$TMP/why" || fail "$1: $(tail -n 2 "$TMP/why")"
}
mkdir -p "$TMP/here/sub dir"
cd "$TMP/here" || exit 1
cat >"sub dir/a+b:c.c" <<'C'
#include <stdlib.h>
int main(int argc, char **argv)
{
	char *volatile p = malloc(60);
	char *volatile q = p;
	void (*volatile f)(void *) = free;
	free(p);
	free(q);
	for (volatile int i = 0; i < 4; i++)
		free(argv);
	f((char *)malloc(2000) + 7);
	malloc(1 << 20);
	if (argc > 1)
		abort();
	return 0;
}
C
"$CC" -g -O1 -w -fno-builtin -o prog "sub dir/a+b:c.c" || skip "no C compiler"
expect 0 "$K" -q -o large=warn --sarif="$TMP/sarif" ./prog
sarif '4 sub%20dir/a+b%3Ac.c'
expect 134 "$K" -q --profile=strict --sarif="$TMP/sarif" ./prog "$(printf 'a\n\001\377"')"
sarif '4 sub%20dir/a+b%3Ac.c'
# Not below the working directory, no debug information, no symbols.
cd / && expect 0 "$K" -q --sarif="$TMP/sarif" "$TMP/here/prog"
sarif "3 file://$TMP/here/sub%20dir/a+b%3Ac.c"
cd "$TMP/here" && strip prog 2>/dev/null
expect 0 "$K" -q --sarif="$TMP/sarif" ./prog
sarif '3 prog'
# Nothing found; nothing looked at; a finding without any frame.
expect 0 "$K" -q --sarif="$TMP/sarif" true
sarif 0
expect 0 "$K" -q --sarif="$TMP/sarif" sh -c 'env -i /bin/true; :'
sarif 0
grep -q '"executionSuccessful": false' "$TMP/sarif" || fail "unchecked is a success"
expect 0 "$K" -q --sarif="$TMP/sarif" "$(command -v env)" sh -c 'printf "%s\n" "{\"kmemu\":1,\"pid\":$$,
	\"event\":\"finding\",\"id\":\"x\",\"kind\":\"large\",\"stacks\":{\"here\":[{}]}}" | tr -d "\n\t" >>$KMEMU_JSON
	echo >>$KMEMU_JSON'
python3 "$TMP/sarif.py" "$TMP/sarif" >/dev/null 2>"$TMP/why" ||
	fail "a finding without frames: $(tail -n 2 "$TMP/why")"
done_ok
