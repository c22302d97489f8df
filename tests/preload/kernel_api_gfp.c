// flags: -Iinclude -l:libkmemu.a -pthread
/* What %pGg prints, with the names and the order of Linux 6.12's table. */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/sprintf.h>
#include <string.h>

static const struct {
	gfp_t flags;
	const char *text;
} rows[] = {
	{ 0, "" },
	{ 0xdc0, "GFP_KERNEL|__GFP_ZERO" },
	{ 0x40cc0, "GFP_KERNEL|__GFP_COMP" },
	{ 0x42cc0, "GFP_KERNEL|__GFP_NOWARN|__GFP_COMP" },
	{ 0x52cc0, "GFP_KERNEL|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP" },
	{ 0x820, "GFP_ATOMIC" },
	{ 0x40820, "GFP_ATOMIC|__GFP_COMP" },
	{ 0x920, "GFP_ATOMIC|__GFP_ZERO" },
	{ 0x2800, "GFP_NOWAIT" },
	{ 0xcc1, "GFP_KERNEL|GFP_DMA" },
	{ 0xcc4, "GFP_KERNEL|GFP_DMA32" },
	{ 0x8c0, "__GFP_IO|__GFP_FS|__GFP_KSWAPD_RECLAIM" },
	{ 0x440, "__GFP_IO|__GFP_DIRECT_RECLAIM" },
	{ GFP_TRANSHUGE, "GFP_TRANSHUGE" },
	{ GFP_TRANSHUGE_LIGHT, "GFP_TRANSHUGE_LIGHT" },
	{ GFP_HIGHUSER_MOVABLE, "GFP_HIGHUSER_MOVABLE" },
	{ GFP_USER | __GFP_HIGHMEM, "GFP_HIGHUSER" },
	{ GFP_KERNEL_ACCOUNT, "GFP_KERNEL_ACCOUNT" },
	{ GFP_NOFS, "GFP_NOFS" },
	{ GFP_NOIO, "GFP_NOIO" },
	{ __GFP_HIGHMEM, "__GFP_HIGHMEM" },
	{ GFP_ATOMIC | __GFP_DMA, "GFP_ATOMIC|GFP_DMA" },
};

int main(void)
{
	char buf[200];
	int bad = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		scnprintf(buf, sizeof(buf), "%pGg", &rows[i].flags);
		if (strcmp(buf, rows[i].text)) {
			pr_err("%#x: \"%s\", should be \"%s\"\n", rows[i].flags, buf, rows[i].text);
			bad = 1;
		}
	}
	return bad;
}
