// SPDX-License-Identifier: MIT
/* A module with a parameter of each kind, for tests/preload/kunit_suites.sh. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>

static int n = 3;
module_param(n, int, 0444);
MODULE_PARM_DESC(n, "how many");
static char *who = "world";
module_param(who, charp, 0);
static bool loud;
module_param(loud, bool, 0);
static int list[4];
static unsigned int nr_list;
module_param_array(list, int, &nr_list, 0);
static char buf[8];
module_param_string(buf, buf, sizeof(buf), 0);
static short big;
module_param_named(big_one, big, short, 0);

static int __init hello_init(void)
{
	unsigned int i;

	pr_info("%d %s %d %s [", n, who, loud, buf);
	for (i = 0; i < nr_list; i++)
		pr_cont(" %d", list[i]);
	pr_cont("] %d\n", big);
	pr_debug("not said %d\n", n);
	return n == 5 ? -EINVAL : 0;
}

static void __exit hello_exit(void)
{
	pr_info("bye\n");
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("nobody");
