// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Members that drivers set and read do what they do in the kernel: owners of files, name
 * spaces of names, the lock of a kset's list, a parent's lock while a driver is bound, the
 * queue of a delayed work, the clock of a timer.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

static int fail_at(int line)
{
	pr_err("wrong at line %d\n", line);
	return -EINVAL;
}
#define MUST(cond)                                \
	do {                                      \
		if (!(cond))                      \
			return fail_at(__LINE__); \
	} while (0)

/* --- owners */

static unsigned int asked;
static bool other_owner;

static void owner(const struct kobject *kobj, kuid_t *uid, kgid_t *gid)
{
	asked += kobj != NULL;
	if (!uid_eq(*uid, GLOBAL_ROOT_UID) || !gid_eq(*gid, GLOBAL_ROOT_GID))
		asked = 1000;
	*uid = KUIDT_INIT(other_owner ? 77 : 33);
	*gid = KGIDT_INIT(other_owner ? 78 : 34);
}

static ssize_t x_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s of %s\n", attr->attr.name, kobject_name(kobj));
}
static struct kobj_attribute x_attr = __ATTR_RO(x);
static struct kobj_attribute late_attr = { .attr = { "late", 0444 }, .show = x_show };
static struct attribute *x_attrs[] = { &x_attr.attr, NULL };
ATTRIBUTE_GROUPS(x);

static void free_it(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type owned = {
	.release = free_it,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = x_groups,
	.get_ownership = owner,
};

static int owners(void)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);
	kuid_t uid;
	kgid_t gid;

	MUST(kobj && !kobject_init_and_add(kobj, &owned, NULL, "owned"));
	MUST(asked == 2); /* the directory, the group */
	MUST(!kmemu_sysfs_owner(kobj, "", &uid, &gid) && uid.val == 33 && gid.val == 34);
	other_owner = true;
	MUST(!sysfs_create_file(kobj, &late_attr.attr) && asked == 3);
	MUST(!kmemu_sysfs_owner(kobj, "late", &uid, &gid) && uid.val == 77 && gid.val == 78);
	MUST(!kmemu_sysfs_owner(kobj, "x", &uid, &gid) && uid.val == 33 && gid.val == 34);
	MUST(kmemu_sysfs_owner(kobj, "y", &uid, &gid) == -ENOENT);
	kobject_get_ownership(kobj, &uid, &gid);
	MUST(uid.val == 77);
	kobject_put(kobj);
	return 0;
}

/* --- name spaces */

static const struct kobj_ns_type_operations net_ops = { .type = KOBJ_NS_TYPE_NET };

static const struct kobj_ns_type_operations *child_type(const struct kobject *kobj)
{
	(void)kobj;
	return &net_ops;
}

struct tagged {
	struct kobject kobj;
	const void *tag;
};

static const void *tag(const struct kobject *kobj)
{
	return container_of(kobj, struct tagged, kobj)->tag;
}

static void kept(struct kobject *kobj)
{
	(void)kobj;
}

static const struct kobj_type top_type = { .release = kept, .child_ns_type = child_type };
static const struct kobj_type tagged_type = { .release = kept, .namespace = tag };

static int spaces(void)
{
	static struct kset set = { .kobj.ktype = &top_type };
	static struct tagged a = { .tag = &a }, b = { .tag = &b }, c = { .tag = &a };

	MUST(!kobject_set_name(&set.kobj, "spaces") && !kset_register(&set));
	MUST(kobj_child_ns_ops(&set.kobj) == &net_ops && !kobj_ns_ops(&set.kobj));
	a.kobj.kset = b.kobj.kset = c.kobj.kset = &set;
	MUST(!kobject_init_and_add(&a.kobj, &tagged_type, NULL, "eth0"));
	MUST(!kobject_init_and_add(&b.kobj, &tagged_type, NULL, "eth0")); /* another one's */
	MUST(kobject_namespace(&b.kobj) == &b && !kobject_namespace(&set.kobj));
	MUST(kobject_init_and_add(&c.kobj, &tagged_type, NULL, "eth0") == -EEXIST); /* said */
	kobject_put(&a.kobj);
	kobject_put(&b.kobj);
	kobject_put(&c.kobj);
	kset_unregister(&set);
	return 0;
}

/* --- a kset's list */

static int list_thread(void *kset)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	kobj->kset = kset;
	return kobject_init_and_add(kobj, &owned, NULL, "second");
}

static int count(struct kset *kset)
{
	struct kobject *k;
	int n = 0;

	list_for_each_entry(k, &kset->list, entry)
		n++;
	return n;
}

static int lists(void)
{
	struct kset *kset = kset_create_and_add("set", NULL, NULL);
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL), *found;
	struct task_struct *task;
	int n;

	MUST(kset && kobj);
	kobj->kset = kset;
	MUST(!kobject_init_and_add(kobj, &owned, NULL, "first"));
	task = kthread_create(list_thread, kset, "list");
	MUST(!IS_ERR(task));
	spin_lock(&kset->list_lock);
	wake_up_process(task);
	mdelay(20);
	n = count(kset);
	spin_unlock(&kset->list_lock);
	MUST(n == 1); /* the other one waits */
	while (!(found = kset_find_obj(kset, "second")))
		msleep(1);
	kobject_put(found);
	kobject_put(found);
	kobject_put(kobj);
	MUST(list_empty(&kset->list));
	kset_unregister(kset);
	return 0;
}

/* --- a parent's lock; a class's owner */

static int probed, removed;

static int bus_probe(struct device *dev)
{
	probed += dev->parent && mutex_is_locked(&dev->parent->mutex) ? 10 : 1;
	return 0;
}

static void bus_remove(struct device *dev)
{
	removed += dev->parent && mutex_is_locked(&dev->parent->mutex) ? 10 : 1;
}

static const struct bus_type bus = { .name = "bus", .probe = bus_probe, .remove = bus_remove };
static struct device_driver driver = { .name = "driver", .bus = &bus };

static void no_release(struct device *dev)
{
	(void)dev;
}

static const struct device_type type = { .need_parent_lock = true };
static struct device parent = { .init_name = "parent", .release = no_release };
static struct device child = {
	.init_name = "child", .parent = &parent, .bus = &bus, .type = &type, .release = no_release
};

static void class_owner(const struct device *dev, kuid_t *uid, kgid_t *gid)
{
	*uid = KUIDT_INIT(MINOR(dev->devt));
	*gid = KGIDT_INIT(1);
}

static const struct class owned_class = { .name = "owned", .get_ownership = class_owner };

static int devices(void)
{
	struct device *dev;
	kuid_t uid;
	kgid_t gid;

	MUST(!bus_register(&bus) && !device_register(&parent) && !device_register(&child));
	MUST(!driver_register(&driver) && probed == 10);
	MUST(!device_reprobe(&child) && probed == 20 && removed == 10);
	device_release_driver(&child); /* who calls this has the lock */
	MUST(removed == 11 && !child.driver);
	MUST(!bus_rescan_devices(&bus) && probed == 30);
	MUST(!mutex_is_locked(&parent.mutex));
	driver_unregister(&driver);
	MUST(removed == 21);
	spin_lock_irq(&child.power.lock);
	MUST(!child.power.is_prepared && !child.power.is_suspended);
	spin_unlock_irq(&child.power.lock);
	device_unregister(&child);
	device_unregister(&parent);
	bus_unregister(&bus);
	MUST(!class_register(&owned_class));
	dev = device_create(&owned_class, NULL, MKDEV(5, 55), NULL, "five");
	MUST(!IS_ERR(dev) && !kmemu_sysfs_owner(&dev->kobj, "", &uid, &gid) && uid.val == 55);
	device_unregister(dev);
	class_unregister(&owned_class);
	return 0;
}

/* --- works, timers, files */

static DECLARE_COMPLETION(done);
static void work_fn(struct work_struct *work)
{
	(void)work;
	complete(&done);
}
static DECLARE_DELAYED_WORK(dwork, work_fn);

static void tasklet_fn(struct tasklet_struct *t)
{
	(void)t;
}
static DECLARE_TASKLET(tasklet, tasklet_fn);

static char *node(const struct device *dev, umode_t *mode, kuid_t *uid, kgid_t *gid)
{
	return dev && mode && uid && gid ? NULL : ERR_PTR(-EINVAL);
}

/* Types. */
static int types(void)
{
	static const struct device_type named = { .devnode = node };
	struct seq_file m = { .count = 0 };

	mutex_init(&m.lock);
	mutex_lock(&m.lock);
	lockdep_assert_held(&m.lock);
	mutex_unlock(&m.lock);
	mutex_lock(&parent.mutex);
	device_lock_assert(&parent);
	lockdep_assert_held(&parent.mutex);
	mutex_unlock(&parent.mutex);
	tasklet_disable(&tasklet);
	MUST(atomic_read(&tasklet.count) == 1 && named.devnode);
	tasklet_enable(&tasklet);
	MUST(!atomic_fetch_inc(&tasklet.count) && atomic_dec_and_test(&tasklet.count));
	return 0;
}

static int the_rest(void)
{
	struct workqueue_struct *wq = alloc_workqueue("wq", 0, 0);
	struct file file = { .f_flags = O_NONBLOCK, .f_lock = __SPIN_LOCK_UNLOCKED(file.f_lock) };
	struct fasync_struct *fa = NULL;
	struct hrtimer timer;
	struct rcu_work rw;
	ktime_t before, now;

	MUST(wq && queue_delayed_work(wq, &dwork, HZ) && dwork.wq == wq);
	MUST(mod_delayed_work(dwork.wq, &dwork, 0));
	wait_for_completion(&done);
	INIT_RCU_WORK_ONSTACK(&rw, work_fn);
	MUST(queue_rcu_work(wq, &rw) && rw.wq == wq);
	flush_rcu_work(&rw);
	destroy_workqueue(wq);
	hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	before = ktime_get();
	now = timer.base->get_time();
	MUST(before <= now && now <= ktime_get());
	spin_lock(&file.f_lock);
	file.f_flags &= ~O_NONBLOCK;
	spin_unlock(&file.f_lock);
	MUST(fasync_helper(3, &file, 1, &fa) == 1 && file.f_flags == FASYNC);
	MUST(fasync_helper(3, &file, 0, &fa) == 1 && !file.f_flags);
	return 0;
}

static int __init members_init(void)
{
	int err = owners();

	err = err ? err : spaces();
	err = err ? err : lists();
	err = err ? err : devices();
	err = err ? err : types();
	return err ? err : the_rest();
}

static void __exit members_exit(void)
{
}

module_init(members_init);
module_exit(members_exit);
MODULE_LICENSE("GPL");
