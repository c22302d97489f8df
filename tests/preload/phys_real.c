// flags: -ldl -fno-builtin
/*
 * Blocks of 128 KiB, touched, and the machine's own frames behind them: prints
 * how many blocks are one run. The script compares with what kmemu counted.
 * (Asks for kmemu.)
 */
#include <stdio.h>
#include "include/kmemu/phys.h"
#include "kmemu_api.h"

int main(void)
{
	int (*real_runs)(const void *, size_t, struct kmemu_real_runs *) =
		(int (*)(const void *, size_t, struct kmemu_real_runs *))dlsym(RTLD_DEFAULT,
									       "kmemu_real_runs");
	struct kmemu_real_runs r;
	int whole = 0, err = 0;

	CHECK(real_runs);
	for (int i = 0; i < 32; i++) {
		char *p = malloc(131072);

		memset(p, 1, 131072);
		err = real_runs(p, 131072, &r);
		CHECK(r.pages == 32 && (err || r.present == 32));
		whole += !err && r.runs == 1;
	}
	printf("err %d whole %d\n", err, whole);
	return 0;
}
