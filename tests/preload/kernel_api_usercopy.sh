#!/bin/sh
# Copies of kernel code from and to user space stay in what their cache says may be copied,
# in the object, the block, the area; constants are not looked at, as in the kernel.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/copies.c" <<'C'
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

static char *what = "";
module_param(what, charp, 0);
static volatile unsigned long n16 = 16, n64 = 64, n100 = 100, n5000 = 5000;
static char user[16384];

static void put(const void *from, unsigned long n)
{
	pr_info("%s %lu\n", what, copy_to_user(user, from, n)); /* HERE put */
}

static void get(void *to, unsigned long n)
{
	pr_info("%s %lu\n", what, copy_from_user(to, user, n)); /* HERE get */
}

/* 0: all of it. */
static void put_iter(const void *from, unsigned long n)
{
	struct iov_iter iter;

	iov_iter_ubuf(&iter, ITER_DEST, user, n);
	pr_info("%s %lu\n", what, n - copy_to_iter(from, n, &iter)); /* HERE put_iter */
}

static void of_cache(unsigned int offset, unsigned int size)
{
	struct kmem_cache *cache = kmem_cache_create_usercopy("region", 128, 0, 0, offset, size,
							      NULL);
	char *p = kmem_cache_zalloc(cache, GFP_KERNEL);

	if (!strcmp(what, "region"))
		put(p + 32, n16);
	else if (!strcmp(what, "region-before"))
		put(p, n64);
	else if (!strcmp(what, "region-behind"))
		get(p + 40, n16);
	else if (!strcmp(what, "no-region"))
		put(p, n16);
	else if (!strcmp(what, "iter-no-region"))
		put_iter(p, n16);
	else if (!strcmp(what, "iter-no-region-constant")) {
		struct iov_iter iter;

		iov_iter_ubuf(&iter, ITER_DEST, user, 64);
		if (copy_to_iter(p, 64, &iter) != 64)
			pr_err("not copied\n");
	} else if (copy_to_user(user, p, 64)) /* a constant */
		pr_err("not copied\n");
	kmem_cache_free(cache, p);
	kmem_cache_destroy(cache);
}

static noinline void known(void)
{
	char buf[16] = "";

	pr_info("%s %lu\n", what, copy_to_user(user, buf, n100)); /* HERE known */
}

static int __init copies_init(void)
{
	struct page *plain = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP, 0);
	struct page *two = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP, 1);
	char *p = kzalloc(64, GFP_KERNEL), *large = kzalloc(3 << 13, GFP_KERNEL);
	char *area = vzalloc(4096);

	of_cache(strstr(what, "no-region") ? 0 : 32, strstr(what, "no-region") ? 0 : 16);
	if (!strcmp(what, "object"))
		get(p, n64);
	else if (!strcmp(what, "object-beyond"))
		get(p, n100 - 35);
	else if (!strcmp(what, "object-inside"))
		put(p + 60, n16);
	else if (!strcmp(what, "pages"))
		put(page_address(plain), n5000 * 2 - 5000);
	else if (!strcmp(what, "pages-beyond"))
		put((char *)page_address(two) + 4096, n5000);
	else if (!strcmp(what, "large-beyond"))
		put(large + 32000, n5000);
	else if (!strcmp(what, "area-beyond"))
		put(area + 4000, n5000);
	else if (!strcmp(what, "known"))
		known();
	kfree(p);
	kfree(large);
	vfree(area);
	__free_pages(plain, 1);
	__free_page(block);
	__free_pages(two, 1);
	return 0;
}
module_init(copies_init);
MODULE_LICENSE("Dual MIT/GPL");
C
# told WHERE WHAT TEXT
told() {
	for policy in warn fail; do
		expect 0 env KMEMU_USERCOPY=$policy "$K" "$TMP/copies" "what=$2"
		lines 1 "$TMP/err" "usercopy: Kernel memory $3!\$"
		n=$(grep -n "HERE $1 " "$TMP/copies.c" | cut -d: -f1)
		lines 1 "$TMP/err" "^kmemu: usercopy-[0-9a-f]{16} .*/copies\\.c:$n\\)"
		[ $policy = warn ] || lines 0 "$TMP/err" "\\] $2 0\$"
	done
}
for opt in -O0 -O2; do
	cc -g $opt -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="copies"' -o "$TMP/copies" \
		"$TMP/copies.c" "$BUILDDIR/libkmemu.a" -pthread || { fail "it does not compile"; done_ok; }
	exposes='exposure attempt detected from' writes='overwrite attempt detected to'
	told put region-before "$exposes SLUB object 'region' \(offset 0, size 64\)"
	told get region-behind "$writes SLUB object 'region' \(offset 40, size 16\)"
	told put no-region "$exposes SLUB object 'region' \(offset 0, size 16\)"
	told put_iter iter-no-region "$exposes SLUB object 'region' \(offset 0, size 16\)"
	told get object-beyond "$writes SLUB object 'kmalloc-64' \(offset 0, size 65\)"
	told put object-inside "$exposes SLUB object 'kmalloc-64' \(offset 60, size 16\)"
	told put pages-beyond "$exposes page alloc \(offset 4096, size 5000\)"
	told put large-beyond "$exposes page alloc \(offset 32000, size 5000\)"
	told put area-beyond "$exposes vmalloc \(offset 4000, size 5000\)"
	for silent in region region-constant no-region-constant iter-no-region-constant object pages; do
		expect 0 "$K" "$TMP/copies" "what=$silent"
		lines 1 "$TMP/err" '^kmemu: verdict: clean'
		lines 0 "$TMP/err" 'not copied'
	done
	expect 0 env KMEMU_USERCOPY=off "$K" "$TMP/copies" what=no-region
	lines 0 "$TMP/err" 'usercopy: '
done
# What the compiler knows the end of, with optimization.
expect 0 "$K" "$TMP/copies" what=known
lines 1 "$TMP/err" 'Buffer overflow detected \(16 < 100\)!$'
lines 1 "$TMP/err" '\] known 100$'
done_ok
