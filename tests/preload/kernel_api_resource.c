// flags: -Iinclude -l:libkmemu.a -pthread
/* %pR and %pr in the kernel's words. */
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/string.h>

static int is(const char *format, const struct resource *r, const char *want)
{
	char text[100];

	snprintf(text, sizeof(text), format, r);
	if (!strcmp(text, want))
		return 0;
	pr_err("%s: '%s', not '%s'\n", format, text, want);
	return -EINVAL;
}

static int __init resource_init(void)
{
	struct resource mem = DEFINE_RES_MEM(0x1000, 0x100), io = DEFINE_RES_IO(0x60, 8);
	struct resource irq = DEFINE_RES_IRQ(17), none = { .start = 1, .end = 2, .flags = 5 };
	int err = 0;

	err |= is("%pR", &mem, "[mem 0x00001000-0x000010ff]");
	err |= is("%pr", &mem, "[mem 0x00001000-0x000010ff flags 0x200]");
	err |= is("%pR", &io, "[io  0x0060-0x0067]");
	err |= is("%pR", &irq, "[irq 17]");
	err |= is("%pR", &none, "[??? 0x00000001-0x00000002 flags 0x5]");
	err |= is("%pR", NULL, "(null)");
	mem.flags |= IORESOURCE_UNSET;
	err |= is("%pR", &mem, "[mem size 0x00000100]");
	mem.flags = IORESOURCE_MEM | IORESOURCE_MEM_64 | IORESOURCE_PREFETCH | IORESOURCE_WINDOW |
		    IORESOURCE_DISABLED;
	err |= is("%pR", &mem, "[mem 0x00001000-0x000010ff 64bit pref window disabled]");
	return err;
}
module_init(resource_init);
MODULE_LICENSE("Dual MIT/GPL");
