// env: KMEMU_CONTEXT=fail KMEMU_LOG=/dev/null
/*
 * Guards of <kmemu/annotate.h>: a scope that is left, by an exception too, is over. (The
 * exception is allocated in it, and that is a finding: hence the log.)
 * (Passes on plain libc as well: nothing fails there.)
 */
#include "include/kmemu/annotate.h"
#include "check.h"

static int lock;

template <class Scope> static void thrown(const void *what)
{
	try {
		Scope guard(what);
		throw 1;
	} catch (int) {
	}
	void *p = malloc(100);
	CHECK(p);
	free(p);
}

int main()
{
	thrown<kmemu::spin_locked>(&lock);
	thrown<kmemu::atomic_scope>(&lock);
	thrown<kmemu::hardirq_scope>(nullptr);
	thrown<kmemu::softirq_scope>(nullptr);
	thrown<kmemu::non_block_scope>(nullptr);
	{
		kmemu::hardirq_scope irq;
		kmemu::ignore_scope known;
		void *p = malloc(100);
		CHECK(p);
		free(p);
	}
	return 0;
}
