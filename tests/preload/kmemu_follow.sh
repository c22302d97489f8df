#!/bin/sh
# --follow: programs of children that are looked at. What is left out is in no
# text, no count, no output and no verdict; a fork is its parent's program.
# run: timeout=120
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
compile forks <<'C' || skip "no C compiler"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	if (argc > 1 && fork() == 0) {
		execv(argv[1], argv + 1);
		_exit(127);
	}
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
cp "$TMP/forks" "$TMP/other"
# processes CHECKED NOT_FOLLOWED
processes() {
	grep -q "processes: $1 checked, 0 unchecked" "$TMP/err" ||
		fail "not $1 checked: $(grep processes "$TMP/err")"
	[ "$2" = 0 ] || grep -q "not followed (--follow=.*): $2\$" "$TMP/err" ||
		fail "not $2 left out: $(grep followed "$TMP/err")"
}
silent() {
	grep -q 'BUG \|double.free' "$TMP/err" && fail "text of what is left out: $(cat "$TMP/err")"
	lines 0 "$TMP/json" '"event":"finding"'
}

for which in no other 'x,forks?' 'fork'; do
	expect 0 "$K" run --json="$TMP/json" --follow="$which" sh -c "$TMP/forks; :"
	verdict clean
	processes 1 1
	silent
done
for which in yes forks 'x,fork*' '*' 'f?rks,x'; do
	expect 0 "$K" run --follow="$which" sh -c "$TMP/forks; :"
	verdict findings=1
	processes 6 0
	lines 4 "$TMP/err" '=====$' # one a process
done
expect 0 "$K" --follow=no "$TMP/forks"
verdict findings=1
processes 5 0
# The first process is followed through its execs.
expect 0 "$K" --follow=no env sh -c "exec $TMP/forks"
verdict findings=1
processes 5 0
# One of two children; the finding of both has one place, its modules differ.
expect 0 "$K" --follow=other --json="$TMP/json" sh -c "$TMP/forks; $TMP/other; :"
verdict findings=1
lines 1 "$TMP/json" '"event":"finding"'
grep '"event":"finding"' "$TMP/json" | grep -q '"module":"other"' || fail "whose finding?"
processes 6 1
expect 0 "$K" --follow=no "$TMP/forks" "$TMP/other"
verdict findings=1
processes 5 1

# A script has its own name.
printf '#!/bin/sh\n%s; :\n' "$TMP/forks" >"$TMP/script"
chmod +x "$TMP/script"
expect 0 "$K" --follow=script sh -c "$TMP/script; :"
verdict clean
processes 2 1

# As a word or a variable; a kmemu within has its own first process.
expect 0 "$K" -o follow=no sh -c "$TMP/forks; :"
verdict clean
expect 0 env KMEMU_FOLLOW=no "$K" sh -c "$TMP/forks; :"
verdict clean
expect 0 env KMEMU_FOLLOW=no "$K" --follow=yes sh -c "$TMP/forks; :"
verdict findings=1
expect 0 env KMEMU_FOLLOW=no KMEMU_FIRST=1 "$K" "$TMP/forks"
verdict findings=1
expect 0 "$K" --follow=no "$K" "$TMP/forks"
lines 2 "$TMP/err" 'verdict: findings=1$'
# Without the command nobody is the first: no leaves all in, a name is one.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_FOLLOW=no "$TMP/forks"
lines 4 "$TMP/err" 'double free'
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_FOLLOW=x "$TMP/forks"
[ ! -s "$TMP/err" ] || fail "left out by name: $(cat "$TMP/err")"
# A policy that would refuse does not hold for what is left out.
compile large <<'C'
#include <stdlib.h>
int main(void) { void *volatile p = malloc(300000); return !p; }
C
expect 1 "$K" --profile=strict "$TMP/large"
expect 0 "$K" --profile=strict --follow=no sh -c "$TMP/large"' && :'
verdict clean

# What could not have been looked at anyway is not missed, and what stays
# behind counts when it is looked at.
expect 0 "$K" --follow=no sh -c 'env -i /bin/true; :'
verdict clean
if echo 'int main(void) { return 0; }' | compile still -static; then
	expect 0 "$K" --follow=no sh -c "$TMP/still; :"
	verdict clean
	processes 1 1
	expect 0 "$K" --follow=still sh -c "$TMP/still; :"
	verdict 'unchecked: static'
fi
# (sleep 1: until then the shell's child has become the other sleep.)
expect 0 "$K" --follow=no sh -c 'sleep 4 >/dev/null 2>&1 & sleep 1'
verdict clean
expect 0 "$K" --follow='sle*' sh -c 'sleep 4 >/dev/null 2>&1 & sleep 1; :'
verdict 'unchecked: still-running'
done_ok
