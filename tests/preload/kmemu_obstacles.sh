#!/bin/sh
# Programs that cannot be checked: each runs as without kmemu, is named with the
# reason and what to do, and ends in verdict unchecked.
# run: timeout=120
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have "$CC" || skip "no C compiler"

# obstacle REASON TEXT PROGRAM ARGS...
obstacle() {
	reason=$1
	text=$2
	shift 2
	expect 6 "$K" run "$@"
	verdict "unchecked: $reason"
	grep -Eq "$text" "$TMP/err" || fail "$reason: '$text' is not said: $(cat "$TMP/err")"
	lines 1 "$TMP/err" 'to check it: '
	[ "$(wc -l <"$TMP/err")" -eq 3 ] || fail "$reason: not in one line: $(cat "$TMP/err")"
	[ "$(cat "$TMP/out")" = ran ] || fail "$reason: the program did not run"
	expect 98 "$K" run --unchecked-exitcode=98 "$@"
}
program='#include <stdio.h>
#include <stdlib.h>
int main(void) { char *volatile p = malloc(10); free(p); puts("ran"); return 6; }'

for how in -static -static-pie; do
	echo "$program" | compile "p$how" $how || continue
	obstacle static 'is linked statically' "$TMP/p$how"
done
if echo "$program" | compile p32 -m32 2>/dev/null; then
	obstacle machine 'another machine or word size' "$TMP/p32"
fi
if have musl-gcc && echo "$program" >"$TMP/m.c" && musl-gcc -w -o "$TMP/musl" "$TMP/m.c"; then
	obstacle no-glibc "not started by glibc's loader" "$TMP/musl"
fi
# The same where no musl is: glibc's loader under musl's name.
loader=$(readelf -lW /bin/sh 2>/dev/null | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
if [ -n "$loader" ]; then
	ln -s "$loader" "$TMP/ld-musl-x86_64.so.1"
	echo "$program" | compile fake -Wl,--dynamic-linker="$TMP/ld-musl-x86_64.so.1"
	obstacle no-glibc "not started by glibc's loader" "$TMP/fake"
fi
# An interpreter that is not there: not found, as env has it.
echo "$program" | compile lost -Wl,--dynamic-linker="$TMP/no-loader"
expect 127 "$K" "$TMP/lost"

cat >"$TMP/own.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
static char heap[1 << 20];
static size_t used;
void *malloc(size_t n) { void *p = heap + used; used += (n + 15) & ~15UL; return p; }
void free(void *p) {}
void *calloc(size_t a, size_t b) { return malloc(a * b); }
void *realloc(void *p, size_t n) { return malloc(n); }
int main(void) { char *volatile p = malloc(10); free(p); puts("ran"); return 6; }
C
"$CC" -w -fno-builtin -rdynamic -o "$TMP/own" "$TMP/own.c"
obstacle own-malloc 'has a malloc of its own' "$TMP/own"
if echo "$program" | compile asan -fsanitize=address && "$TMP/asan" >/dev/null 2>&1; [ $? -eq 6 ]; then
	obstacle sanitizer 'is linked with a sanitizer' "$TMP/asan"
	# Another program that starts it has us in front of it: it ends there.
	"$K" run -- sh -c "$TMP/asan; exit 0" >"$TMP/out" 2>"$TMP/err" || fail "status $?"
	lines 1 "$TMP/err" '^kmemu: unchecked: sanitizer: .*must be the first library'
	[ "$(tail -n 1 "$TMP/err")" = "kmemu: verdict: unchecked: sanitizer" ] ||
		fail "$(tail -n 1 "$TMP/err")"
fi
for s in address thread memory; do
	echo "$program" >"$TMP/s.c"
	have clang && clang -w -fsanitize=$s -o "$TMP/clang-$s" "$TMP/s.c" 2>/dev/null || continue
	obstacle sanitizer 'is linked with a sanitizer' "$TMP/clang-$s"
done

# A script is judged by its interpreter.
if [ -x "$TMP/p-static" ]; then
	printf '#!%s\n' "$TMP/p-static" >"$TMP/script"
	chmod +x "$TMP/script"
	obstacle static 'p-static is linked statically' "$TMP/script"
fi

# Set-user-id has an effect for others than its owner alone.
echo "$program" | compile suid
chmod 4755 "$TMP/suid"
expect 6 "$K" "$TMP/suid"
if [ "$(id -u)" = 0 ] && have setpriv && [ "$(stat -c %u "$TMP/suid")" = 0 ]; then
	verdict clean
	nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	mkdir -m 755 "$TMP/bin"
	cp "$K" "$KMEMU_LIB" "$TMP/bin/"
	mkdir -m 1777 "$TMP/open"
	kept=$K
	K=$TMP/bin/kmemu
	TMPDIR=$TMP/open
	export TMPDIR
	expect 6 $nobody "$K" "$TMP/suid"
	verdict 'unchecked: setuid'
	grep -q 'ld.so ignores LD_PRELOAD' "$TMP/err" || fail "setuid: $(cat "$TMP/err")"
	chmod 2755 "$TMP/suid"
	expect 6 $nobody "$K" "$TMP/suid"
	verdict 'unchecked: setuid'
	expect 6 $nobody --no-new-privs "$K" "$TMP/suid"
	verdict clean
	chmod 755 "$TMP/suid"
	expect 6 $nobody "$K" "$TMP/suid"
	verdict clean
	if have setcap && setcap cap_net_raw+ep "$TMP/suid" 2>/dev/null; then
		expect 6 $nobody "$K" "$TMP/suid"
		verdict 'unchecked: setuid'
	fi
	# Root's program that becomes somebody else is still heard.
	K=$kept
	unset TMPDIR
	echo '#include <stdlib.h>
#include <unistd.h>
int main(void) { setgid(65534); setuid(65534);
	char *volatile p = malloc(60); free(p); free(p); return 6; }' | compile drop
	expect 6 "$K" "$TMP/drop"
	verdict findings=1
fi

# Bytes that are no program at all.
head -c 200 /bin/sh >"$TMP/cut"
chmod +x "$TMP/cut"
expect 126 "$K" "$TMP/cut"
grep -q 'Exec format error' "$TMP/err" || fail "a truncated ELF file: $(cat "$TMP/err")"
done_ok
