#!/bin/sh
# run: timeout=240
# What a function of the API does by others of it is the program's call: a finding has its
# line, each call one, and memory that is still there is from it; whichever library, with
# and without names, and also where few frames are kept. A callback of the program's is
# its own.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/atomic.c" <<'C'
#include <linux/cdev.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/dmapool.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/kfifo.h>
#include <linux/kmod.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/list_lru.h>
#include <linux/mempool.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/platform_device.h>
#include <linux/proc_fs.h>
#include <linux/radix-tree.h>
#include <linux/rhashtable.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/sysfs.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

static void nothing(struct device *dev) { }
static struct device dev = { .init_name = "d", .release = nothing };
static struct device dev2 = { .release = nothing };
static const struct file_operations fops;
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "m", .fops = &fops };
static struct cdev cdev;
static const struct bus_type bus = { .name = "b" };
static struct device_driver drv = { .name = "drv", .bus = &bus };
static const struct class class = { .name = "c" };
static struct kobj_type ktype;
static struct kobject kobj;
static DEFINE_SPINLOCK(lock);
static struct attribute attr = { .name = "a", .mode = 0444 };
static struct attribute *attrs[] = { &attr, NULL };
static const struct attribute_group group = { .attrs = attrs };
static DEFINE_IDR(idr);
static RADIX_TREE(tree, GFP_KERNEL);
static int show(struct seq_file *m, void *v) { return 0; }
static struct platform_driver pdrv = { .driver = { .name = "p" } };
static struct rhashtable table;
static const struct rhashtable_params params = { .key_len = 4, .head_offset = 8 };
static struct sg_table sgt;
static struct file file;
static struct list_lru lru;
static irqreturn_t handler(int irq, void *d) { return IRQ_NONE; }
static unsigned int chr;
static struct notifier_block nb;
static BLOCKING_NOTIFIER_HEAD(chain);

static int __init inner_init(void)
{
	struct kmem_cache *cache = kmem_cache_create("c", 10, 0, 0, NULL);
	struct kfifo fifo;
	static char text[100];
	struct iovec iov[2] = { { text, 50 }, { text, 50 } }, *vec = NULL;
	struct iov_iter iter;
	struct page **pages;
	size_t offset;
	void *p;

	cdev_init(&cdev, &fops);
	kobject_init(&kobj, &ktype);
	spin_lock(&lock);
	(void)device_register(&dev); /* HERE */
	(void)dev_set_name(&dev2, "x%d", 1); /* HERE */
	p = debugfs_create_dir("x", NULL); /* HERE */
	p = debugfs_create_file("y", 0444, NULL, NULL, &fops); /* HERE */
	(void)misc_register(&misc); /* HERE */
	(void)cdev_add(&cdev, MKDEV(100, 1), 1); /* HERE */
	p = cdev_alloc(); /* HERE */
	(void)alloc_chrdev_region(&chr, 0, 1, "z"); /* HERE */
	(void)register_chrdev(101, "z", &fops); /* HERE */
	(void)bus_register(&bus); /* HERE */
	(void)driver_register(&drv); /* HERE */
	(void)class_register(&class); /* HERE */
	p = class_create("k"); /* HERE */
	p = device_create(&class, NULL, 7, NULL, "q"); /* HERE */
	p = mempool_create_kmalloc_pool(3, 100); /* HERE */
	p = mempool_create_slab_pool(3, cache); /* HERE */
	p = mempool_create_page_pool(1, 0); /* HERE */
	(void)kobject_set_name(&kobj, "n"); /* HERE */
	p = kobject_create_and_add("o", NULL); /* HERE */
	(void)sysfs_create_group(&kobj, &group); /* HERE */
	(void)sysfs_create_file(&kobj, &attr); /* HERE */
	p = proc_create("pr", 0444, NULL, NULL); /* HERE */
	p = proc_mkdir("pm", NULL); /* HERE */
	(void)idr_alloc(&idr, &idr, 0, 0, GFP_KERNEL); /* HERE */
	(void)radix_tree_insert(&tree, 5000, &tree); /* HERE */
	(void)single_open(&file, show, NULL); /* HERE */
	(void)platform_driver_register(&pdrv); /* HERE */
	p = platform_device_register_simple("ps", 0, NULL, 0); /* HERE */
	(void)rhashtable_init(&table, &params); /* HERE */
	(void)sg_alloc_table(&sgt, 4, GFP_KERNEL); /* HERE */
	p = kstrdup("abc", GFP_KERNEL); /* HERE */
	p = kasprintf(GFP_KERNEL, "%d", 1); /* HERE */
	p = kmemdup("abc", 3, GFP_KERNEL); /* HERE */
	p = kstrdup_quotable("abc", GFP_KERNEL); /* HERE */
	p = devm_kmalloc(&dev, 100, GFP_KERNEL); /* HERE */
	p = devm_kasprintf(&dev, GFP_KERNEL, "%d", 1); /* HERE */
	p = devm_ioremap(&dev, 0xf0000000, 100); /* HERE */
	(void)devm_request_irq(&dev, 5, handler, 0, "i", &dev); /* HERE */
	(void)request_irq(6, handler, 0, "i", &dev); /* HERE */
	(void)kfifo_alloc(&fifo, 64, GFP_KERNEL); /* HERE */
	p = dma_pool_create("p", &dev, 32, 8, 0); /* HERE */
	p = dmam_pool_create("p", &dev, 32, 8, 0); /* HERE */
	p = shrinker_alloc(0, "s"); /* HERE */
	p = alloc_workqueue("w", 0, 0); /* HERE */
	p = kthread_create((int (*)(void *))show, NULL, "t"); /* HERE */
	p = kmem_cache_create("cc", 10, 0, 0, NULL); /* HERE */
	(void)list_lru_init(&lru); /* HERE */
	p = request_mem_region(0xd0000000, 16, "r"); /* HERE */
	(void)blocking_notifier_chain_register(&chain, &nb); /* HERE */
	p = kzalloc(10, GFP_KERNEL); /* HERE */
	(void)import_iovec(ITER_DEST, iov, 2, 1, &vec, &iter); /* HERE */
	(void)iov_iter_zero(100, &iter); /* HERE */
	iov_iter_ubuf(&iter, ITER_DEST, text, 100);
	(void)iov_iter_get_pages_alloc2(&iter, &pages, 10, &offset); /* HERE */
	(void)request_module("m%d", 1); /* HERE */
	device_unregister(&dev); /* HERE */
	spin_unlock(&lock);
	return p ? 0 : 0;
}
module_init(inner_init);
C
cat >"$TMP/flags.c" <<'C'
#include <linux/device.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

static void nothing(struct device *dev) { }
static struct device dev = { .release = nothing };
static struct sg_table sgt;
static DEFINE_XARRAY(xa);
static DEFINE_SPINLOCK(lock);

static int probe(struct platform_device *pdev)
{
	void *p;

	spin_lock(&lock);
	p = kmalloc(10, GFP_KERNEL); /* HERE sleep-in-atomic */
	spin_unlock(&lock);
	kfree(p);
	return 0;
}

static struct platform_driver driver = { .probe = probe, .driver = { .name = "p" } };

static int __init flags_init(void)
{
	struct kmem_cache *cache = kmem_cache_create("tracked", 40, 0, SLAB_STORE_USER, NULL);
	gfp_t bad = GFP_KERNEL | __GFP_DMA32;

	device_initialize(&dev);
	kfree(kasprintf(bad, "%d", 1)); /* HERE gfp-unexpected */
	kfree(kstrdup_quotable("abc", bad)); /* HERE gfp-unexpected */
	(void)devm_kmalloc(&dev, 100, bad); /* HERE gfp-unexpected */
	(void)devm_kasprintf(&dev, bad, "%900d", 1); /* HERE gfp-unexpected */
	(void)sg_alloc_table(&sgt, 4, bad); /* HERE gfp-unexpected */
	(void)mempool_create_node(500, mempool_kmalloc, mempool_kfree, (void *)8L, bad, 0); /* HERE gfp-unexpected */
	(void)mempool_create_slab_pool(3, cache); /* TRACKED */
	kmem_cache_destroy(cache); /* HERE objects-remaining */
	platform_device_register_simple("p", 0, NULL, 0);
	return platform_driver_register(&driver);
}
module_init(flags_init);
C
cat >"$TMP/leaks.c" <<'C'
#include <linux/cdev.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/mempool.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/proc_fs.h>
#include <linux/rhashtable.h>
#include <linux/sysfs.h>
#include <linux/xarray.h>
#include <linux/workqueue.h>
#include <linux/kfifo.h>
#include <linux/scatterlist.h>

static void nothing(struct device *dev) { }
static struct device dev = { .release = nothing };
static const struct file_operations fops;
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "m", .fops = &fops };
static struct cdev cdev;
static const struct class class = { .name = "c" };
static struct kobj_type ktype;
static struct kobject kobj;
static struct attribute attr = { .name = "a", .mode = 0444 };
static struct attribute *attrs[] = { &attr, NULL };
static const struct attribute_group group = { .attrs = attrs };
static struct xarray xa = XARRAY_INIT(xa, 0);
static int show(struct seq_file *m, void *v) { return 0; }
static struct rhashtable table;
static const struct rhashtable_params params = { .key_len = 4, .head_offset = 8 };
static struct file file;
static struct kfifo fifo;
static struct sg_table sgt;

static int part;
module_param(part, int, 0);

static int __init leaks_init(void)
{
	static void *p;

	cdev_init(&cdev, &fops);
	kobject_init(&kobj, &ktype);
	device_initialize(&dev);
	if (part)
		goto part1;
	(void)dev_set_name(&dev, "not of eight bytes %d", 1); /* HERE 0 */
	p = debugfs_create_dir("x", NULL); /* HERE 0 */
	(void)misc_register(&misc); /* HERE 0 */
	(void)cdev_add(&cdev, MKDEV(100, 1), 1); /* HERE 0 */
	p = class_create("k"); /* HERE 0 */
	p = device_create(&class, NULL, 7, NULL, "q"); /* HERE 0 */
	p = mempool_create_kmalloc_pool(3, 100); /* HERE 0 */
	p = kobject_create_and_add("o", NULL); /* HERE 0 */
	(void)sysfs_create_group(&kobj, &group); /* HERE 0 */
	return 0;
part1:
	p = proc_mkdir("pm", NULL); /* HERE 1 */
	p = xa_store(&xa, 5000, &xa, GFP_KERNEL); /* HERE 1 */
	(void)single_open(&file, show, NULL); /* HERE 1 */
	(void)rhashtable_init(&table, &params); /* HERE 1 */
	(void)kfifo_alloc(&fifo, 64, GFP_KERNEL); /* HERE 1 */
	(void)sg_alloc_table(&sgt, 4, GFP_KERNEL); /* HERE 1 */
	return 0;
}
module_init(leaks_init);
C
shared="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
# each PROGRAM KIND: the lines that say HERE, each once, and nothing else
each() {
	for n in $(grep -n "HERE.*$2" "$TMP/$1.c" | cut -d: -f1); do
		[ "$(grep -c "^kmemu: $2-.*/$1\.c:$n)" "$TMP/err")" = 1 ] ||
			fail "$cc: not once at $1.c:$n: $(grep '^kmemu: ' "$TMP/err")"
	done
}
for cc in "gcc -O0 $BUILDDIR/libkmemu.a" "gcc -O2 $BUILDDIR/libkmemu.a" "gcc -O1 $shared" \
	"clang -O1 $BUILDDIR/libkmemu.a"; do
	have "${cc%% *}" || continue
	for program in atomic flags leaks; do
		# shellcheck disable=SC2086
		set -- $cc
		compiler="$1 $2"
		shift 2
		$compiler -g -w -Iinclude -o "$TMP/$program" "$TMP/$program.c" "$@" -pthread ||
			fail "$cc: $program.c does not compile"
	done
	for depth in 16 2; do
		expect 0 env KMEMU_STACK_DEPTH=$depth "$K" run "$TMP/atomic"
		# devm_ioremap() breaks the rule of vmalloc as well.
		verdict "findings=$(($(grep -c HERE "$TMP/atomic.c") + 1))"
		each atomic sleep-in-atomic
	done
	expect 0 "$K" run "$TMP/flags"
	verdict "findings=$(grep -c HERE "$TMP/flags.c")"
	for kind in gfp-unexpected objects-remaining sleep-in-atomic; do
		each flags $kind
	done
	lines 3 "$TMP/err" '\] Allocated in flags_init\+'
	for part in 0 1; do # twelve sites are told
		expect 0 "$K" run -v "$TMP/leaks" part=$part
		for n in $(grep -n "HERE $part" "$TMP/leaks.c" | cut -d: -f1); do
			grep -q "^kmemu: alive at exit: .* leaks_init+.*/leaks\.c:$n)" "$TMP/err" ||
				fail "$cc: nothing from leaks.c:$n: $(cat "$TMP/err")"
		done
		lines 0 "$TMP/err" 'alive at exit: .*/core/'
	done
done
# No names are needed for it.
gcc -O2 -w -s -Iinclude -o "$TMP/stripped" "$TMP/flags.c" "$BUILDDIR/libkmemu.a" -pthread
expect 0 "$K" run "$TMP/stripped"
verdict "findings=$(grep -c HERE "$TMP/flags.c")"
# Nor lines: those of ours are no place for it then.
gcc -O2 -w -Iinclude -o "$TMP/no_lines" "$TMP/flags.c" "$BUILDDIR/libkmemu.a" -pthread
expect 0 "$K" run "$TMP/no_lines"
lines 7 "$TMP/err" '^kmemu: [a-z-]*-[0-9a-f]* at flags_init\+[0-9a-fx/]* \[no_lines\]$'
lines 0 "$TMP/err" '^kmemu: .*/core/'
done_ok
