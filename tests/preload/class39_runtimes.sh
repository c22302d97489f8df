#!/bin/sh
# Class 39: run-times and programs with habits of their own, each only where it
# is installed: same output, same status, nothing on standard error.
# run: timeout=120
. "$SRCDIR/lib.sh"
# It defines libc's names itself; any options may be on.
own=$TESTDIR/class39_own_names
same "$own"
for options in context=warn context.locks=spin+mutex contig=warn profile=audit; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options" KMEMU_LOG="$TMP/log" "$own"
done
try() {
	have "$1" && same "$@"
}
cd "$TMP" || exit 1
echo 'int main(void) { return 0; }' >small.c
try python3 -c 'import json,re,threading; print(len(json.dumps(list(range(50000)))))'
PYTHONMALLOC=malloc
export PYTHONMALLOC
try python3 -c 'd={i: str(i) for i in range(50000)}; print(sum(map(len, d.values())))'
unset PYTHONMALLOC
try perl -e 'my %h = map { $_ => "x" x $_ } 1..2000; print scalar(keys %h), "\n"'
try bash -c 'for i in {1..2000}; do x+=$i; done; echo ${#x}'
try gcc -O2 -c -o small.o small.c
try g++ -O2 -x c++ -c -o small.o small.c
try git --version
try sqlite3 :memory: 'create table t(a); insert into t values(1),(2); select sum(a) from t;'
try node -e 'console.log([...Array(50000).keys()].map(String).join("").length)'
try java -version
try emacs --batch --eval '(princ (length (make-string 100000 ?x)))'
try man -P cat ls
try awk 'BEGIN { for (i = 0; i < 50000; i++) a[i] = i; print length(a) }'
try sort --parallel=2 /etc/services
try find /usr/include -name '*.h' -newer /etc/passwd
try tar cf - small.c
[ "$(id -u)" = 0 ] && [ -x /usr/sbin/sshd ] && [ -d /run/sshd ] && same /usr/sbin/sshd -T
done_ok
