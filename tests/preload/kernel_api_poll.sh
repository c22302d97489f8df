#!/bin/sh
# <linux/poll.h>: by gcc and clang, with contexts checked; beside libc's <poll.h> and
# <sys/epoll.h>, before and behind it; kmemu_poll() under a spinlock is told.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_poll"
for cc in gcc clang; do
	have $cc || continue
	for order in 'poll.h linux/poll.h sys/epoll.h' 'sys/epoll.h linux/poll.h poll.h'; do
		for h in $order; do echo "#include <$h>"; done >"$TMP/order.c"
		echo 'int e = EPOLLIN | POLLIN | EPOLLNVAL; struct pollfd p; struct epoll_event v;' >>"$TMP/order.c"
		$cc -Wall -Wextra -Werror -Iinclude -c "$TMP/order.c" -o "$TMP/order.o" 2>"$TMP/cc" ||
			fail "$cc, $order: $(head -n 3 "$TMP/cc")"
	done
done
each_compiler tests/preload/kernel_api_poll.c quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count
cat >"$TMP/atomic.c" <<'C'
#include <linux/module.h>
#include <linux/poll.h>
static DEFINE_SPINLOCK(lock);
static int __init atomic_init(void)
{
	static const struct file_operations fops;
	struct file file = { .f_op = &fops };

	spin_lock(&lock);
	kmemu_poll(&file, POLLIN, 0);
	spin_unlock(&lock);
	return 0;
}
module_init(atomic_init);
C
${CC:-cc} -g -Wall -Iinclude "$TMP/atomic.c" -o "$TMP/atomic" "$BUILDDIR/libkmemu.a" -pthread
expect 0 env KMEMU_CONTEXT=warn "$TMP/atomic"
grep -q 'sleeping function.*poll\|poll.*may sleep' "$TMP/err" || fail "poll: $(cat "$TMP/err")"
done_ok
