#!/bin/sh
# The names in the report of a double free: of C++ programs, stripped programs,
# programs that were removed or replaced while they ran, without libelf, in a
# signal handler (main thread, other threads, a small stack, inside the loader), and
# of libraries that were replaced.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
have objcopy || skip "no objcopy"
have g++ || skip "no g++"
cat >"$TMP/p.cc" <<'EOF'
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thread>
#include <unistd.h>
namespace shop {
template <typename T> struct Cart {
	T *item;
	__attribute__((noinline)) void drop(const char *) { free(item); __asm__ volatile(""); }
};
}
__attribute__((noinline)) static void twice(int)
{
	shop::Cart<int> c = { (int *)malloc(100) };
	c.drop("a");
	c.drop("b");
	__asm__ volatile("");
}
static int in_loader(struct dl_phdr_info *, size_t, void *)
{
	static std::thread t(raise, SIGUSR1); /* waits for who holds the list */
	t.join();
	return raise(SIGUSR1) + 1;
}
int main(int argc, char **argv)
{
	static char stack[16384];
	stack_t ss = {};
	struct sigaction act = {};
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "remove"))
		unlink(argv[0]);
	if (!strcmp(what, "replace"))
		rename(argv[2], argv[0]);
	if (*what && *what != 'r') {
		ss.ss_sp = stack;
		ss.ss_size = strchr(what, '-') ? 9500 : sizeof(stack);
		sigaltstack(&ss, NULL);
		act.sa_handler = twice;
		act.sa_flags = *what == 'a' ? SA_ONSTACK : 0;
		sigaction(SIGUSR1, &act, NULL);
		if (*what == 't')
			std::thread(raise, SIGUSR1).join();
		else if (*what == 'l')
			dl_iterate_phdr(in_loader, NULL);
		else
			raise(SIGUSR1);
	} else {
		twice(0);
	}
	puts("went on");
	return 0;
}
EOF
flags="-O1 -g -Wl,--build-id=sha1"
g++ $flags -o "$TMP/pie" "$TMP/p.cc" && g++ $flags -no-pie -o "$TMP/nopie" "$TMP/p.cc" &&
	g++ $flags -static-libstdc++ -static-libgcc -o "$TMP/static" "$TMP/p.cc" ||
	fail "g++"

# report PROGRAM ARGS: standard error in $TMP/err
report() {
	expect 0 env KMEMU_OPTIONS="profile=audit context=off" LD_PRELOAD="$KMEMU_LIB" "$@"
	grep -q 'went on' "$TMP/out" || fail "did not go on: $*"
}
drop='shop::Cart<int>::drop\(char const\*\)\+0x[0-9a-f]+/0x[0-9a-f]+'
static='twice\(int\)\+0x[0-9a-f]+/0x[0-9a-f]+'
named() {
	grep -Eq "^\[ *[0-9.]+\]  $drop \[$1\]\$" "$TMP/err" || fail "$2: drop: $(cat "$TMP/err")"
	grep -Eq "^\[ *[0-9.]+\]  $static \[$1\]\$" "$TMP/err" || fail "$2: twice: $(cat "$TMP/err")"
}
# The first frame is an offset that leads to the function.
offset() {
	id=$(readelf -n "$2" | sed -n 's/.*Build ID: //p')
	at=$(sed -n -E "s/^\[ *[0-9.]+\]  $1\+(0x[0-9a-f]+) \($id\)\$/\1/p" "$TMP/err" | head -n 1)
	[ -n "$at" ] || fail "$3: no offset with $id: $(cat "$TMP/err")"
	addr2line -Cfe "$2" "$(printf '0x%x' $((${at:-1} - 1)))" | grep -q 'shop::Cart<int>::drop' ||
		fail "$3: $at is elsewhere"
}

for p in pie nopie static; do
	report "$TMP/$p"
	named $p "$p"
done

# stripped: module and offset; with its debug file beside it: names
objcopy --only-keep-debug "$TMP/pie" "$TMP/bare.debug"
cp "$TMP/pie" "$TMP/bare" && strip "$TMP/bare"
report "$TMP/bare"
offset bare "$TMP/pie" stripped
(cd "$TMP" && objcopy --add-gnu-debuglink=bare.debug bare)
report "$TMP/bare"
named bare "debug link"

# removed, replaced by another program: it is still the one that runs
cp "$TMP/pie" "$TMP/gone"
report "$TMP/gone" remove
named gone removed
cp "$TMP/pie" "$TMP/gone"
cp "$TMP/nopie" "$TMP/other"
report "$TMP/gone" replace "$TMP/other"
named gone replaced

# without a build-id the file's first bytes are compared
g++ -O1 -g -Wl,--build-id=none -o "$TMP/noid" "$TMP/p.cc" || fail "g++"
report "$TMP/noid"
named noid "no build-id"
cp "$TMP/noid" "$TMP/gone"
cp "$TMP/pie" "$TMP/other"
report "$TMP/gone" replace "$TMP/other"
named gone "no build-id, replaced"

# a library that was replaced: its own offset and build-id, no wrong names
cat >"$TMP/lib.c" <<'EOF'
#include <stdlib.h>
void pad(void);
PAD
void twice_in_lib(void) { void *volatile p = malloc(50); free(p); free(p); pad(); }
void pad(void) { __asm__ volatile(""); }
EOF
cat >"$TMP/user.c" <<'EOF'
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	void *lib = dlopen(argv[1], RTLD_NOW);
	void (*f)(void) = lib ? (void (*)(void))dlsym(lib, "twice_in_lib") : abort;

	if (argc > 2 && rename(argv[2], argv[1]))
		return 1;
	f();
	puts("went on");
	return 0;
}
EOF
library() {
	sed "s/^PAD/$2/" "$TMP/lib.c" >"$TMP/lib2.c"
	"$CC" -O1 -shared -fPIC -Wl,--build-id=sha1 -o "$TMP/$1" "$TMP/lib2.c" || fail "cc"
}
library old.so ''
library new.so 'int other(int x) { return x * 3; } int more(int x) { return x * 5; }'
"$CC" -O1 -o "$TMP/user" "$TMP/user.c" -ldl || fail "cc"
cp "$TMP/old.so" "$TMP/lib.so"
(cd "$TMP" && report ./user ./lib.so; exit $failed) || failed=1
grep -Eq '  twice_in_lib\+0x[0-9a-f]+/0x[0-9a-f]+ \[lib.so\]$' "$TMP/err" || fail "lib: $(cat "$TMP/err")"
id=$(readelf -n "$TMP/old.so" | sed -n 's/.*Build ID: //p')
(cd "$TMP" && report ./user ./lib.so new.so; exit $failed) || failed=1
grep -Eq "  lib.so\+0x[0-9a-f]+ \($id\)\$" "$TMP/err" || fail "replaced: $(cat "$TMP/err")"

# without libelf
mkdir "$TMP/nolib"
echo no library >"$TMP/nolib/libelf.so.1"
expect 0 env KMEMU_OPTIONS="profile=audit context=off" LD_LIBRARY_PATH="$TMP/nolib" LD_PRELOAD="$KMEMU_LIB" "$TMP/pie"
offset pie "$TMP/pie" "no libelf"

# in a handler, where nothing was read before; also in a thread that is new to libelf
for how in handler altstack thread; do
	report "$TMP/pie" $how
	named pie $how
done
# on an alternate stack with no room to read a file, which is done on another one; where
# there is none (the plain-C build) it is not told
if [ "${BUILDDIR%generic}" = "$BUILDDIR" ]; then
	report "$TMP/pie" altstack-small
	named pie altstack-small
fi
# a handler that interrupted the loader calls it no more: a name or an offset
report "$TMP/pie" loader
grep -Eq "^\[ *[0-9.]+\]  ($drop \[pie\]|pie\+0x[0-9a-f]+ \([0-9a-f]{40}\))\$" "$TMP/err" ||
	fail "loader: $(cat "$TMP/err")"
done_ok
