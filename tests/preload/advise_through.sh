#!/bin/sh
# kmemu advise: whose call it is. Libraries that act for their caller are looked
# through (operator new, strings that grow), functions of the program's own where it is
# said (--through); what libc allocates for itself is told with -a only.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
CXX=${CXX:-c++}
have "$CXX" || skip "no C++ compiler"
cat >"$TMP/cxx.cc" <<'C'
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>
#define SITE __attribute__((noinline)) static
SITE void by_new() { int *volatile p = new int[25]; delete[] p; }
SITE void by_string(std::string &s) { s.append(1000, 'x'); }
SITE void *xmalloc(size_t n) { void *volatile p = malloc(n); return p; }
SITE void *my_alloc(size_t n) { void *volatile p = xmalloc(n); return p; }
SITE void first() { void *volatile p = my_alloc(24); free(p); }
SITE void second() { void *volatile p = my_alloc(600); free(p); }
int main()
{
	std::string s;
	for (int i = 0; i < 5; i++)
		by_new();
	for (int i = 0; i < 3; i++)
		by_string(s);
	first();
	second();
	std::puts("out");
	return 0;
}
C
"$CXX" -g -O1 -w -o "$TMP/cxx" "$TMP/cxx.cc" || skip "no C++ compiler"
cd "$TMP" || exit 1
expect 0 "$K" advise -v ./cxx
[ "$(cat "$TMP/out")" = out ] || fail "the program's output: $(cat "$TMP/out")"
lines 1 "$TMP/err" '^kmemu: cxx.cc:6: by_new \[cxx\]: operator new.* -> kmalloc\(GFP_KERNEL\): '
lines 1 "$TMP/err" '^kmemu:   5 calls, 100 bytes each, alive at most 1 '
# Its line is that of the header whose append was inlined.
lines 1 "$TMP/err" '^kmemu: .*:[0-9]+: by_string \[cxx\]: std::.*string.* -> kmalloc\(GFP_KERNEL\): '
lines 1 "$TMP/err" '^kmemu: cxx.cc:21: main \[cxx\]: puts -> kmalloc' # puts: its buffer, asked for by main
lines 1 "$TMP/err" ': xmalloc \[cxx\]: malloc -> '
lines 0 "$TMP/err" ': (first|second) '

expect 0 "$K" advise -v --through='xmalloc,my_*' ./cxx
lines 0 "$TMP/err" ': (xmalloc|my_alloc) \[cxx'
lines 1 "$TMP/err" '^kmemu: cxx.cc:10: first \[cxx\]: my_alloc -> kmalloc\(GFP_KERNEL\): '
lines 1 "$TMP/err" '^kmemu: cxx.cc:11: second \[cxx\]: my_alloc -> kmalloc\(GFP_KERNEL\): '
lines 1 "$TMP/err" '1 call, 600 bytes each'

expect 0 "$K" advise ./cxx
own=$(sed -n "s/.*libc's own \([0-9]*\) (-a)\$/\1/p" "$TMP/err")
expect 0 "$K" advise -a -q --module='lib*' ./cxx
[ "$(grep -c . "$TMP/err")" -eq "${own:-0}" ] || fail "-a: not $own: $(cat "$TMP/err")"
done_ok
