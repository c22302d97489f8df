#!/bin/bash
# The recipes of docs/ci.md are run as they stand there, on the project in
# data/ci. Each ends with the status that its marker names, and finds the one
# finding that there is.
. "$(dirname "$0")/lib.sh"
need make gcc python3
K=$(dirname "$KMEMU_LIB")
[ -x "$K/kmemu" ] || fail "no $K/kmemu"
export PATH="$K:$PATH" GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
unset MAKEFLAGS MAKELEVEL KMEMU_OPTIONS

# recipe NAME: the block behind its marker into $T/NAME, its status into $want.
recipe() {
	name=$1
	sed -n "/^<!-- recipe $name: /,/^\`\`\`\$/p" "$ROOT/docs/ci.md" >"$T/$name.md"
	want=$(sed -n "1s/.*: \([0-9]*\) -->/\1/p" "$T/$name.md")
	sed -e '1,2d' -e '$d' "$T/$name.md" >"$T/$name"
	[ -n "$want" ] && [ -s "$T/$name" ] || fail "docs/ci.md has no recipe '$name'"
}

project() {
	rm -rf "$RUN"
	cp -r "$DATA/ci" "$RUN" && cd "$RUN" || fail "no project"
}

# In a recipe only the last line may fail.
run_recipe() {
	sh "$T/$name" >"$T/out" 2>"$T/err" </dev/null
	status=$?
	[ $status = "$want" ] || {
		show out "$T/out"
		show err "$T/err"
		fail "recipe $name: status $status, not $want"
	}
}

finds() {
	cat "$T/out" "$T/err" >"$T/all"
	grep -Eq "^kmemu: double-free-[0-9a-f]{16} at list_free\+.*/list\.c:$line\)\$" "$T/all" &&
		grep -qx "kmemu: verdict: findings=1" "$T/all" || {
		show out "$T/all"
		fail "recipe $name: the finding is not there"
	}
}

# The scripts of the jobs in YAML.
steps_of() {
	python3 - "$T/$name" "$1" <<'PY'
import sys, yaml
d = yaml.safe_load(open(sys.argv[1]))
if sys.argv[2] == "github":
    job = d["jobs"]["kmemu"]
    assert d[True] == ["push", "pull_request"] and job["permissions"]["security-events"] == "write"
    assert job["steps"][-1]["with"]["sarif_file"] == "kmemu.sarif"
    print([s["run"] for s in job["steps"] if s.get("name") == "test"][0])
else:
    assert d["kmemu"]["artifacts"]["reports"]["junit"] == "kmemu.xml"
    print("\n".join(d["kmemu"]["script"]))
PY
}

line=$(grep -n 'free(l->first)' "$DATA/ci/list.c" | cut -d : -f 1)
left=

for name in make follow; do
	recipe $name
	project
	run_recipe
	finds
done

if command -v cmake >/dev/null; then
	recipe ctest
	project
	run_recipe
	finds
	recipe ctest-whole
	project
	run_recipe
	# ctest keeps what the test wrote; the end is kmemu's.
	finds
	grep -q 'failures="1"' kmemu.xml || fail "JUnit has no failure"
else
	left="$left cmake"
fi

if command -v meson >/dev/null && command -v ninja >/dev/null; then
	recipe meson
	project
	run_recipe
	finds
	grep -q 'exit status 99' "$T/out" || fail "meson does not tell the status"
else
	left="$left meson"
fi

recipe baseline
project
run_recipe
grep -qx 'kmemu: verdict: clean' "$T/err" || fail "the baseline does not hold"
grep -q '^double-free {' kmemu.supp || fail "no suppression"

# Eight commits; the fifth brings the bug, the sixth does not build.
history() {
	project
	git init -q . && git config user.email t@example.org && git config user.name t || return
	sed -i '/free(l->first)/d' list.c
	for n in 1 2 3 4 5 6 7 8; do
		echo "$n" >>notes
		[ $n != 6 ] || echo 'struct' >>list.h
		[ $n != 7 ] || cp "$DATA/ci/list.h" .
		[ $n != 5 ] || cp "$DATA/ci/list.c" .
		git add . && git commit -q -m "step $n" || return
		[ $n != 1 ] || git tag v1.0
		[ $n != 5 ] || bad=$(git rev-parse HEAD)
	done
}
if command -v git >/dev/null; then
	recipe bisect
	history || fail "no history"
	run_recipe
	grep -q "^$bad is the first bad commit" "$T/out" || {
		show out "$T/out"
		fail "git bisect does not find step 5, $bad"
	}
	git bisect log | grep -q '^# skip: .* step 6' || fail "step 6 does not build, and was not skipped"
else
	left="$left git"
fi

if python3 -c 'import yaml' 2>/dev/null; then
	for name in github gitlab; do
		recipe $name
		steps_of $name >"$T/steps" || fail "the YAML of $name"
		mv "$T/steps" "$T/$name"
		project
		run_recipe
		finds
	done
	grep -q 'type="double-free"' kmemu.xml || fail "JUnit of gitlab"
	project
	name=github
	run_recipe
	python3 -c '
import json
where = json.load(open("kmemu.sarif"))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
assert where["artifactLocation"]["uri"] == "list.c" and where["region"]["startLine"] == '"$line"', where
' || fail "SARIF does not name list.c:$line"
else
	left="$left python3-yaml"
fi

cd / || exit 1
[ -z "$left" ] || skip "all but what is not installed:$left"
