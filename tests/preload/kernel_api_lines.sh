#!/bin/sh
# A finding in an inline function of the kernel's API, or of C++'s library, has the
# line of its caller.
# run: timeout=120
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/hello.c" <<'C'
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static char *name;

static int __init hello_init(void)
{
	spin_lock(&lock);
	name = kmalloc(100, GFP_KERNEL); /* line 11 */
	spin_unlock(&lock);
	return name ? 0 : -ENOMEM;
}

static void __exit hello_exit(void)
{
	kfree(name);
}

module_init(hello_init);
module_exit(hello_exit);
C
build=${KMEMU_LIB%/*}
for flags in -O0 -O2; do
	cc -g $flags -Wall -Wextra -Werror -I"$SRCDIR/../../include" -o "$TMP/hello" "$TMP/hello.c" \
		"$build/libkmemu.so" "$build/libkmemu.a" -Wl,-rpath,"$build" -pthread ||
		fail "$flags does not compile"
	expect 0 "$K" run "$TMP/hello"
	verdict findings=1
	grep -q "^kmemu: sleep-in-atomic-.* at hello_init.*hello\.c:11)" "$TMP/err" ||
		fail "$flags: $(grep '^kmemu: ' "$TMP/err")"
done
# The same of C++'s library, whose functions call each other, all inlined.
cat >"$TMP/lines.cc" <<'C'
#include <memory>
#include <vector>
int main(int argc, char **)
{
	std::vector<int> *volatile v = new std::vector<int>(100);
	std::unique_ptr<std::vector<int>> once(v), twice(v);
	once.reset();
	v = new std::vector<int>(100);
	v->~vector();
	v->~vector(); // line 10
	twice.release();
	return argc - 1;
}
C
have g++ || done_ok
g++ -g -O2 -w -fno-builtin -fno-lifetime-dse -o "$TMP/lines" "$TMP/lines.cc" || done_ok
expect 0 "$K" run "$TMP/lines"
verdict findings=1
grep -q "^kmemu: double-free-.* at main.*lines\.cc:10)" "$TMP/err" ||
	fail "lines.cc: $(grep '^kmemu: ' "$TMP/err")"
done_ok
