#!/bin/sh
# --gen-suppressions: what it prints, pasted, hides exactly what was found, also
# of C++ names with operators, blanks and no end; one rule for one place.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have "${CXX:-c++}" || skip "no C++ compiler"
cat >"$TMP/ops.cpp" <<'C'
#include <cstdlib>
#include <map>
#include <string>
#define NOINLINE __attribute__((noinline))
struct V {
	void *p;
	NOINLINE V &operator*() { free(p); asm volatile(""); return *this; }
	NOINLINE void *operator()(int) { free((char *)p + 8); asm volatile(""); return p; }
	NOINLINE operator bool() { p = realloc((char *)p + 4, 10); asm volatile(""); return p; }
};
namespace {
template <class K, class... T> NOINLINE void many(K k, T...) { delete k; asm volatile(""); }
}
int main()
{
	V v{malloc(40)}, w{malloc(80)};
	auto *m = new std::map<std::string, std::map<std::string, std::string>>;
	auto l = [](void *q) { free(q); asm volatile(""); };

	*v;
	*v;
	w(1);
	(bool)w;
	many(m, 1, 2.0, 'c');
	many(m, 1, 2.0, 'c');
	l((char *)malloc(9) + 1);
	l((char *)malloc(9) + 1);
	l((char *)malloc(9) + 1);
	return 0;
}
C
"${CXX:-c++}" -g -O1 -w -fno-builtin -o "$TMP/ops" "$TMP/ops.cpp" || skip "no C++ compiler that works"
expect 0 "$K" --gen-suppressions "$TMP/ops"
verdict findings=7
sed -n '/^# [a-z-]*-[0-9a-f]\{16\}$/p; /^[a-z-]* {$/,/^}$/p' "$TMP/err" >"$TMP/supp"
lines 7 "$TMP/supp" '^# '
lines 5 "$TMP/supp" '\{$'
expect 0 "$K" -o suppress="$TMP/supp" "$TMP/ops"
verdict clean
grep -q 'without use' "$TMP/err" && fail "a rule has no use: $(cat "$TMP/err")"
lines 1 "$TMP/err" '^kmemu: suppressed: 7$'
# Each rule has its finding.
for word in 'operator*' 'operator()' 'operator bool' 'many<'; do
	awk -v word="$word" '{ rule = rule $0 "\n" }
		/^}$/ { if (!index(rule, word)) printf "%s", rule; rule = "" }' \
		"$TMP/supp" >"$TMP/less"
	expect 0 "$K" -o suppress="$TMP/less" "$TMP/ops"
	verdict findings=1
done
done_ok
