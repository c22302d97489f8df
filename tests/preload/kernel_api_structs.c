// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code with the structures and macros that it uses without a thought: what is
 * constant is a constant, what is computed is the kernel's value.
 */
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/ctype.h>
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/lcm.h>
#include <linux/list_sort.h>
#include <linux/llist.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/rbtree_augmented.h>
#include <linux/rhashtable.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/stringhash.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>
#include <linux/xarray.h>

#include "check.h"

struct item {
	int key, subtree_max;
	struct list_head node;
	struct hlist_node hash;
	struct rb_node rb;
	struct llist_node ll;
	struct rhash_head rht;
	struct kref ref;
};

struct flexible {
	int n;
	u16 v[];
};

static struct item items[100];
typedef char constants[ilog2(1024) + roundup_pow_of_two(5) + order_base_2(9) + DIV_ROUND_UP(7, 2) +
		       round_up(5, 8) + ALIGN(3, 4) + FIELD_PREP_CONST(0xf0, 3) / 48];

static void numbers(void)
{
	u64 big = 1000;
	size_t size;
	int sum;

	CHECK(sizeof(constants) == 10 + 8 + 4 + 4 + 8 + 4 + 1);
	CHECK(min(3, 5ul) == 3 && max3(1, 7, 4) == 7 && clamp(11, 0, 10) == 10);
	CHECK(min_t(u8, 300, 50) == 44);
	CHECK(umax(1, 2ul) == 2 && min_not_zero(0, 4) == 4);
	CHECK(in_range(5, 3, 3) && !in_range(6, 3, 3));
	CHECK(abs(-7) == 7 && abs_diff(3u, 5u) == 2 && DIV_ROUND_CLOSEST(-7, 2) == -4);
	CHECK(roundup(7, 5) == 10 && rounddown(7, 5) == 5 && mult_frac(100, 3, 7) == 42);
	CHECK(do_div(big, 7) == 6 && big == 142 && mul_u64_u64_shr(~0ull, ~0ull, 64) == ~0ull - 1);
	CHECK(div64_u64(10, 3) == 3 && int_sqrt(17) == 4 && lcm(4, 6) == 12 && is_power_of_2(64));
	CHECK(check_add_overflow(2147483647, 1, &sum) && !check_mul_overflow(3ul, 4ul, &size) &&
	      size == 12);
	CHECK(size_mul(1ul << 40, 1ul << 40) == SIZE_MAX && size_sub(SIZE_MAX, 1) == SIZE_MAX);
	CHECK(struct_size_t(struct flexible, v, 3) == 10 && array3_size(2, 3, 4) == 24);
	CHECK(type_max(s8) == 127 && type_min(s8) == -128 && overflows_type(256, u8));
	CHECK(GENMASK(7, 4) == 0xf0 && FIELD_GET(GENMASK(7, 4), 0x35) == 3 && SZ_1M == 1 << 20);
	CHECK(fls(0) == 0 && fls64(1ull << 40) == 41 && hweight32(0xf0f) == 8 && rol32(1, 33) == 2);
	CHECK(sign_extend32(0xff, 7) == -1 && cpu_to_be32(1) == 0x01000000 &&
	      get_unaligned_be16("ab") == 0x6162);
	/* Bob Jenkins' own values of lookup3: of nothing, and of a text with two seeds. */
	CHECK(jhash("", 0, 0) == 0xdeadbeef && jhash("", 0, 0xdeadbeef) == 0xbd5b7dde);
	CHECK(jhash("Four score and seven years ago", 30, 0) == 0x17770551);
	CHECK(jhash("Four score and seven years ago", 30, 1) == 0xcd628161);
	CHECK(hashlen_len(hashlen_string(NULL, "abc")) == 3);
}

static bool less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct item, rb)->key < rb_entry(b, struct item, rb)->key;
}

static int find(const void *key, const struct rb_node *b)
{
	return *(const int *)key - rb_entry(b, struct item, rb)->key;
}

static int by_key(void *priv, const struct list_head *a, const struct list_head *b)
{
	(void)priv;
	return list_entry(a, struct item, node)->key - list_entry(b, struct item, node)->key;
}

static void lists_and_trees(void)
{
	struct rb_root_cached tree = RB_ROOT_CACHED;
	struct item *it, *tmp;
	LLIST_HEAD(stack);
	LIST_HEAD(list);
	int i, n = 0, key = 42;

	for (i = 0; i < 100; i++) {
		items[i].key = i * 37 % 100;
		list_add(&items[i].node, &list);
		llist_add(&items[i].ll, &stack);
		rb_add_cached(&items[i].rb, &tree, less);
	}
	list_sort(NULL, &list, by_key);
	list_for_each_entry(it, &list, node)
		CHECK(it->key == n++);
	CHECK(n == 100 && list_count_nodes(&list) == 100);
	list_for_each_entry_safe(it, tmp, &list, node)
		list_del(&it->node);
	CHECK(list_empty(&list) && items[3].node.next == LIST_POISON1);
	CHECK(rb_entry(rb_first_cached(&tree), struct item, rb)->key == 0);
	CHECK(rb_entry(rb_find(&key, &tree.rb_root, find), struct item, rb)->key == 42);
	rbtree_postorder_for_each_entry_safe(it, tmp, &tree.rb_root, rb)
		n--;
	llist_for_each_entry(it, llist_del_all(&stack), ll)
		n++;
	CHECK(n == 100 && llist_empty(&stack));
}

static const struct rhashtable_params params = {
	.key_len = sizeof(int),
	.key_offset = offsetof(struct item, key),
	.head_offset = offsetof(struct item, rht),
};

static void tables(void)
{
	DEFINE_HASHTABLE(table, 4);
	DEFINE_XARRAY_ALLOC(xa);
	struct rhashtable ht;
	struct item *it;
	unsigned long index;
	int i, n = 0;
	u32 id;

	CHECK(!rhashtable_init(&ht, &params));
	for (i = 0; i < 100; i++) {
		hash_add(table, &items[i].hash, items[i].key);
		CHECK(!rhashtable_lookup_insert_fast(&ht, &items[i].rht, params));
		CHECK(!xa_alloc(&xa, &id, &items[i], xa_limit_16b, GFP_KERNEL) && (int)id == i);
	}
	CHECK(rhashtable_lookup_insert_fast(&ht, &items[7].rht, params) == -EEXIST);
	hash_for_each_possible(table, it, hash, 42)
		n += it->key == 42;
	i = 42;
	it = (struct item *)rhashtable_lookup_fast(&ht, &i, params);
	CHECK(n == 1 && it && it->key == 42 && !rhashtable_remove_fast(&ht, &it->rht, params));
	CHECK(!rhashtable_lookup_fast(&ht, &i, params));
	xa_for_each(&xa, index, it)
		n += it == &items[index];
	CHECK(n == 101 && xa_erase(&xa, 5) == &items[5] && !xa_load(&xa, 5));
	xa_destroy(&xa);
	rhashtable_destroy(&ht);
}

static void release(struct kref *ref)
{
	container_of(ref, struct item, ref)->key = -1;
}

static void text_and_users(void)
{
	char buf[8], *copy __free(kfree) = kstrdup("a copy", GFP_KERNEL);
	DECLARE_BITMAP(map, 100);
	int value = 0, user = 7;

	CHECK(strscpy(buf, "too long a text") == -E2BIG && strlen(buf) == 7);
	CHECK(copy && !strcmp(kbasename("/a/b"), "b") && str_has_prefix("abc", "ab") == 2);
	CHECK(isspace('\t') && toupper('e') == 'E' && strim(strcpy(buf, " x "))[0] == 'x');
	CHECK(!get_user(value, &user) && value == 7 && !put_user(8, &user) && user == 8);
	CHECK(copy_from_user(buf, (void *)8, 4) == 4 && buf[0] == 0);
	CHECK(PTR_ERR(memdup_user((void *)8, 100)) == -EFAULT);
	CHECK(!access_ok(-4096ul, 1) && strncpy_from_user(buf, "text", 8) == 4);
	CHECK(!bitmap_parselist("3-5,99", map, 100) && bitmap_weight(map, 100) == 4);
	CHECK(find_next_bit(map, 100, 6) == 99 && find_first_zero_bit(map, 100) == 0);
	kref_init(&items[0].ref);
	kref_get(&items[0].ref);
	CHECK(!kref_put(&items[0].ref, release) && kref_put(&items[0].ref, release));
	CHECK(items[0].key == -1);
}

int main(void)
{
	numbers();
	lists_and_trees();
	tables();
	text_and_users();
	return 0;
}
