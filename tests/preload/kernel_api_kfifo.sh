#!/bin/sh
# <linux/kfifo.h>: by gcc and clang, with contexts checked and nothing left over; what an
# element is not, and a result that nobody looks at, the compiler says; an allocation that
# may sleep under a lock, and a copy to the user there, are told.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_kfifo"
each_compiler tests/preload/kernel_api_kfifo.c quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count

# refused TEXT LINE: the compiler's words about that line of a function.
refused() {
	printf '#include <linux/kfifo.h>\nstatic DEFINE_KFIFO(f, int, 8);\nstatic struct kfifo k;\n%s\n' \
		"int g(long *p); int g(long *p) { (void)f; (void)k; (void)p; $2 return 0; }" >"$TMP/bad.c"
	${CC:-cc} -Wall -Werror -Iinclude -c "$TMP/bad.c" -o "$TMP/bad.o" 2>"$TMP/cc" &&
		fail "compiled: $2"
	grep -q "$1" "$TMP/cc" || fail "$2: $(cat "$TMP/cc")"
}
refused 'incompatible' '(void)kfifo_in(&f, p, 1);'
refused 'incompatible' 'if (kfifo_get(&f, p)) return 1;'
refused 'unused.result' 'kfifo_alloc(&k, 8, GFP_KERNEL);'
refused 'unused.result' 'int i; kfifo_get(&f, &i);'
refused 'size\|negative' 'DECLARE_KFIFO(odd, int, 6); (void)odd;'

cat >"$TMP/atomic.c" <<'C'
#include <linux/kfifo.h>
#include <linux/module.h>
static DEFINE_SPINLOCK(lock);
static int __init atomic_init(void)
{
	struct kfifo fifo;
	unsigned int n;
	char c = 'c';

	spin_lock(&lock);
	if (!kfifo_alloc(&fifo, 16, GFP_KERNEL) && !kfifo_from_user(&fifo, &c, 1, &n) && n == 1)
		kfifo_free(&fifo);
	spin_unlock(&lock);
	return 0;
}
module_init(atomic_init);
C
${CC:-cc} -g -Wall -Iinclude "$TMP/atomic.c" -o "$TMP/atomic" "$BUILDDIR/libkmemu.a" -pthread
expect 0 env KMEMU_CONTEXT=warn "$TMP/atomic"
grep -q 'kfifo_alloc' "$TMP/err" || fail "kfifo_alloc: $(cat "$TMP/err")"
grep -q 'kfifo_from_user' "$TMP/err" || fail "kfifo_from_user: $(cat "$TMP/err")"
done_ok
