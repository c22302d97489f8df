/*
 * sysfs.c - attributes of objects (kernel: fs/sysfs/file.c, group.c).
 *
 * What was created is a list of the object's: single attributes and groups, which were
 * asked what is visible when they were created. show() gets a zeroed page, and what it
 * says it wrote must be less than that; store() gets a copy with a 0 behind it, a page
 * at the most.
 *
 * A link is an entry with a name and whose it is, and is read through: "link/attribute".
 * It has no reference; who goes is taken out of the links that lead there, which stay and
 * lead nowhere, as there. The directory of an object below is an entry of this kind, too.
 *
 * Different from the kernel: an attribute that is removed while another thread reads
 * it is not waited for.
 *
 * Locks: sysfs_lock, over all lists; show, store and is_visible are called without it.
 */
#include <errno.h>
#include <string.h>

#include "core/check/lock.h"
#include "core/kernel/alloc.h"
#include "core/kernel/sysfs.h"
#include "core/kernel/task.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"

struct entry {
	struct entry *next;
	const struct attribute *attr; /* NULL: a group, or a link */
	const struct attribute_group *group;
	const char *dir; /* the group that attr was added to; NULL: none */
	char *link; /* its name, kmalloc memory; NULL: it is none */
	struct kobject *target; /* NULL: it is gone */
	struct entry *next_link; /* of all that are in a list */
	const void *ns; /* of is_child: names in others are others */
	bool is_child; /* no link, but the directory of an object below */
	kuid_t uid;
	kgid_t gid;
	bool bin;
	bool merged; /* to a group that is there */
	unsigned short modes[]; /* of a group's attributes, then its binary ones; 0: not there */
};

#define KEYED_BITS 12
#define KEYED (1UL << KEYED_BITS)

static struct kmemu_mutex sysfs_lock __own_mutex;
static struct entry *links;
static struct kobject top; /* of links that no object has */

/* An attribute of an object, and what may be done with it. */
struct found {
	struct attribute *attr;
	struct bin_attribute *bin;
	unsigned short mode;
	kuid_t uid;
	kgid_t gid;
};

static size_t attrs_of(const struct attribute_group *group)
{
	size_t n = 0;

	while (group->attrs && group->attrs[n])
		n++;
	return n;
}

static size_t bin_attrs_of(const struct attribute_group *group)
{
	size_t n = 0;

	while (group->bin_attrs && group->bin_attrs[n])
		n++;
	return n;
}

static unsigned short mode_of(struct kobject *kobj, const struct attribute_group *group, int i)
{
	return group->is_visible ? group->is_visible(kobj, group->attrs[i], i) :
				   group->attrs[i]->mode;
}

static unsigned short bin_mode_of(struct kobject *kobj, const struct attribute_group *group,
				  int i)
{
	return group->is_bin_visible ? group->is_bin_visible(kobj, group->bin_attrs[i], i) :
				       group->bin_attrs[i]->attr.mode;
}

static void ask_modes(struct kobject *kobj, const struct attribute_group *group,
		      unsigned short *modes)
{
	for (int i = 0; group->attrs && group->attrs[i]; i++)
		*modes++ = mode_of(kobj, group, i) & ~KMEMU_SYSFS_GROUP_INVISIBLE;
	for (int i = 0; group->bin_attrs && group->bin_attrs[i]; i++)
		*modes++ = bin_mode_of(kobj, group, i) & ~KMEMU_SYSFS_GROUP_INVISIBLE;
}

/* The first file of a directory is asked about that, before all are (kernel: __first_visible()). */
static bool is_hidden(struct kobject *kobj, const struct attribute_group *group)
{
	unsigned int mode = 0;

	if (!group->attrs && !group->bin_attrs)
		return true;
	if (!group->name)
		return false;
	if (group->is_visible && group->attrs && group->attrs[0])
		mode = mode_of(kobj, group, 0);
	else if (group->is_bin_visible && group->bin_attrs && group->bin_attrs[0])
		mode = bin_mode_of(kobj, group, 0);
	return mode & KMEMU_SYSFS_GROUP_INVISIBLE;
}

static bool find_in_group(const struct entry *e, const char *name, struct found *f)
{
	const struct attribute_group *group = e->group;
	size_t n = attrs_of(group);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(group->attrs[i]->name, name))
			continue;
		f->attr = group->attrs[i];
		f->mode = e->modes[i];
		return f->mode;
	}
	for (size_t i = 0; i < bin_attrs_of(group); i++) {
		if (strcmp(group->bin_attrs[i]->attr.name, name))
			continue;
		f->bin = group->bin_attrs[i];
		f->mode = e->modes[n + i];
		return f->mode;
	}
	return false;
}

/* The part of name behind the group's (NULL: it has none), NULL: it is of another group. */
static const char *in_group(const char *group, const char *name)
{
	size_t n = group ? strlen(group) : 0;

	if (!group)
		return strchr(name, '/') ? NULL : name;
	return !strncmp(name, group, n) && name[n] == '/' ? name + n + 1 : NULL;
}

static bool find_in_entry(const struct entry *e, const char *name, struct found *f)
{
	const char *rest;

	if (e->link)
		return false;
	if (e->group) {
		rest = in_group(e->group->name, name);
		return rest && find_in_group(e, rest, f);
	}
	rest = e->dir ? in_group(e->dir, name) : name;
	if (!rest || strcmp(e->attr->name, rest))
		return false;
	f->mode = e->attr->mode;
	if (e->bin)
		f->bin = container_of((struct attribute *)e->attr, struct bin_attribute, attr);
	else
		f->attr = (struct attribute *)e->attr;
	return true;
}

static bool find(struct kobject *kobj, const char *name, struct found *f)
{
	struct entry *e;

	*f = (struct found){ 0 };
	for (e = kobj->attrs; e; e = e->next)
		if (find_in_entry(e, name, f)) {
			f->uid = e->uid;
			f->gid = e->gid;
			return true;
		}
	return false;
}

static struct entry *find_link(struct kobject *kobj, const char *name, size_t len)
{
	struct entry *e;

	for (e = kobj->attrs; e; e = e->next)
		if (e->link && strlen(e->link) == len && !memcmp(e->link, name, len))
			return e;
	return NULL;
}

static struct entry *find_real_link(struct kobject *kobj, const char *name)
{
	struct entry *e = find_link(kobj, name, strlen(name));

	return e && !e->is_child ? e : NULL;
}

/* By another child of this name space, or what is in none. */
static bool is_child_there(struct kobject *kobj, const struct entry *child)
{
	struct entry *e;

	for (e = kobj->attrs; e; e = e->next)
		if (e->link && !strcmp(e->link, child->link) &&
		    (!e->is_child || e->ns == child->ns))
			return true;
	return false;
}

/* Through links, for whose names *name goes on behind; NULL: one leads nowhere. */
static struct kobject *follow(struct kobject *kobj, const char **name)
{
	for (int depth = 0; kobj && depth < 40; depth++) {
		size_t len = strcspn(*name, "/");
		struct entry *e = (*name)[len] ? find_link(kobj, *name, len) : NULL;

		if (!e)
			return kobj;
		kobj = e->target;
		*name += len + 1;
	}
	return NULL;
}

static struct entry *find_group(struct kobject *kobj, const char *name)
{
	struct entry *e;

	for (e = kobj->attrs; e; e = e->next)
		if (e->group && e->group->name && !strcmp(e->group->name, name))
			return e;
	return NULL;
}

/* A file of that name in the group, whoever put it there. */
static bool is_in_group(struct kobject *kobj, const char *group, const char *name)
{
	struct found f = { 0 };
	struct entry *e;

	for (e = kobj->attrs; e; e = e->next) {
		if (e->group && e->group->name && !strcmp(e->group->name, group) &&
		    find_in_group(e, name, &f))
			return true;
		if (e->dir && !strcmp(e->dir, group) && !strcmp(e->attr->name, name))
			return true;
	}
	return false;
}

/* By a directory, which a link is, too. */
static bool is_taken(struct kobject *kobj, const char *name)
{
	return find_group(kobj, name) || find_link(kobj, name, strlen(name));
}

/* The name of what is there already; NULL: nothing. */
static const char *taken(struct kobject *kobj, const struct entry *e)
{
	const struct attribute_group *group = e->group;
	size_t n = group ? attrs_of(group) : 0;
	struct found f;

	if (e->is_child)
		return is_child_there(kobj, e) || find_group(kobj, e->link) ||
				       find(kobj, e->link, &f) ?
			       e->link :
			       NULL;
	if (e->link)
		return is_taken(kobj, e->link) || find(kobj, e->link, &f) ? e->link : NULL;
	if (!group)
		return is_taken(kobj, e->attr->name) || find(kobj, e->attr->name, &f) ?
			       e->attr->name :
			       NULL;
	if (group->name)
		return is_taken(kobj, group->name) ? group->name : NULL;
	for (size_t i = 0; i < n; i++)
		if (e->modes[i] && find(kobj, group->attrs[i]->name, &f))
			return group->attrs[i]->name;
	for (size_t i = 0; i < bin_attrs_of(group); i++)
		if (e->modes[n + i] && find(kobj, group->bin_attrs[i]->attr.name, &f))
			return group->bin_attrs[i]->attr.name;
	return NULL;
}

/* Kernel: create_files(). Nobody else may write, nobody may run. */
static void check_modes(const struct attribute_group *group, unsigned short *modes,
			const void *caller)
{
	size_t n = attrs_of(group);

	for (size_t i = 0; i < n + bin_attrs_of(group); i++) {
		if (modes[i] & ~(KMEMU_SYSFS_PREALLOC | 0664))
			kernel_warn_text(caller, "fs/sysfs/group.c", i < n ? 71 : 101,
					 "Attribute %s: Invalid permissions 0%o",
					 i < n ? group->attrs[i]->name :
						 group->bin_attrs[i - n]->attr.name,
					 modes[i]);
		modes[i] &= KMEMU_SYSFS_PREALLOC | 0664;
	}
}

/*
 * Which attributes have a key by sysfs_attr_init(). The kernel keeps it in the attribute, in a
 * member of debug kernels alone; with it { "name", 0444 } would lack an initializer here.
 * A slot is never given back: memory that is used again may pass for what it was.
 */
static const struct attribute **keyed;
static u32 nr_keyed;

/* The attribute's, or a free one. */
static const struct attribute **keyed_slot(const struct attribute **table,
					   const struct attribute *attr)
{
	size_t i = (size_t)attr * 0x9e3779b97f4a7c15UL >> (64 - KEYED_BITS);
	const struct attribute *seen;

	while ((seen = READ_ONCE(table[i])) && seen != attr)
		i = (i + 1) % KEYED;
	return &table[i];
}

/* With a quarter of it left nobody is told any more. */
static bool keys_are_known(void)
{
	return READ_ONCE(nr_keyed) < KEYED - KEYED / 4;
}

KMEMU_EXPORT void kmemu_sysfs_attr_init(const struct attribute *attr)
{
	const struct attribute **table, **slot, *seen;

	if (lock_key_is_static(attr) || !keys_are_known())
		return;
	table = os_map_once((void **)&keyed, KEYED * sizeof(*table));
	if (!table) {
		WRITE_ONCE(nr_keyed, KEYED);
		return;
	}
	do {
		slot = keyed_slot(table, attr);
		seen = NULL;
		if (READ_ONCE(*slot) == attr)
			return;
	} while (!__atomic_compare_exchange_n(slot, &seen, attr, false, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED));
	__atomic_fetch_add(&nr_keyed, 1, __ATOMIC_RELAXED);
}

static bool has_key(const struct attribute *attr)
{
	const struct attribute **table = __atomic_load_n(&keyed, __ATOMIC_ACQUIRE);

	return lock_key_is_static(attr) || !keys_are_known() ||
	       (table && READ_ONCE(*keyed_slot(table, attr)));
}

/* Kernel: sysfs_add_file_mode_ns(), lockdep_init_map_type(). */
static void check_key(const struct attribute *attr, const void *caller)
{
	if (unlikely(!has_key(attr)))
		kernel_warn_text(caller, "kernel/locking/lockdep.c", 4976,
				 "BUG: key %px has not been registered! Attribute %s is without "
				 "sysfs_attr_init()",
				 attr, attr->name);
}

static void check_keys(const struct entry *e, const void *caller)
{
	const struct attribute_group *group = e->group;
	size_t n = group ? attrs_of(group) : 0;

	if (e->attr)
		check_key(e->attr, caller);
	for (size_t i = 0; i < n; i++)
		if (e->modes[i])
			check_key(group->attrs[i], caller);
	for (size_t i = 0; group && !e->merged && i < bin_attrs_of(group); i++)
		if (e->modes[n + i])
			check_key(&group->bin_attrs[i]->attr, caller);
}

KMEMU_EXPORT int kmemu_sysfs_create(struct kobject *kobj, const struct attribute *attr,
				    const struct attribute_group *group, bool bin)
{
	size_t n = group ? attrs_of(group) + bin_attrs_of(group) : 0;
	const char *name;
	struct entry *e;

	if (group && is_hidden(kobj, group))
		return 0;
	e = kmalloc_for(sizeof(*e) + n * sizeof(e->modes[0]), GFP_KERNEL, "sysfs_create", CALLER);
	if (!e)
		return -ENOMEM;
	*e = (struct entry){ .attr = attr, .group = group, .bin = bin };
	kmemu_kobject_get_ownership(kobj, &e->uid, &e->gid);
	if (group) {
		ask_modes(kobj, group, e->modes);
		check_modes(group, e->modes, CALLER);
	}
	check_keys(e, CALLER);
	kmemu_mutex_lock(&sysfs_lock);
	name = taken(kobj, e);
	if (!name) {
		e->next = kobj->attrs;
		kobj->attrs = e;
	}
	kmemu_mutex_unlock(&sysfs_lock);
	if (!name)
		return 0;
	kfree_for(e, CALLER);
	kmemu_printk("\0014sysfs: cannot create duplicate filename '%s/%s'\n",
		     kobj->name ? kobj->name : "", name);
	return -EEXIST;
}

/* To a group that is there: by another group of its name, or one file. */
static int add_to(struct kobject *kobj, const char *dir, struct entry *e)
{
	const struct attribute_group *group = e->group;
	struct entry *there;
	int ret = 0;

	kmemu_mutex_lock(&sysfs_lock);
	there = find_group(kobj, dir);
	if (!there)
		ret = -ENOENT;
	if (!ret && !group && is_in_group(kobj, dir, e->attr->name))
		ret = -EEXIST;
	for (size_t i = 0; !ret && group && group->attrs[i]; i++)
		if (is_in_group(kobj, dir, group->attrs[i]->name))
			ret = -EEXIST;
	if (!ret) {
		if (!group)
			e->dir = there->group->name;
		e->next = kobj->attrs;
		kobj->attrs = e;
	}
	kmemu_mutex_unlock(&sysfs_lock);
	if (ret)
		kfree_for(e, NULL);
	return ret;
}

KMEMU_EXPORT int kmemu_sysfs_add_file_to_group(struct kobject *kobj, const struct attribute *attr,
					       const char *group)
{
	struct entry *e = kmalloc_for(sizeof(*e), GFP_KERNEL, "sysfs_add_file_to_group", CALLER);

	if (!e)
		return -ENOMEM;
	*e = (struct entry){ .attr = attr };
	check_keys(e, CALLER);
	kmemu_kobject_get_ownership(kobj, &e->uid, &e->gid);
	return add_to(kobj, group, e);
}

KMEMU_EXPORT int kmemu_sysfs_merge_group(struct kobject *kobj, const struct attribute_group *group)
{
	size_t n = attrs_of(group);
	struct entry *e = kmalloc_for(sizeof(*e) + n * sizeof(e->modes[0]), GFP_KERNEL,
				      "sysfs_merge_group", CALLER);

	if (!e)
		return -ENOMEM;
	*e = (struct entry){ .group = group, .merged = true };
	kmemu_kobject_get_ownership(kobj, &e->uid, &e->gid);
	while (n--)
		e->modes[n] = group->attrs[n]->mode;
	check_keys(e, CALLER);
	return add_to(kobj, group->name, e);
}

/* --- links ------------------------------------------------------------------ */

static void forget_link(struct entry *e)
{
	struct entry **at = &links;

	while (*at != e)
		at = &(*at)->next_link;
	*at = e->next_link;
}

static struct entry *new_link(struct kobject *target, const char *name, const void *caller)
{
	size_t size = strlen(name) + 1;
	struct entry *e = kmalloc_for(sizeof(*e), GFP_KERNEL, "sysfs_create_link", caller);
	char *copy = e ? kmalloc_for(size, GFP_KERNEL, "sysfs_create_link", caller) : NULL;

	if (!copy) {
		kfree_for(e, caller);
		return NULL;
	}
	*e = (struct entry){ .link = memcpy(copy, name, size), .target = target };
	return e;
}

static void free_entry(struct entry *e, const void *caller)
{
	if (e)
		kfree_for(e->link, caller);
	kfree_for(e, caller);
}

/* The list's lock is held. e NULL: nothing. */
static void unlink_link(struct kobject *kobj, struct entry *e)
{
	struct entry **at = (struct entry **)&kobj->attrs;

	if (!e)
		return;
	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	forget_link(e);
}

static int add_link(struct kobject *kobj, struct entry *e, bool warn, const void *caller)
{
	bool there;

	kmemu_mutex_lock(&sysfs_lock);
	there = taken(kobj, e);
	if (!there) {
		e->next = kobj->attrs;
		kobj->attrs = e;
		e->next_link = links;
		links = e;
	}
	kmemu_mutex_unlock(&sysfs_lock);
	if (!there)
		return 0;
	if (warn)
		kmemu_printk("\0014sysfs: cannot create duplicate filename '%s/%s'\n",
			     kobj->name ? kobj->name : "", e->link);
	free_entry(e, caller);
	return -EEXIST;
}

KMEMU_EXPORT int kmemu_sysfs_create_link(struct kobject *kobj, struct kobject *target,
					 const char *name, bool warn)
{
	struct entry *e;

	if (!target)
		return -ENOENT;
	e = new_link(target, name, CALLER);
	return e ? add_link(kobj ? kobj : &top, e, warn, CALLER) : -ENOMEM;
}

int sysfs_create_dir(struct kobject *kobj, const void *caller)
{
	struct entry *e = new_link(kobj, kobj->name, caller);

	if (!e)
		return -ENOMEM;
	e->is_child = true;
	e->ns = kobj->kmemu_ns;
	return add_link(kobj->parent ? kobj->parent : &top, e, true, caller);
}

/* Kernel: sysfs_rename_dir_ns(), without words of what is there. */
int sysfs_rename_dir(struct kobject *kobj, const char *name, const void *caller)
{
	struct kobject *parent = kobj->parent ? kobj->parent : &top;
	struct entry *e = new_link(kobj, name, caller);
	int err;

	if (!e)
		return -ENOMEM;
	e->is_child = true;
	e->ns = kobj->kmemu_ns;
	err = add_link(parent, e, false, caller);
	if (!err)
		sysfs_remove_dir(kobj, parent, caller); /* behind it: the one before */
	return err;
}

void sysfs_remove_dir(struct kobject *kobj, struct kobject *parent, const void *caller)
{
	struct entry *e;

	if (!parent)
		parent = &top;
	kmemu_mutex_lock(&sysfs_lock);
	e = NULL;
	for (struct entry *at = parent->attrs; at; at = at->next)
		if (at->is_child && at->target == kobj)
			e = at; /* the oldest */
	unlink_link(parent, e);
	kmemu_mutex_unlock(&sysfs_lock);
	free_entry(e, caller);
}

KMEMU_EXPORT void kmemu_sysfs_remove_link(struct kobject *kobj, const char *name)
{
	struct entry *e;

	if (!kobj)
		kobj = &top;
	kmemu_mutex_lock(&sysfs_lock);
	e = find_real_link(kobj, name);
	unlink_link(kobj, e);
	kmemu_mutex_unlock(&sysfs_lock);
	free_entry(e, CALLER);
}

KMEMU_EXPORT struct kobject *kmemu_sysfs_link_target(struct kobject *kobj, const char *name)
{
	struct kobject *target;
	struct entry *e;

	kmemu_mutex_lock(&sysfs_lock);
	e = find_real_link(kobj ? kobj : &top, name);
	target = e ? e->target : NULL;
	kmemu_mutex_unlock(&sysfs_lock);
	return target;
}

static void lead_nowhere(const struct kobject *kobj)
{
	kmemu_mutex_lock(&sysfs_lock);
	for (struct entry *e = links; e; e = e->next_link)
		if (e->target == kobj)
			e->target = NULL;
	kmemu_mutex_unlock(&sysfs_lock);
}

/* --- removing --------------------------------------------------------------- */

/* Takes it from the list; NULL: it is not there. Both NULL: any. */
static struct entry *take(struct kobject *kobj, const struct attribute *attr,
			  const struct attribute_group *group)
{
	struct entry **at, *e;

	kmemu_mutex_lock(&sysfs_lock);
	at = (struct entry **)&kobj->attrs;
	while (*at && (attr || group) && ((*at)->attr != attr || (*at)->group != group))
		at = &(*at)->next;
	e = *at;
	if (e)
		*at = e->next;
	if (e && e->link)
		forget_link(e);
	kmemu_mutex_unlock(&sysfs_lock);
	return e;
}

/* One of what others put into the group that goes (kernel: kernfs_remove()). */
static struct entry *take_of(struct kobject *kobj, const char *dir)
{
	struct entry **at, *e;

	kmemu_mutex_lock(&sysfs_lock);
	for (at = (struct entry **)&kobj->attrs; (e = *at); at = &e->next)
		if ((e->dir && !strcmp(e->dir, dir)) ||
		    (e->merged && !strcmp(e->group->name, dir)))
			break;
	if (e)
		*at = e->next;
	kmemu_mutex_unlock(&sysfs_lock);
	return e;
}

KMEMU_EXPORT void kmemu_sysfs_remove(struct kobject *kobj, const struct attribute *attr,
				     const struct attribute_group *group)
{
	struct entry *e = attr || group ? take(kobj, attr, group) : NULL;
	bool is_dir = e && group && group->name && !e->merged;

	while (e) {
		kfree_for(e, CALLER);
		e = is_dir ? take_of(kobj, group->name) : NULL;
	}
}

void sysfs_remove_all(struct kobject *kobj, const void *caller)
{
	struct entry *e;

	if (READ_ONCE(links))
		lead_nowhere(kobj);
	while ((e = take(kobj, NULL, NULL)))
		free_entry(e, caller);
}

/* --- reading and writing --------------------------------------------------- */

/* *kobj becomes who has it. */
static int find_for(struct kobject **kobj, const char *name, struct found *f, unsigned int mode)
{
	bool there;

	kmemu_mutex_lock(&sysfs_lock);
	*kobj = follow(*kobj, &name);
	there = *kobj && find(*kobj, name, f);
	kmemu_mutex_unlock(&sysfs_lock);
	if (!there)
		return -ENOENT;
	return f->mode & mode ? 0 : -EACCES;
}

static const struct sysfs_ops *ops_of(struct kobject *kobj)
{
	return kobj->ktype ? kobj->ktype->sysfs_ops : NULL;
}

/* Of a file that has a size there is no more. */
static size_t bin_size(const struct bin_attribute *bin, size_t size)
{
	return bin->size ? min(bin->size, size) : size;
}

static ssize_t show(struct kobject *kobj, struct found *f, char *page, size_t size)
{
	const struct sysfs_ops *ops = ops_of(kobj);
	ssize_t n;

	if (f->bin)
		return f->bin->read ? f->bin->read(NULL, kobj, f->bin, page, 0,
						   bin_size(f->bin, size)) :
				      -EIO;
	n = ops && ops->show ? ops->show(kobj, f->attr, page) : -EIO;
	if (n >= (ssize_t)PAGE_SIZE) {
		kmemu_printk("fill_read_buffer: %pS returned bad count\n", (void *)ops->show);
		n = PAGE_SIZE - 1;
	}
	return n;
}

KMEMU_EXPORT ssize_t kmemu_sysfs_read(struct kobject *kobj, const char *name, char *buf,
				      size_t size)
{
	struct found f;
	ssize_t n = find_for(&kobj, name, &f, 0444);
	char *page;

	if (n)
		return n;
	page = kmemu_kzalloc(PAGE_SIZE, GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	n = show(kobj, &f, page, min(size, (size_t)PAGE_SIZE));
	if (n > 0) {
		n = (ssize_t)min((size_t)n, size);
		memcpy(buf, page, (size_t)n);
	}
	kmemu_kfree(page);
	return n;
}

KMEMU_EXPORT ssize_t kmemu_sysfs_write(struct kobject *kobj, const char *name, const char *buf,
				       size_t size)
{
	const struct sysfs_ops *ops;
	struct found f;
	ssize_t n = find_for(&kobj, name, &f, 0222);
	char *copy;

	if (n || !size)
		return n;
	ops = ops_of(kobj);
	size = min(f.bin ? bin_size(f.bin, size) : size, (size_t)PAGE_SIZE);
	copy = kmemu_kmalloc(size + 1, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, buf, size);
	copy[size] = '\0';
	if (f.bin)
		n = f.bin->write ? f.bin->write(NULL, kobj, f.bin, copy, 0, size) : -EIO;
	else
		n = ops && ops->store ? ops->store(kobj, f.attr, copy, size) : -EIO;
	kmemu_kfree(copy);
	return n;
}

KMEMU_EXPORT int kmemu_sysfs_owner(struct kobject *kobj, const char *name, kuid_t *uid,
				   kgid_t *gid)
{
	struct found f;

	if (!name[0]) {
		*uid = kobj->kmemu_uid;
		*gid = kobj->kmemu_gid;
		return 0;
	}
	if (find_for(&kobj, name, &f, 0) == -ENOENT)
		return -ENOENT;
	*uid = f.uid;
	*gid = f.gid;
	return 0;
}

/* --- what show() writes ---------------------------------------------------- */

static bool is_page(const char *buf)
{
	return buf && !((unsigned long)buf & (PAGE_SIZE - 1));
}

KMEMU_EXPORT int kmemu_sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list ap;
	int len;

	if (!is_page(buf)) {
		kernel_warn_text(CALLER, "fs/sysfs/file.c", 753, "invalid sysfs_emit: buf:%p",
				 (void *)buf);
		return 0;
	}
	va_start(ap, fmt);
	len = kmemu_vscnprintf_k(buf, PAGE_SIZE, fmt, ap);
	va_end(ap);
	return len;
}

KMEMU_EXPORT int kmemu_sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list ap;
	int len;

	if (!is_page(buf) || at < 0 || at >= (int)PAGE_SIZE) {
		kernel_warn_text(CALLER, "fs/sysfs/file.c", 781,
				 "invalid sysfs_emit_at: buf:%p at:%d", (void *)buf, at);
		return 0;
	}
	va_start(ap, fmt);
	len = kmemu_vscnprintf_k(buf + at, PAGE_SIZE - (size_t)at, fmt, ap);
	va_end(ap);
	return len;
}
