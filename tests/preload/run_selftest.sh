#!/bin/sh
# kmemu selftest: all is well here; a library that serves nobody, or one that
# looks at nothing, is found out; the user's settings have no say.
. "$SRCDIR/lib.sh"
kmemu=$BUILDDIR/kmemu
expect 0 "$kmemu" selftest
lines 1 "$TMP/out" '^selftest: all [0-9]+ ok$'
lines 0 "$TMP/out" 'FAILED'
[ ! -s "$TMP/err" ] || fail "standard error: $(head -n 3 "$TMP/err")"
expect 0 env KMEMU_INVALID_FREE=off KMEMU_OPTIONS="large=off bad" KMEMU_CONFIG=/none \
	"$kmemu" selftest
lines 1 "$TMP/out" '^selftest: all [0-9]+ ok$'
expect 125 "$kmemu" selftest too much
expect 125 "$kmemu" selftest --nothing
expect 0 "$kmemu" selftest --help
# A library in its place that does nothing.
cp "$kmemu" "$TMP/kmemu"
echo 'int nothing;' >"$TMP/nothing.c"
"$CC" -shared -o "$TMP/libkmemu.so" "$TMP/nothing.c" || skip "no C compiler"
expect 1 "$TMP/kmemu" selftest
lines 0 "$TMP/out" '^ok'
# One whose malloc is another's: a preload before it.
cat >"$TMP/other.c" <<'EOF'
#include <stddef.h>
static char pool[1 << 26] __attribute__((aligned(16)));
static size_t used;
void *malloc(size_t n)
{
	n = (n + 31) & ~(size_t)15;
	used += n;
	*(size_t *)(pool + used - n) = n;
	return used > sizeof(pool) ? NULL : pool + used - n + 16;
}
void free(void *p) { (void)p; }
EOF
"$CC" -shared -fPIC -fno-builtin -O1 -o "$TMP/other.so" "$TMP/other.c" || fail "other.c"
rm "$TMP/libkmemu.so"
"$CC" -shared -o "$TMP/libkmemu.so" -Wl,--no-as-needed "$TMP/other.so" "$KMEMU_LIB" \
	-Wl,-rpath,"$TMP:${KMEMU_LIB%/*}" -x c "$TMP/nothing.c" || fail "linking"
expect 1 "$TMP/kmemu" selftest
lines 1 "$TMP/out" '^FAILED +interception'
done_ok
