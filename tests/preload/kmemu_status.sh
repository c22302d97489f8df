#!/bin/sh
# The status of `kmemu run`: the program's own, 128+n of a signal, 125 to 127 of
# its own failures, and those that options ask for.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
expect 0 "$K" run -- true
verdict clean
expect 1 "$K" false
verdict clean
expect 42 "$K" run -- sh -c 'exit 42'
# A process that says no end was looked at all the same.
grep -q 'handlers: 0; atomic sections: 0; buffers: no O_DIRECT' "$TMP/err" ||
	fail "nothing was looked at: $(grep coverage "$TMP/err")"
expect 42 "$K" -q -- sh -c 'exit 42'
[ "$(cat "$TMP/err")" = 'kmemu: verdict: clean' ] || fail "-q says more: $(cat "$TMP/err")"
for n in 2 124 125 126 127 128 137 255; do
	expect $n "$K" -q sh -c "exit $n"
	verdict clean
done
expect 143 "$K" run sh -c 'kill -TERM $$'
grep -q 'was killed by SIGTERM' "$TMP/err" || fail "the signal is not named"
verdict clean
expect 137 "$K" run sh -c 'kill -KILL $$'
expect 139 "$K" run sh -c 'kill -SEGV $$'

# 127: not found. 126: found, cannot be run. No verdict: nothing ran.
expect 127 "$K" run -- kmemu-no-such-program
grep -q 'kmemu-no-such-program: not found' "$TMP/err" || fail "127: $(cat "$TMP/err")"
expect 127 "$K" "$TMP/no/such/program"
expect 127 "$K" expalin
grep -q 'kmemu explain' "$TMP/err" || fail "a mistyped command: $(cat "$TMP/err")"
# Who reads the verdict may be gone.
sh -c '"$0" sh -c "exit 5" 2>&1; echo $? >"$1"' "$K" "$TMP/status" | :
[ "$(cat "$TMP/status")" = 5 ] || fail "the reader was gone: status $(cat "$TMP/status")"
echo 'echo hello' >"$TMP/text"
expect 126 "$K" run "$TMP/text"
expect 126 "$K" run "$TMP"
grep -q 'verdict' "$TMP/err" && fail "a verdict of nothing"
printf '#!%s/no-interpreter\n' "$TMP" >"$TMP/script"
chmod +x "$TMP/script" "$TMP/text"
expect 127 "$K" run "$TMP/script"
# A text without #! is run by sh, as execvp() does.
expect 0 "$K" run "$TMP/text"
[ "$(cat "$TMP/out")" = hello ] || fail "a text without #! did not run"
# PATH is searched, and what cannot be executed is passed over.
mkdir "$TMP/a" "$TMP/b"
echo 'no' >"$TMP/a/tool"
printf '#!/bin/sh\necho "tool $1"\n' >"$TMP/b/tool"
chmod +x "$TMP/b/tool"
expect 0 env PATH="$TMP/a:$TMP/b:$PATH" "$K" tool 'an argument'
[ "$(cat "$TMP/out")" = 'tool an argument' ] || fail "the program of PATH: $(cat "$TMP/out")"
expect 126 env PATH="$TMP/a" "$K" tool

# Statuses that are asked for.
compile bad <<'C' || skip "no C compiler"
#include <stdlib.h>
int main(void) { char *volatile p = malloc(60); free(p); free(p); return 3; }
C
expect 3 "$K" "$TMP/bad"
verdict findings=1
expect 99 "$K" --error-exitcode=99 "$TMP/bad"
expect 3 "$K" --unchecked-exitcode=98 "$TMP/bad"
expect 7 "$K" --error-exitcode=99 --unchecked-exitcode=98 sh -c 'exit 7'

# 125: wrong on the command line; the nearest right word is named.
wrong() {
	pattern=$1
	shift
	expect 125 "$K" "$@"
	grep -Eq -- "$pattern" "$TMP/err" || fail "$*: '$pattern' is not said: $(cat "$TMP/err")"
	[ ! -s "$TMP/out" ] || fail "$*: the program ran"
}
wrong 'did you mean --json' run --jsn=x echo ran
wrong 'did you mean --error-exitcode' --eror-exitcode=1 echo ran
wrong 'begins several options: --json, --junit' --j=x echo ran
wrong '-x is no option' run -x echo ran
wrong '--sarif needs a value|-sarif.* needs a value' run --sarif
wrong 'takes no value' run --quiet=yes echo ran
wrong 'from 0 to 255' run --error-exitcode=256 echo ran
wrong 'from 0 to 255' run --error-exitcode=x echo ran
wrong "unknown option 'kmaloc_max'; did you mean 'kmalloc_max'" run -o kmaloc_max=64K echo ran
wrong 'expected .*power of two' run -o kmalloc_max=100K echo ran
wrong 'expected .*strict' run --profile=loose echo ran
wrong 'no program' run
wrong 'no program' run -o large=fail
wrong 'usage' 
wrong 'cannot be written: Is a directory' run --json="$TMP" echo ran
wrong 'cannot be written: No such file' run --sarif="$TMP/no/dir/x" echo ran
wrong 'cannot be written: No such file' run --junit="$TMP/no/dir/x" echo ran
wrong 'cannot be written' run --log="$TMP/no/dir/x" echo ran
ln -s "$TMP/elsewhere" "$TMP/link"
wrong 'symbolic link' run --log="$TMP/link" echo ran

# What was asked for and cannot be written is a failure, and said.
full() {
	"$K" "$@" >/dev/full 2>"$TMP/err" </dev/null
	status=$?
	[ $status -eq 125 ] || fail "standard output is full: status $status: $*"
	lines 1 "$TMP/err" 'cannot be written: No space'
}
if [ -c /dev/full ]; then
	full --help
	full --version
	full run --help
	full options
	full options mem
	full explain
	full explain large
	full run -q --json=- true
	full -q --sarif=- true
	expect 125 "$K" --log=/dev/full true
	grep -q 'log=/dev/full cannot be written' "$TMP/err" || fail "--log: $(cat "$TMP/err")"
	"$K" sh -c 'exit 4' 2>/dev/full
	[ $? -eq 4 ] || fail "nobody reads the verdict: status $?"
fi
# Closed descriptors are no reason to fail, and closed for the program.
is_closed='[ ! -e /proc/$$/fd/0 ] && [ ! -e /proc/$$/fd/1 ] && [ ! -e /proc/$$/fd/2 ] && exit 9'
for shut in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
	eval '"$K" -q -o large=warn sh -c "exit 3" '"$shut"
	[ $? -eq 3 ] || fail "closed $shut: status $?"
done
"$K" -q -o large=warn --json="$TMP/json" sh -c "$is_closed" <&- >&- 2>&-
status=$?
[ $status -eq 9 ] || fail "not closed for the program: status $status"
tail -n 1 "$TMP/json" | grep -q '"verdict":"clean"' || fail "--json with closed descriptors"
"$K" options >&- 2>"$TMP/err"
[ $? -eq 125 ] || fail "options on a closed descriptor"

# Names are anything: each line stays one.
name=$(printf 'a b\nc')
cp "$TMP/bad" "$TMP/$name"
expect 3 "$K" --gen-suppressions -v "$TMP/$name"
verdict findings=1
grep -Ev '^kmemu: |^\[|^[#}]|^double-free \{|^	' "$TMP/err" >"$TMP/odd"
[ ! -s "$TMP/odd" ] || fail "lines cut by a name: $(cat "$TMP/odd")"
grep '^double-free {' -A 9 "$TMP/err" | sed '/^}/q' >"$TMP/supp"
expect 3 "$K" -o suppress="$TMP/supp" "$TMP/$name"
verdict clean
expect 126 "$K" "$TMP"
expect 127 "$K" "$TMP/no
such"
lines 1 "$TMP/err" .

# Help and version are what was asked for: on standard output, status 0.
for c in run show top options explain decode selftest; do
	expect 0 "$K" $c --help
	grep -q "^usage: kmemu.*$c" "$TMP/out" || fail "$c --help: $(head -n 2 "$TMP/out")"
	[ ! -s "$TMP/err" ] || fail "$c --help writes to standard error"
done
expect 0 "$K" --help
expect 0 "$K" --version
grep -Eqx 'kmemu [0-9]+\.[0-9]+\.[0-9]+' "$TMP/out" || fail "--version: $(cat "$TMP/out")"
done_ok
