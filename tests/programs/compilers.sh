#!/bin/bash
# gcc and g++ -O2: the object file, the assembly and the program that they make
# are the same to the byte; likewise the messages of a file that is wrong.
. "$(dirname "$0")/lib.sh"
need gcc g++

awk 'BEGIN {
	print "struct s { int a[8]; struct s *next; };"
	for (i = 0; i < 120; i++)
		printf "int f%d(struct s *s, int n)\n{\n\tint r = %d;\n" \
			"\tfor (; s; s = s->next)\n\t\tfor (int i = 0; i < n; i++)\n" \
			"\t\t\tr += s->a[i & 7] * %d ^ (r >> %d);\n\treturn r;\n}\n",
			i, i, i * 7 + 1, i % 13
}' >"$IN/many.c"
cp "$DATA/work.cpp" "$IN/"

compare_tree gcc -O2 -g -Wall -Wextra -c "$IN/many.c" -o many.o
compare_tree gcc -O3 -S "$IN/many.c" -o many.s
if command -v clang >/dev/null; then
	compare_tree clang -O2 -c "$IN/many.c" -o many.o
fi
compare_tree g++ -std=c++17 -O2 -S "$IN/work.cpp" -o work.s
printf 'int f(void) { return undeclared(1) + ; }\n#include "no.h"\n' >"$IN/bad.c"
compare -s 1 gcc -c "$IN/bad.c" -o bad.o
own_file() {
	local f

	for f in core/mm/slub.c core/lib/rbtree.c config/parse.c; do
		[ ! -e "$ROOT/$f" ] || gcc -std=gnu11 -O2 -I"$ROOT" -I"$ROOT/include" \
			-c "$ROOT/$f" -o "$(basename $f).o" || return
	done
}
compare own_file
