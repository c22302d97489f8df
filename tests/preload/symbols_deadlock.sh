#!/bin/sh
# A finding while the loader's lock is held by a thread that waits for the one
# with the finding: the report must not wait for it. Nor when the finding is
# made in the middle of the loader, in a fork's child, or by threads at once.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
cat >"$TMP/lib.c" <<'EOF'
#include <pthread.h>
#include <stdlib.h>
static void *twice(void *arg)
{
	void *volatile p = malloc(40);
	free(p);
	free(p);
	return arg;
}
__attribute__((constructor)) static void begin(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, twice, NULL);
	pthread_join(thread, NULL);
}
EOF
cat >"$TMP/user.c" <<'EOF'
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void *twice(void *arg)
{
	void *volatile p = malloc(50);
	free(p);
	free(p);
	return arg;
}
static void *busy(void *arg)
{
	for (;;)
		dlclose(dlopen(arg, RTLD_NOW));
	return arg;
}
int main(int argc, char **argv)
{
	pthread_t thread[4];
	int status = 0;
	switch (argc > 2 ? *argv[2] : 'c') {
	case 'c': /* constructor */
		if (!dlopen(argv[1], RTLD_NOW))
			return 1;
		break;
	case 't': /* threads */
		for (int i = 0; i < 4; i++)
			pthread_create(&thread[i], NULL, twice, NULL);
		for (int i = 0; i < 4; i++)
			pthread_join(thread[i], NULL);
		break;
	case 'f': /* fork, while another thread is in the loader */
		pthread_create(&thread[0], NULL, busy, "libm.so.6");
		for (int i = 0; i < 20; i++) {
			pid_t pid = fork();
			if (!pid) {
				alarm(20);
				twice(NULL);
				_exit(0);
			}
			if (waitpid(pid, &status, 0) != pid || status)
				return 2;
		}
	}
	puts("went on");
	return 0;
}
EOF
"$CC" -O1 -shared -fPIC -pthread -o "$TMP/lib.so" "$TMP/lib.c" &&
	"$CC" -O1 -pthread -o "$TMP/user" "$TMP/user.c" -ldl || fail "cc"
for how in constructor threads fork; do
	expect 0 env KMEMU_OPTIONS=profile=audit LD_PRELOAD="$KMEMU_LIB" "$TMP/user" "$TMP/lib.so" $how
	grep -q 'went on' "$TMP/out" || fail "$how: did not go on"
	grep -Eq '  (twice\+0x[0-9a-f]+/0x[0-9a-f]+ \[(user|lib.so)\]|(user|lib.so)\+0x[0-9a-f]+ \([0-9a-f]{40}\))$' \
		"$TMP/err" || fail "$how: $(cat "$TMP/err")"
done
done_ok
