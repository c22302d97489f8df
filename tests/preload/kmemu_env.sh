#!/bin/sh
# What a program finds when `kmemu run` starts it: its own environment and an
# existing LD_PRELOAD, options in the order in which later wins, descriptors,
# dispositions, standard input and output as they were.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"

# An existing LD_PRELOAD is kept, behind ours; ours is not there twice.
compile other.so -shared -fPIC <<'C' || skip "no C compiler"
#include <stdio.h>
__attribute__((constructor)) static void hello(void) { puts("other is here"); fflush(stdout); }
C
expect 0 env LD_PRELOAD="$TMP/other.so" "$K" run -q env
grep -q "^LD_PRELOAD=.*libkmemu.so:$TMP/other.so\$" "$TMP/out" ||
	fail "LD_PRELOAD: $(grep LD_PRELOAD "$TMP/out")"
grep -q 'other is here' "$TMP/out" || fail "the other preload is gone"
verdict clean
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$K" run -q env
[ "$(grep -c '^LD_PRELOAD=[^:]*libkmemu.so$' "$TMP/out")" = 1 ] ||
	fail "twice: $(grep LD_PRELOAD "$TMP/out")"
# Neither is a copy of ours; what is there keeps its place.
cp "$KMEMU_LIB" "$TMP/"
expect 0 env LD_PRELOAD="$TMP/libkmemu.so $TMP/other.so" "$K" run -q env
grep -qx "LD_PRELOAD=[^:]*libkmemu.so:$TMP/other.so" "$TMP/out" || fail "a copy: $(grep PRELOAD "$TMP/out")"
grep -q "$TMP/libkmemu.so" "$TMP/out" && fail "a copy stays: $(grep PRELOAD "$TMP/out")"
verdict clean
expect 0 env LD_PRELOAD="$TMP/other.so:$KMEMU_LIB" "$K" run -q env
grep -qx "LD_PRELOAD=$TMP/other.so:$KMEMU_LIB" "$TMP/out" || fail "order: $(grep PRELOAD "$TMP/out")"
cp "$TMP/other.so" "$TMP/libkmemu.so.old"
expect 0 env LD_PRELOAD="$TMP/libkmemu.so.old" "$K" run -q env
grep -qx "LD_PRELOAD=[^:]*libkmemu.so:$TMP/libkmemu.so.old" "$TMP/out" || fail "$(grep PRELOAD "$TMP/out")"

# profile=audit, then what was there, then -o in their order.
KMEMU_OPTIONS='large=count mem=1G' expect 0 "$K" run -o 'large=warn purge_ms=7' -o large=fail env
grep -q '^KMEMU_OPTIONS=profile=audit .*large=count mem=1G large=warn purge_ms=7 large=fail$' \
	"$TMP/out" || fail "order: $(grep KMEMU_OPTIONS "$TMP/out")"
compile large <<'C'
#include <stdio.h>
#include <stdlib.h>
int main(void) { void *volatile p = malloc(300000); puts(p ? "served" : "refused"); return 0; }
C
expect 0 env KMEMU_OPTIONS='large=fail' "$K" -q -o large=count "$TMP/large"
[ "$(cat "$TMP/out")" = served ] || fail "-o does not win over KMEMU_OPTIONS"
expect 0 env KMEMU_OPTIONS='profile=strict' "$K" -q "$TMP/large"
[ "$(cat "$TMP/out")" = refused ] || fail "a profile in KMEMU_OPTIONS does not win"
expect 0 env KMEMU_PROFILE=plain "$K" -q --profile=strict "$TMP/large"
[ "$(cat "$TMP/out")" = refused ] || fail "--profile does not win"

# Files are found by children in other directories, too.
mkdir "$TMP/there"
echo 'large:main' >"$TMP/supp"
echo 'suppress=supp' >"$TMP/conf"
(cd "$TMP" && expect 0 "$K" -o 'large=warn suppress=supp' sh -c 'cd there && ../large'
	verdict clean
	expect 0 env KMEMU_CONFIG=conf "$K" -o 'large=warn log=log' sh -c 'cd there && ../large'
	tail -n 1 log | grep -qx 'kmemu: verdict: clean' || fail "a relative log"
	[ ! -e there/log ] || fail "a log in a child's directory"
	exit $failed) || failed=1

# A bad word in the environment is the library's to name; it is not "clean".
expect 0 env KMEMU_OPTIONS=no_such_word=1 "$K" true
grep -q "unknown option 'no_such_word'" "$TMP/err" || fail "a bad word is not named"
verdict 'unchecked: bad-option'
expect 0 env KMEMU_OPTIONS=failslab=1 "$K" true
verdict 'unchecked: not-built-option'

# Standard input, output and a signal that is ignored come through.
echo input | timeout 20 "$K" -q cat >"$TMP/out" 2>"$TMP/err"
[ "$(cat "$TMP/out")" = input ] || fail "standard input"
(trap '' HUP; exec "$K" -q sh -c 'grep -i sigign /proc/self/status') \
	>"$TMP/out" 2>/dev/null </dev/null
grep -qi '[13579bdf]$' "$TMP/out" || fail "SIGHUP is not ignored any more: $(cat "$TMP/out")"
expect 0 "$K" -q sh -c 'grep SigBlk /proc/self/status'
grep -q '0000000000000000' "$TMP/out" || fail "signals stay blocked: $(cat "$TMP/out")"
# shellcheck disable=SC2012
# The library's own descriptors are from 200 on, and not inherited.
fds() {
	expect 0 "$@" ls /proc/self/fd
	grep -vx '2..' "$TMP/out" | tr '\n' ' '
}
plain=$(fds env)
ours=$(fds "$K" -q)
[ "$plain" = "$ours" ] || fail "descriptors are $ours, without kmemu $plain"
"$K" -q true 2>&- >&- </dev/null || fail "closed descriptors: status $?"

# A signal for kmemu is one for the program.
sh -c '"$0" -q sh -c "trap \"echo got TERM; exit 5\" TERM; echo ready; while :; do sleep 0.1; done" & 
	pid=$!
	while ! grep -q ready "$1" 2>/dev/null; do sleep 0.1; done
	kill -TERM $pid; wait $pid; echo status $?' "$K" "$TMP/out" >"$TMP/out" 2>"$TMP/err"
grep -q 'got TERM' "$TMP/out" || fail "SIGTERM was not handed on: $(cat "$TMP/out")"
grep -q 'status 5' "$TMP/out" || fail "status after SIGTERM: $(cat "$TMP/out")"

# Nothing is left behind.
mkdir "$TMP/tmp"
expect 0 env TMPDIR="$TMP/tmp" "$K" -q true
expect 127 env TMPDIR="$TMP/tmp" "$K" no-such-program-at-all
expect 125 env TMPDIR="$TMP/tmp" "$K" --log="$TMP/no/dir" true
[ -z "$(ls -A "$TMP/tmp")" ] || fail "left behind: $(ls "$TMP/tmp")"

# The command alone, and with a library that is not its user's to read.
mkdir "$TMP/alone"
chmod 755 "$TMP/alone"
cp "$K" "$TMP/alone/"
expect 125 "$TMP/alone/kmemu" echo ran
lines 1 "$TMP/err" 'libkmemu.so is neither beside this command nor in ../lib'
[ ! -s "$TMP/out" ] || fail "it ran without the library"
expect 0 "$TMP/alone/kmemu" options mem
if [ "$(id -u)" = 0 ] && have setpriv; then
	cp "$KMEMU_LIB" "$TMP/alone/"
	chmod 600 "$TMP/alone/libkmemu.so"
	(cd "$TMP/alone" && expect 125 setpriv --reuid 65534 --regid 65534 --clear-groups \
		env TMPDIR=/nowhere ./kmemu true
		lines 1 "$TMP/err" 'libkmemu.so cannot be read: Permission denied'
		exit $failed) || failed=1
fi

# As it is installed, and by a link to that.
mkdir -p "$TMP/usr/bin" "$TMP/usr/lib"
cp "$K" "$TMP/usr/bin/"
cp "$KMEMU_LIB" "$TMP/usr/lib/"
ln -s "$TMP/usr/bin/kmemu" "$TMP/k"
expect 0 "$TMP/k" env
grep -qx "LD_PRELOAD=$TMP/usr/lib/libkmemu.so" "$TMP/out" || fail "installed: $(grep PRELOAD "$TMP/out")"
verdict clean

# A place whose name LD_PRELOAD cannot hold.
mkdir "$TMP/a b:c"
cp "$K" "$KMEMU_LIB" "$TMP/a b:c/"
expect 0 "$TMP/a b:c/kmemu" true
verdict clean
done_ok
