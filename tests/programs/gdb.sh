#!/bin/bash
# gdb --batch: reads symbols (large blocks, C++ demangling, python), and, where
# ptrace is allowed, runs a program that is preloaded too.
. "$(dirname "$0")/lib.sh"
need gdb gcc

gcc -g -O0 -pthread -x c -o "$IN/prog" - <<'END' || fail "the program does not build"
#include <stdio.h>
#include <stdlib.h>
struct node { int v; struct node *next; } *head;
static void push(int v) { struct node *n = malloc(sizeof(*n)); n->v = v; n->next = head; head = n; }
static void done(void) { puts("done"); }
int main(void) { for (int i = 0; i < 10; i++) push(i); done(); return 3; }
END

quiet="-nx -batch -iex set\ debuginfod\ enabled\ off"
static() {
	eval gdb "$quiet" -ex "'info line push'" -ex "'ptype struct node'" \
		-ex "'info functions ^push'" -ex "'disassemble /s push'" \
		-ex "'python print(len(list(map(str, range(10000)))))'" "$IN/prog"
}
compare static

# The inferior's addresses and process id are the run's own.
mask() { sed -e 's/0x[0-9a-f]*/ADDR/g' -e 's/process [0-9]*/process N/'; }
dynamic() {
	eval gdb "$quiet" -ex "'break done'" -ex run -ex bt -ex "'print *head->next'" \
		-ex "'print head->next->next->v'" -ex continue "$IN/prog" 2>&1 |
		grep -v -e '^$' -e 'libthread_db' | mask
}
if gdb -nx -batch -ex run /bin/true 2>&1 | grep -q 'exited normally'; then
	compare dynamic
fi
