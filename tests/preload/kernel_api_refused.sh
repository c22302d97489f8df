#!/bin/sh
# run: timeout=120
# No compiler warns of a request that the allocator refuses at run time, nor of a count
# of parameters that is an int, as in the kernel (-Wno-pointer-sign); the program's
# status is its init's, and words of the command line are its parameters.
. "$SRCDIR/lib.sh"
cat >"$TMP/refused.c" <<'C'
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static int numbers[4], nr;
module_param_array(numbers, int, &nr, 0);

static int __init refused_init(void)
{
	const void *p[] = {
		kmalloc(SIZE_MAX, GFP_KERNEL | __GFP_NOWARN),
		kzalloc(SIZE_MAX / 2, GFP_KERNEL | __GFP_NOWARN),
		kmalloc(1UL << 40, GFP_KERNEL | __GFP_NOWARN),
		kmalloc_array(SIZE_MAX, SIZE_MAX, GFP_KERNEL),
		kcalloc(SIZE_MAX, 8, GFP_KERNEL),
		vmalloc(SIZE_MAX),
		vzalloc(1UL << 62),
		kvmalloc(SIZE_MAX, GFP_KERNEL | __GFP_NOWARN),
		krealloc(NULL, SIZE_MAX, GFP_KERNEL | __GFP_NOWARN),
		alloc_pages_exact(SIZE_MAX, GFP_KERNEL | __GFP_NOWARN),
		kmemdup("x", SIZE_MAX, GFP_KERNEL | __GFP_NOWARN),
		kmemdup_nul("x", SIZE_MAX / 2, GFP_KERNEL | __GFP_NOWARN),
		kvmemdup("x", SIZE_MAX, GFP_KERNEL | __GFP_NOWARN),
		(void *)__get_free_pages(GFP_KERNEL | __GFP_NOWARN, 40),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(p); i++)
		if (p[i])
			return -EINVAL;
	return nr == 2 && numbers[1] == 2 ? 0 : -ERANGE;
}
module_init(refused_init);
C
for cc in "gcc -O0" "gcc -O2" "gcc -O3" "clang -O0" "clang -O2"; do
	have "${cc%% *}" || continue
	$cc -Wall -Wextra -Werror -Iinclude -o "$TMP/refused" "$TMP/refused.c" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
		fail "$cc: $(head -n 3 "$TMP/cc")"
	expect 0 "$TMP/refused" numbers=1,2
	expect 1 "$TMP/refused" numbers=1
	expect 2 "$TMP/refused" numbers=1,x
done
done_ok
