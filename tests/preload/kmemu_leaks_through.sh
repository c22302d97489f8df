#!/bin/sh
# -v: a block alive at exit that a library allocated for the program (operator
# new, strdup, g_malloc) is the program's, at the line that asked. What a
# library keeps for itself is the line's that called it.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have c++ || skip "no C++ compiler"
cat >"$TMP/leaks.cc" <<'C'
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <thread>
#include <vector>
#define APART __attribute__((noinline)) static
volatile char *kept[64];
int *early = new int[300];
APART void object(int i)
{
	kept[i] = new char[600];
}
APART void copy(const char *s)
{
	kept[10] = strdup(s);
}
APART void text(const char *s)
{
	auto *t = new std::string();
	t->append(s).append(s);
	kept[11] = (char *)t;
}
APART void glib()
{
	void *h = dlopen("libglib-2.0.so.0", RTLD_NOW);
	auto g = h ? (void *(*)(unsigned long))dlsym(h, "g_malloc") : malloc;
	kept[12] = (char *)g(20000);
}
APART void own()
{
	kept[13] = (char *)malloc(7000);
}
int main()
{
	std::string s(2500, 'x');
	for (int i = 0; i < 5; i++)
		object(i);
	copy(s.c_str());
	text(s.c_str());
	glib();
	std::thread(own).join();
}
C
c++ -std=c++17 -g -O1 -w -fno-builtin -o "$TMP/leaks" "$TMP/leaks.cc" -ldl -pthread ||
	skip "the C++ compiler makes no programs"
expect 0 "$K" run -v "$TMP/leaks"
verdict clean
# alive BYTES BLOCKS FUNCTION LINE
alive() {
	lines 1 "$TMP/err" "^kmemu: alive at exit: $1 bytes in $2 from $3\\+0x[0-9a-f]+/0x[0-9a-f]+ \\[leaks\\] \\(.*/leaks\\.cc:$4\\)\$"
}
alive 5120 '5 blocks' 'object.*' 12
alive 4096 '1 block' 'copy.*' 16
alive 8192 '1 block' 'text.*' 21
alive 32768 '1 block' 'glib.*' 28
alive 8192 '1 block' 'own.*' 32
# Allocated before main, by a constructor of the program's.
lines 1 "$TMP/err" 'alive at exit: 2048 bytes in 1 block from .* \[leaks\] \(.*/leaks\.cc:9\)$'
done_ok
