/*
 * lock_class.c - which locks are of one class (kernel: kernel/locking/lockdep.c
 * register_lock_class, lockdep_init_map_type, zap_class).
 *
 * A rule about order is a rule about classes: of all inodes' locks, not of this one's.
 * lockdep keys a class by a static variable that spin_lock_init() and its like have at
 * each place where they are written, and by a subclass that spin_lock_nested() and its
 * like name. The kernel keeps key and name in the lock. Here a lock stays as large as it
 * is without lockdep, and a table has them by its address (struct lock_instance):
 *
 *	set up by the kernel's API	key and name of the place, or of lockdep_set_class()
 *	set up by pthread_*_init()	the lock is a class of its own: programs have no way
 *					to say that an order of two of a class is meant
 *	not set up, in a module's data	DEFINE_SPINLOCK() ...: of its own, as in the kernel
 *	the same of ours (__own_lock)	none
 *	neither				none, and no order is kept of it. The kernel says
 *					"trying to register non-static key" and gives up
 *
 * So nothing is concluded from an address whose memory may have been used for another
 * lock before. What is known ends when the lock is set up anew or destroyed, when the
 * kernel's API frees its memory, when lockdep_unregister_key() is called, and when a
 * library that has the key is closed. The class of a static key stays.
 *
 * Classes are made when a lock is first taken with another held, or held when another is
 * taken. Instances hang in buckets by the 512 bytes that they lie in, so that those in an
 * object that is freed are found by looking at one or two.
 *
 * Locks: lockdep_lock. Who is refused, since it is a handler that interrupted its holder,
 * goes on without: a lock that it sets up is none that is known. Memory: 3 MiB of
 * addresses, used as locks come. Cost: a look-up for each lock that is set up, and for
 * each object that kernel code frees once one was.
 */
#include "core/check/lock_class.h"

#include <string.h>

#include "core/os/modules.h"
#include "core/os/os.h"
#include "core/report/run.h"

#define CLASS_BITS    10
#define INSTANCES     65535
#define INSTANCE_BITS 13
#define GRANULE_SHIFT 9

/* Kernel: struct lockdep_map. */
struct lock_instance {
	const void *lock, *key;
	const char *name; /* NULL: it has none, the key is the lock */
	unsigned long site; /* where it was set up */
	u16 next;
	u8 subclass;
	bool is_static; /* the key lies in a module */
};

kmemu_lock_t lockdep_lock = KMEMU_LOCK_INIT(LOCK_LOCKDEP);
struct lock_class *lock_classes;
struct lock_dep *lock_deps;
u32 lock_generation, lock_instances;

static struct lock_instance *instances;
static u16 class_hash[1U << CLASS_BITS], instance_hash[1U << INSTANCE_BITS];
static u16 free_class, free_instance, free_dep; /* given back */
static u32 nr_classes = 1, nr_instances = 1, nr_deps = 1; /* ever used; 0 is none */
static bool is_full, instances_lost, was_told;

bool lock_class_init(void)
{
	instances = os_map_any(INSTANCES * sizeof(*instances));
	lock_deps = os_map_any(LOCK_DEPENDENCIES * sizeof(*lock_deps));
	if (instances && lock_deps)
		lock_classes = os_map_any(LOCK_CLASSES * sizeof(*lock_classes));
	return lock_classes;
}

void lock_tables_told(void)
{
	if (likely(!READ_ONCE(is_full)) || __atomic_exchange_n(&was_told, true, __ATOMIC_RELAXED))
		return;
	run_unchecked("locks", NULL, "the tables of locks, their classes and their order are full",
		      "run less at once: the order of locks that came later is not looked at");
}

/* The next free one of a table: one that was given back, else one that was never used. */
static u16 take_free(u16 *given_back, u16 next, u32 *nr, u32 max, bool *full)
{
	u16 i = *given_back;

	if (i)
		*given_back = next;
	else if (*nr < max)
		i = (u16)(*nr)++;
	else
		WRITE_ONCE(*full, true);
	return i;
}

static u32 hash_of(const void *p, unsigned int bits)
{
	return (u32)((uintptr_t)p * 0x9e3779b97f4a7c15UL >> (64 - bits));
}

static bool is_in_module(const void *p)
{
	struct os_object o;

	return os_object_find((uintptr_t)p, &o);
}

bool lock_key_is_static(const void *key)
{
	return !lock_classes || is_in_module(key);
}

/* --- instances ------------------------------------------------------------- */

static u16 *bucket_of(uintptr_t lock)
{
	return &instance_hash[hash_of((const void *)(lock >> GRANULE_SHIFT), INSTANCE_BITS)];
}

static struct lock_instance *find_instance(const void *lock)
{
	u16 i = *bucket_of((uintptr_t)lock);

	while (i && instances[i].lock != lock)
		i = instances[i].next;
	return i ? &instances[i] : NULL;
}

static struct lock_instance *add_instance(const void *lock)
{
	u16 i = take_free(&free_instance, instances[free_instance].next, &nr_instances, INSTANCES,
			  &instances_lost);
	u16 *bucket = bucket_of((uintptr_t)lock);

	if (!i)
		return NULL;
	instances[i] = (struct lock_instance){ .lock = lock, .next = *bucket };
	*bucket = i;
	WRITE_ONCE(lock_instances, lock_instances + 1);
	return &instances[i];
}

static void drop_instance(u16 *link)
{
	u16 i = *link;

	*link = instances[i].next;
	instances[i].lock = NULL;
	instances[i].next = free_instance;
	free_instance = i;
	WRITE_ONCE(lock_instances, lock_instances - 1);
}

/* --- classes --------------------------------------------------------------- */

static u16 find_class(const void *key, u8 subclass)
{
	u16 i = class_hash[hash_of(key, CLASS_BITS)];

	while (i && (lock_classes[i].key != key || lock_classes[i].subclass != subclass))
		i = lock_classes[i].next;
	return i;
}

/* Kernel: count_matching_names(). */
static u8 count_names(const struct lock_class *class)
{
	u32 n = 1;

	if (!class->name[0] && !class->site)
		return 1;
	for (u32 i = 1; i < nr_classes && n < 255; i++) {
		const struct lock_class *other = &lock_classes[i];

		n += other != class && other->key && other->key != class->key &&
		     other->site == class->site && !strcmp(other->name, class->name);
	}
	return (u8)n;
}

/* Kernel: register_lock_class(). */
static u16 add_class(const void *key, u8 subclass, const struct lock_instance *in)
{
	u16 i = take_free(&free_class, lock_classes[free_class].next, &nr_classes, LOCK_CLASSES,
			  &is_full);
	u16 *head = &class_hash[hash_of(key, CLASS_BITS)];
	struct lock_class *class = &lock_classes[i];

	if (!i)
		return 0;
	*class = (struct lock_class){ .key = key, .next = *head, .subclass = subclass };
	class->is_static = in ? in->is_static : true;
	/* A static lock's own name says more than the function that set it up. */
	if (in && in->name)
		strncpy(class->name, in->name, sizeof(class->name) - 1);
	else if (in && !in->is_static)
		class->site = in->site;
	class->version = count_names(class);
	*head = i;
	return i;
}

/* The linker's: from the first of __own_lock to behind the last. */
extern const char __start_kmemu_locks[] __attribute__((weak)) __hidden;
extern const char __stop_kmemu_locks[] __attribute__((weak)) __hidden;
extern const char __start_kmemu_mutexes[] __attribute__((weak)) __hidden;
extern const char __stop_kmemu_mutexes[] __attribute__((weak)) __hidden;

static bool is_own_lock(const void *lock)
{
	const char *at = lock;

	return (at >= __start_kmemu_locks && at < __stop_kmemu_locks) ||
	       (at >= __start_kmemu_mutexes && at < __stop_kmemu_mutexes);
}

u16 lock_class_of(const void *lock, enum raise_kind kind, unsigned int how)
{
	const struct lock_instance *in = find_instance(lock);
	const void *key = in ? in->key : lock;
	u8 subclass = (u8)LOCK_SUBCLASS(how);
	u16 i;

	if (in && !subclass)
		subclass = in->subclass;
	if (!key)
		return 0;
	i = find_class(key, subclass);
	if (!i && (in || (is_in_module(lock) && !is_own_lock(lock))))
		i = add_class(key, subclass, in);
	if (i)
		lock_classes[i].kind = (u8)kind;
	else if (instances_lost && !in) /* it may be one that found no room */
		WRITE_ONCE(is_full, true);
	return i;
}

/* --- dependencies ---------------------------------------------------------- */

u16 lock_dep_new(void)
{
	return take_free(&free_dep, lock_deps[free_dep].next_after, &nr_deps, LOCK_DEPENDENCIES,
			 &is_full);
}

static void unlink_after(u16 dep)
{
	u16 *link = &lock_classes[lock_deps[dep].from].after;

	while (*link != dep)
		link = &lock_deps[*link].next_after;
	*link = lock_deps[dep].next_after;
}

static void unlink_before(u16 dep)
{
	u16 *link = &lock_classes[lock_deps[dep].to].before;

	while (*link != dep)
		link = &lock_deps[*link].next_before;
	*link = lock_deps[dep].next_before;
}

static void drop_dep(u16 dep)
{
	unlink_after(dep);
	unlink_before(dep);
	lock_deps[dep].how = 0;
	lock_deps[dep].next_after = free_dep;
	free_dep = dep;
}

/* Kernel: zap_class(). */
static void zap_class(u16 *link)
{
	u16 i = *link;
	struct lock_class *class = &lock_classes[i];

	while (class->after)
		drop_dep(class->after);
	while (class->before)
		drop_dep(class->before);
	*link = class->next;
	class->key = NULL;
	class->next = free_class;
	free_class = i;
}

/* All subclasses. */
static bool zap_key(const void *key)
{
	u16 *link = &class_hash[hash_of(key, CLASS_BITS)];
	bool any = false;

	while (*link) {
		if (lock_classes[*link].key == key) {
			zap_class(link);
			any = true;
		} else {
			link = &lock_classes[*link].next;
		}
	}
	return any;
}

/* --- their life ------------------------------------------------------------ */

static void forget_locked(const void *lock)
{
	u16 *link = bucket_of((uintptr_t)lock);
	bool any = zap_key(lock);

	while (*link && instances[*link].lock != lock)
		link = &instances[*link].next;
	if (*link)
		drop_instance(link);
	else if (!any)
		return;
	WRITE_ONCE(lock_generation, lock_generation + 1);
}

void lock_class_forget(const void *lock)
{
	if (!lock_classes || !spin_lock(&lockdep_lock))
		return;
	forget_locked(lock);
	spin_unlock(&lockdep_lock);
}

/* Kernel: lockdep_init_map_type(). key NULL: of this lock no order is kept. */
static void set_class(const void *lock, const char *name, const void *key, unsigned int subclass,
		      unsigned long site)
{
	struct lock_instance *in = find_instance(lock);

	if (!in)
		in = add_instance(lock);
	WRITE_ONCE(lock_generation, lock_generation + 1);
	if (!in)
		return;
	in->key = key;
	in->name = name;
	in->site = site;
	in->subclass = (u8)(subclass & LOCK_SUBCLASS_MAX);
	in->is_static = key && is_in_module(key);
}

void lock_class_set(const void *lock, const char *name, const void *key, unsigned int subclass,
		    const void *site)
{
	if (!lock_classes || !spin_lock(&lockdep_lock))
		return;
	set_class(lock, name, key, subclass, (unsigned long)site);
	spin_unlock(&lockdep_lock);
	lock_tables_told();
}

void lock_class_set_subclass(const void *lock, unsigned int subclass)
{
	struct lock_instance *in;

	if (!lock_classes || !spin_lock(&lockdep_lock))
		return;
	in = find_instance(lock);
	if (in)
		set_class(lock, in->name, in->key, subclass, in->site);
	else if (is_in_module(lock))
		set_class(lock, NULL, lock, subclass, 0);
	spin_unlock(&lockdep_lock);
}

void lock_class_init_key(const void *key, const char *name, const void *site)
{
	if (!lock_classes || !spin_lock(&lockdep_lock))
		return;
	if (!find_instance(key))
		set_class(key, name, key, 0, (unsigned long)site);
	spin_unlock(&lockdep_lock);
	lock_tables_told();
}

const void *lock_class_key(const void *lock)
{
	const struct lock_instance *in;
	const void *key;

	if (!lock_classes || !spin_lock(&lockdep_lock))
		return NULL;
	in = find_instance(lock);
	key = in ? in->key : NULL;
	if (key && !find_instance(key))
		set_class(key, in->name, key, 0, in->site);
	spin_unlock(&lockdep_lock);
	return key;
}

/* Kernel: lockdep_set_lock_cmp_fn(). */
void lock_class_set_cmp_fn(const void *lock, int (*cmp)(const struct lockdep_map *a,
							  const struct lockdep_map *b))
{
	u16 class;

	if (!lock_classes || !spin_lock(&lockdep_lock))
		return;
	class = lock_class_of(lock, RAISE_MAP, 0);
	if (class)
		lock_classes[class].cmp_fn = cmp;
	WRITE_ONCE(lock_generation, lock_generation + 1);
	spin_unlock(&lockdep_lock);
}

void lock_class_unregister(const void *key)
{
	if (!lock_classes || !spin_lock(&lockdep_lock))
		return;
	if (zap_key(key))
		WRITE_ONCE(lock_generation, lock_generation + 1);
	spin_unlock(&lockdep_lock);
}

/* --- memory that goes ------------------------------------------------------ */

static void forget_in(u16 *link, uintptr_t from, size_t bytes)
{
	while (*link) {
		const void *lock = instances[*link].lock;

		if ((uintptr_t)lock - from >= bytes) {
			link = &instances[*link].next;
			continue;
		}
		zap_key(lock);
		drop_instance(link);
		WRITE_ONCE(lock_generation, lock_generation + 1);
	}
}

void __lock_class_freed(const void *p, size_t bytes)
{
	uintptr_t from = (uintptr_t)p, granules = ((from + bytes - 1) >> GRANULE_SHIFT) -
						  (from >> GRANULE_SHIFT) + 1;

	if (!bytes || !spin_lock(&lockdep_lock))
		return;
	if (granules >= ARRAY_SIZE(instance_hash))
		for (u32 i = 0; i < ARRAY_SIZE(instance_hash); i++)
			forget_in(&instance_hash[i], from, bytes);
	else
		for (uintptr_t i = 0; i < granules; i++)
			forget_in(bucket_of(from + (i << GRANULE_SHIFT)), from, bytes);
	spin_unlock(&lockdep_lock);
}

/* Kernel: lockdep_free_key_range(). */
void lock_class_dlclose(void)
{
	u16 *link;

	if (!lock_classes || !spin_lock(&lockdep_lock))
		return;
	for (u32 i = 0; i < ARRAY_SIZE(instance_hash); i++)
		for (link = &instance_hash[i]; *link;)
			if (instances[*link].is_static && !is_in_module(instances[*link].key))
				drop_instance(link);
			else
				link = &instances[*link].next;
	for (u32 i = 0; i < ARRAY_SIZE(class_hash); i++)
		for (link = &class_hash[i]; *link;)
			if (lock_classes[*link].is_static && !is_in_module(lock_classes[*link].key))
				zap_class(link);
			else
				link = &lock_classes[*link].next;
	WRITE_ONCE(lock_generation, lock_generation + 1);
	spin_unlock(&lockdep_lock);
}

/* --- names ----------------------------------------------------------------- */

void lock_class_name(u16 class, const void *lock, struct report_lock *name)
{
	const struct lock_class *c = &lock_classes[class];

	*name = (struct report_lock){ .lock = lock ? lock : c->key, .kind = c->kind,
				      .subclass = c->subclass, .version = c->version,
				      .site = c->site, .is_static = c->is_static,
				      .usage = c->usage };
	memcpy(name->name, c->name, sizeof(name->name));
}

/* For lists of what is held: a lock that has no class yet has a name, too. */
bool lock_class_find_name(const struct raise *held, struct report_lock *name)
{
	const struct lock_instance *in;
	u16 class;

	if (!lock_classes || !spin_trylock(&lockdep_lock))
		return false;
	in = find_instance(held->what);
	class = find_class(in ? in->key : held->what, in && !LOCK_SUBCLASS(held->how) ?
							      in->subclass :
							      (u8)LOCK_SUBCLASS(held->how));
	if (class) {
		lock_class_name(class, held->what, name);
		name->kind = held->kind;
	} else if (in && in->name) {
		*name = (struct report_lock){ .lock = held->what, .kind = held->kind, .version = 1,
					      .subclass = (u8)LOCK_SUBCLASS(held->how) };
		strncpy(name->name, in->name, sizeof(name->name) - 1);
	}
	spin_unlock(&lockdep_lock);
	return class || (in && in->name);
}
