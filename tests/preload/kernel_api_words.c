// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that has numbers of network order in case labels, swaps bytes in place,
 * looks for what is in a range of addresses, hashes by a key, and has
 * C23's auto.
 */
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "check.h"

static int protocol(__be16 type)
{
	switch (type) {
	case htons(0x0800):
		return 4;
	case cpu_to_be16(0x86dd):
		return 6;
	default:
		return 0;
	}
}

static void words(void)
{
	static const __be32 at = htonl(0x7f000001);
	struct in_addr addr = { .s_addr = at };
	__le32 le = cpu_to_le32(5);
	u32 x = 0x01020304;
	u16 y = 0x0102;
	auto sum = (u64)x << 8;

	CHECK(sizeof(sum) == 8 && sum == 0x0102030400ULL);
	CHECK(protocol(htons(0x0800)) == 4 && protocol(htons(0x86dd)) == 6 && !protocol(0x800));
	CHECK(!strcmp(inet_ntoa(addr), "127.0.0.1") && ntohl(at) == INADDR_LOOPBACK);
	swab32s(&x);
	swab16s(&y);
	CHECK(x == 0x04030201 && y == 0x0201 && swahw32(x) == 0x02010403);
	le32_to_cpus(&le);
	cpu_to_be32s(&x);
	CHECK(le == 5 && x == 0x01020304);
}

static int count(struct resource *res, void *arg)
{
	u64 *bytes = arg;

	*bytes += resource_size(res);
	return 0;
}

static void ranges(void)
{
	struct resource *all = alloc_free_mem_region(&iomem_resource, SZ_16M, SZ_1M, "all");
	struct resource ram, *window, *none;
	u64 bytes = 0;

	CHECK(!IS_ERR(all) && resource_size(all) == SZ_16M && !(all->start & (SZ_1M - 1)));
	window = __request_region(all, all->start + SZ_4M, SZ_4M, "window", 0);
	CHECK(window);
	ram = (struct resource)DEFINE_RES_MEM(all->start + SZ_8M, SZ_2M);
	ram.flags |= IORESOURCE_SYSTEM_RAM;
	CHECK(!insert_resource(&iomem_resource, &ram) && ram.parent == all);
	CHECK(region_intersects(ram.start, SZ_1M, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	      REGION_INTERSECTS);
	CHECK(region_intersects(ram.start - 1, SZ_1M, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	      REGION_MIXED);
	CHECK(region_intersects(all->start, SZ_1M, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	      REGION_DISJOINT);
	CHECK(region_intersects(ram.start, 1, IORESOURCE_SYSTEM_RAM, IORES_DESC_CXL) ==
	      REGION_DISJOINT);
	CHECK(!walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM, all->start,
				   ram.start + SZ_1M - 1, &bytes, count));
	CHECK(bytes == SZ_1M);
	CHECK(walk_iomem_res_desc(IORES_DESC_CXL, 0, 0, ~0ULL, &bytes, count) == -EINVAL);
	CHECK(!adjust_resource(&ram, ram.start + SZ_1M, SZ_4M) && resource_size(&ram) == SZ_4M);
	CHECK(adjust_resource(&ram, window->start, SZ_8M) == -EBUSY);
	CHECK(adjust_resource(all, all->start, SZ_8M) == -EBUSY);
	none = alloc_free_mem_region(all, SZ_8M, SZ_1M, "none");
	CHECK(PTR_ERR(none) == -ERANGE);
	none = alloc_free_mem_region(all, SZ_1M, SZ_1M, "last");
	CHECK(!IS_ERR(none) && none->start == all->start + SZ_16M - SZ_1M && none->parent == all);
	CHECK(!release_resource(none) && !release_resource(&ram));
	kfree(none);
	__release_region(all, window->start, SZ_4M);
	CHECK(!release_resource(all));
	kfree(all);
	CHECK(request_mem_region_exclusive(SZ_1G, SZ_4K, "mine"));
	CHECK(iomem_is_exclusive(SZ_1G + 5) && !iomem_is_exclusive(SZ_1G + SZ_4K));
	release_mem_region(SZ_1G, SZ_4K);
}

static void texts(void)
{
	siphash_key_t key = { { 1, 2 } };
	int *ints = NULL;
	char *s = kstrdup_quotable("a\tb", GFP_KERNEL), out[24];

	CHECK(!strcmp(s, "a\\x09b") && string_unescape_any_inplace(s) == 3 && s[1] == '\t');
	kfree(s);
	CHECK(!parse_int_array_user((const char __user *)"3,5-7", 5, &ints));
	CHECK(ints[0] == 4 && ints[1] == 3 && ints[4] == 7);
	kfree(ints);
	CHECK(parse_int_array_user((const char __user *)"x", 1, &ints) == -ENOENT);
	snprintf(out, sizeof(out), "%*pEhp", 4, "a\001\xe9z");
	CHECK(!strcmp(out, "a\\x01\xe9z"));
	snprintf(out, sizeof(out), "%*pE", 4, "a\001\nz");
	CHECK(!strcmp(out, "a\\001\\nz"));
	CHECK(siphash_2u32(1, 2, &key) == siphash_1u64(1 | 2ULL << 32, &key));
	CHECK(siphash("abcd", 4, &key) == siphash_1u32(0x64636261, &key));
}

int main(void)
{
	words();
	ranges();
	texts();
	return 0;
}
