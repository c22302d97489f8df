#!/bin/sh
# Many processes, one verdict: every one is counted, a finding of several is
# one, and what one of them could not have looked at is in the end.
# run: timeout=180
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have "$CC" || skip "no C compiler"

# "processes: N checked, M unchecked" as N and M.
processes() {
	sed -n 's/.*processes: \([0-9]*\) checked, \([0-9]*\) unchecked.*/\1 \2/p' "$TMP/err"
}

if have python3; then
	python=$(python3 -c 'import sys; print(sys.executable)')
	expect 0 "$K" run -- "$python" -c 'print(1)'
	[ "$(cat "$TMP/out")" = 1 ] || fail "python3 printed $(cat "$TMP/out")"
	verdict clean
	[ "$(processes)" = '1 0' ] || fail "python3: $(processes)"
	grep -v '^kmemu: ' "$TMP/err" && fail "more than the verdict's lines"
fi

# What a process did that left by _exit is not known, and not said to be nothing.
echo '#include <unistd.h>
int main(int argc, char **argv) { if (argc > 1) _exit(0); return 0; }' >"$TMP/leaves.c"
"$CC" -o "$TMP/leaves" "$TMP/leaves.c" || fail "leaves.c"
expect 0 "$K" run -- "$TMP/leaves"
lines 1 "$TMP/err" '; buffers: no O_DIRECT call, [0-9]'
expect 0 "$K" run -- "$TMP/leaves" now
lines 1 "$TMP/err" '; buffers: no O_DIRECT call by those that ended by exit, [0-9]'

# make -j4 with gcc.
if have make; then
	mkdir "$TMP/project"
	for i in 1 2 3 4 5 6 7 8; do
		echo "int f$i(void) { return $i; }" >"$TMP/project/f$i.c"
	done
	{
		echo 'OBJS = f1.o f2.o f3.o f4.o f5.o f6.o f7.o f8.o'
		echo 'all.a: $(OBJS); ar rcs $@ $(OBJS)'
		echo '%.o: %.c; '"$CC"' -O1 -c -o $@ $<'
	} | sed 's/; /\n\t/' >"$TMP/project/Makefile"
	# CCACHE_DISABLE: where cc is ccache it would start less.
	expect 0 env -u MAKEFLAGS CCACHE_DISABLE=1 "$K" run -- make -s -j4 -C "$TMP/project"
	verdict clean
	[ "$(grep -c verdict "$TMP/err")" = 1 ] || fail "several verdicts: $(cat "$TMP/err")"
	[ -e "$TMP/project/all.a" ] || fail "make made nothing"
	# make, and for each file at least cc, cc1, as; and ar
	set -- $(processes)
	[ "${1:-0}" -ge 26 ] && [ "$2" = 0 ] || fail "make: $(processes)"
fi

# The same finding in four processes is one; each process counts.
compile forks <<'C'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void)
{
	for (int i = 0; i < 4; i++)
		if (fork() == 0) {
			char *volatile p = malloc(60);
			free(p);
			free(p);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	return 0;
}
C
expect 0 "$K" run --json="$TMP/json" "$TMP/forks"
verdict findings=1
[ "$(processes)" = '5 0' ] || fail "forks: $(processes)"
lines 1 "$TMP/err" '^kmemu: double-free: 1 finding, seen 4 times$'
lines 1 "$TMP/json" '"event": ?"finding"'

# A child that cannot be looked at, and one that loses the preload.
echo 'int main(void) { return 0; }' | compile still -static && {
	expect 0 "$K" run sh -c "$TMP/still; :"
	verdict 'unchecked: static'
	grep -q "static.*$TMP/still" "$TMP/err" || fail "the static child: $(cat "$TMP/err")"
	expect 3 "$K" --unchecked-exitcode=3 sh -c "$TMP/still; :"
	# Findings are true in any case.
	expect 0 "$K" run sh -c "$TMP/still; $TMP/forks"
	verdict findings=1
}
expect 0 "$K" run sh -c 'env -i /bin/sh -c "exit 0"; :'
verdict 'unchecked: dropped-.*'
# Malloc that never reaches us: nobody says that it started.
expect 0 "$K" run env LD_PRELOAD= /bin/true
verdict 'unchecked: .*'

# A process that stays behind has not said its last word.
expect 0 "$K" run sh -c 'sleep 20 >/dev/null 2>&1 & echo $! >'"$TMP/pid"
verdict 'unchecked: still-running'
# However far its execve() is when the program ends.
for i in 1 2 3 4; do
	expect 0 "$K" run sh -c 'sleep 10 >/dev/null 2>&1 & :'
	verdict 'unchecked: still-running'
done
kill "$(cat "$TMP/pid")"
# One that is just about to end may do so, also where it gets the CPU late: it needs more
# of it than one that does nothing would be waited for.
compile busy <<'C'
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
	if (fork())
		return 0;
	close(1);
	close(2);
	while (clock() < 300 * CLOCKS_PER_SEC / 1000)
		;
	char *volatile p = malloc(60);
	free(p);
	free(p);
	return 0;
}
C
expect 0 "$K" run "$TMP/busy"
verdict findings=1
expect 0 "$K" run sh -c 'sleep 0.05 >/dev/null 2>&1 & :'
verdict clean

# kmemu within kmemu: both have it all.
expect 0 "$K" run "$K" run "$TMP/forks"
[ "$(grep -c 'verdict: findings=1' "$TMP/err")" = 2 ] || fail "nested: $(cat "$TMP/err")"

# Lines that are no events: what they said is lost, so nothing is clean.
for line in '{"kmemu":1,"event":' 'nonsense' '[]' '{"kmemu":2,"event":"start","pid":1}' \
	'{"kmemu":1,"event":"end"}' '{"kmemu":1,"event":"start","pid":1,"pid":2}'; do
	expect 0 "$K" run --json=- sh -c "echo '$line' >>\$KMEMU_JSON"
	verdict 'unchecked: lost-events'
done
# Members of wrong types and unknown events are none.
expect 0 "$K" run -v --json="$TMP/json" --sarif="$TMP/sarif" --junit="$TMP/xml" --gen-suppressions sh -c '
	p=$(printf "\"kmemu\":1,\"pid\":%d" $$)
	for e in "\"event\":\"later\"" "\"event\":\"end\",\"kinds\":[],\"leaks\":{},\"unused_suppressions\":7" \
		"\"event\":\"end\",\"kinds\":{\"large\":7},\"leaks\":[1,{}],\"unused_suppressions\":[1]" \
		"\"event\":\"finding\"" \
		"\"event\":\"finding\",\"id\":7,\"kind\":[],\"stacks\":[]" \
		"\"event\":\"finding\",\"id\":\"x\",\"kind\":\"x\",\"site\":99,\"stacks\":{\"here\":[7]}" \
		"\"event\":\"finding\",\"id\":\"<&>\",\"kind\":\"large\",\"stacks\":{\"here\":[{}],\"x\":7}"; do
		echo "{$p,$e}" >>$KMEMU_JSON
	done'
verdict findings=4

# Killed in the middle: what was found before stands.
compile dies <<'C'
#include <signal.h>
#include <stdlib.h>
int main(void)
{
	char *volatile p = malloc(60);
	free(p);
	free(p);
	raise(SIGKILL);
	return 0;
}
C
expect 137 "$K" run "$TMP/dies"
verdict findings=1
expect 9 "$K" --error-exitcode=9 "$TMP/dies"
done_ok
