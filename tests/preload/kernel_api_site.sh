#!/bin/sh
# run: timeout=120
# What the allocator finds is the program's call, by file and line, not a function of ours
# and not main; two mistakes are two findings. The words are the kernel's.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/site.c" <<'C'
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

static void nothing(void *p) { }
static noinline void dma32(void) { kfree(kmalloc(100, GFP_KERNEL | __GFP_DMA32)); }
static noinline void highmem(void) { kfree(kmalloc(3000, GFP_KERNEL | __GFP_HIGHMEM)); }
static noinline void order(void) { alloc_pages(GFP_KERNEL, MAX_PAGE_ORDER + 1); }
static noinline void zero(void)
{
	struct kmem_cache *c = kmem_cache_create("zero", 10, 3, 0, nothing);

	kmem_cache_free(c, kmem_cache_alloc(c, GFP_KERNEL | __GFP_ZERO));
	kmem_cache_destroy(c);
}
static noinline void empty(void) { vmalloc(0); }
static noinline void area(void *v) { if (krealloc(v, 300, GFP_KERNEL)) vfree(v); }
static noinline void freed(void *p) { kfree(p); if (krealloc(p, 300, GFP_KERNEL)) kfree(p); }
static noinline void unmap(void *p) { vunmap(p); kfree(p); }
static noinline void percpu(void *p) { free_percpu((void __percpu *)p); kfree(p); }
static noinline void twice(void)
{
	kmem_cache_create("twice", 10, 0, SLAB_NO_MERGE, NULL);
	kmem_cache_create("twice", 10, 0, SLAB_NO_MERGE, NULL);
}
static int panics;
module_param(panics, int, 0);
static int __init site_init(void)
{
	if (panics)
		kmem_cache_create("panics", 10, 24, SLAB_PANIC, NULL);
	dma32();
	highmem();
	order();
	zero();
	empty();
	area(vmalloc(100));
	freed(kmalloc(100, GFP_KERNEL));
	unmap(kmalloc(100, GFP_KERNEL));
	percpu(kmalloc(100, GFP_KERNEL));
	twice();
	return 0;
}
module_init(site_init);
C
for cc in "gcc -O0" "gcc -O2" "clang -O1"; do
	have "${cc%% *}" || continue
	$cc -g -w -fno-optimize-sibling-calls -Iinclude -o "$TMP/site" "$TMP/site.c" \
		"$BUILDDIR/libkmemu.a" -pthread || fail "$cc: does not compile"
	expect 0 "$K" run "$TMP/site"
	for place in dma32:9 highmem:10 order:11 zero:16 empty:19 area:20 freed:21 unmap:22 \
		percpu:23 twice:27; do
		lines 1 "$TMP/err" "^kmemu: [a-z-]*-[0-9a-f]* at ${place%:*}\\+.*/site.c:${place#*:}\\)"
	done
	lines 1 "$TMP/err" '^kmemu: verdict: findings=10$'
	lines 1 "$TMP/err" '\] Unexpected gfp: 0x4 \(GFP_DMA32\). Fixing up to gfp: 0xcc0 \(GFP_KERNEL\). '
	lines 1 "$TMP/err" '\] Trying to vunmap\(\) nonexistent vm area \('
	lines 1 "$TMP/err" "\\] kmem_cache of name 'twice' already exists\$"
	lines 0 "$TMP/err" '\(null\)'
	expect 134 "$TMP/site" panics=1
	lines 1 "$TMP/err" "syncing: __kmem_cache_create_args: Failed to create slab 'panics'. Error -22\$"
done
done_ok
