/* SPDX-License-Identifier: MIT */
/*
 * <linux/pm.h> of Linux 6.12 with CONFIG_PM and CONFIG_PM_SLEEP: what a driver does when
 * the machine sleeps. No machine sleeps here: a test calls the functions.
 */
#ifndef _LINUX_PM_H
#define _LINUX_PM_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/device.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define PM_EVENT_INVALID (-1)
#define PM_EVENT_ON 0x0000
#define PM_EVENT_FREEZE 0x0001
#define PM_EVENT_SUSPEND 0x0002
#define PM_EVENT_HIBERNATE 0x0004
#define PM_EVENT_QUIESCE 0x0008
#define PM_EVENT_RESUME 0x0010
#define PM_EVENT_THAW 0x0020
#define PM_EVENT_RESTORE 0x0040
#define PM_EVENT_RECOVER 0x0080
#define PM_EVENT_USER 0x0100
#define PM_EVENT_REMOTE 0x0200
#define PM_EVENT_AUTO 0x0400
#define PM_EVENT_SLEEP (PM_EVENT_SUSPEND | PM_EVENT_HIBERNATE)

#define PMSG_ON ((struct pm_message){ PM_EVENT_ON })
#define PMSG_FREEZE ((struct pm_message){ PM_EVENT_FREEZE })
#define PMSG_QUIESCE ((struct pm_message){ PM_EVENT_QUIESCE })
#define PMSG_SUSPEND ((struct pm_message){ PM_EVENT_SUSPEND })
#define PMSG_HIBERNATE ((struct pm_message){ PM_EVENT_HIBERNATE })
#define PMSG_RESUME ((struct pm_message){ PM_EVENT_RESUME })
#define PMSG_THAW ((struct pm_message){ PM_EVENT_THAW })
#define PMSG_RESTORE ((struct pm_message){ PM_EVENT_RESTORE })
#define PMSG_RECOVER ((struct pm_message){ PM_EVENT_RECOVER })
#define PMSG_USER_SUSPEND ((struct pm_message){ PM_EVENT_USER | PM_EVENT_SUSPEND })
#define PMSG_USER_RESUME ((struct pm_message){ PM_EVENT_USER | PM_EVENT_RESUME })
#define PMSG_REMOTE_RESUME ((struct pm_message){ PM_EVENT_REMOTE | PM_EVENT_RESUME })
#define PMSG_AUTO_SUSPEND ((struct pm_message){ PM_EVENT_AUTO | PM_EVENT_SUSPEND })
#define PMSG_AUTO_RESUME ((struct pm_message){ PM_EVENT_AUTO | PM_EVENT_RESUME })
#define PM_EVENT_PRETHAW PM_EVENT_QUIESCE
#define PMSG_IS_AUTO(msg) (((msg).event & PM_EVENT_AUTO) != 0)

struct dev_pm_ops {
	int (*prepare)(struct device *dev);
	void (*complete)(struct device *dev);
	int (*suspend)(struct device *dev);
	int (*resume)(struct device *dev);
	int (*freeze)(struct device *dev);
	int (*thaw)(struct device *dev);
	int (*poweroff)(struct device *dev);
	int (*restore)(struct device *dev);
	int (*suspend_late)(struct device *dev);
	int (*resume_early)(struct device *dev);
	int (*freeze_late)(struct device *dev);
	int (*thaw_early)(struct device *dev);
	int (*poweroff_late)(struct device *dev);
	int (*restore_early)(struct device *dev);
	int (*suspend_noirq)(struct device *dev);
	int (*resume_noirq)(struct device *dev);
	int (*freeze_noirq)(struct device *dev);
	int (*thaw_noirq)(struct device *dev);
	int (*poweroff_noirq)(struct device *dev);
	int (*restore_noirq)(struct device *dev);
	int (*runtime_suspend)(struct device *dev);
	int (*runtime_resume)(struct device *dev);
	int (*runtime_idle)(struct device *dev);
};

#define pm_ptr(_ptr) (_ptr)
#define pm_sleep_ptr(_ptr) (_ptr)

/* Going down is one function, coming up another, of each phase. */
#define SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)                            \
	.suspend = pm_sleep_ptr(suspend_fn), .resume = pm_sleep_ptr(resume_fn), \
	.freeze = pm_sleep_ptr(suspend_fn), .thaw = pm_sleep_ptr(resume_fn),  \
	.poweroff = pm_sleep_ptr(suspend_fn), .restore = pm_sleep_ptr(resume_fn),
#define LATE_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)                       \
	.suspend_late = pm_sleep_ptr(suspend_fn), .resume_early = pm_sleep_ptr(resume_fn), \
	.freeze_late = pm_sleep_ptr(suspend_fn), .thaw_early = pm_sleep_ptr(resume_fn), \
	.poweroff_late = pm_sleep_ptr(suspend_fn), .restore_early = pm_sleep_ptr(resume_fn),
#define NOIRQ_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)                      \
	.suspend_noirq = pm_sleep_ptr(suspend_fn), .resume_noirq = pm_sleep_ptr(resume_fn), \
	.freeze_noirq = pm_sleep_ptr(suspend_fn), .thaw_noirq = pm_sleep_ptr(resume_fn), \
	.poweroff_noirq = pm_sleep_ptr(suspend_fn), .restore_noirq = pm_sleep_ptr(resume_fn),
#define RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn)                        \
	.runtime_suspend = suspend_fn, .runtime_resume = resume_fn, .runtime_idle = idle_fn,
#define SET_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)
#define SET_LATE_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) \
	LATE_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)
#define SET_NOIRQ_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) \
	NOIRQ_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn)
#define SET_RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn) \
	RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn)

#define DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) \
	const struct dev_pm_ops name = { SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) }
#define DEFINE_NOIRQ_DEV_PM_OPS(name, suspend_fn, resume_fn) \
	const struct dev_pm_ops name = { NOIRQ_SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) }
#define SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) \
	const struct dev_pm_ops __maybe_unused name = { \
		SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) }
#define UNIVERSAL_DEV_PM_OPS(name, suspend_fn, resume_fn, idle_fn) \
	const struct dev_pm_ops __maybe_unused name = { \
		SYSTEM_SLEEP_PM_OPS(suspend_fn, resume_fn) \
		RUNTIME_PM_OPS(suspend_fn, resume_fn, idle_fn) }
#define EXPORT_DEV_PM_OPS(name) const struct dev_pm_ops name
#define EXPORT_GPL_DEV_PM_OPS(name) const struct dev_pm_ops name
#define EXPORT_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) \
	DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)
#define EXPORT_GPL_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn) \
	DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)

#define EXPORT_NS_DEV_PM_OPS(name, ns) const struct dev_pm_ops name
#define EXPORT_NS_GPL_DEV_PM_OPS(name, ns) const struct dev_pm_ops name
#define EXPORT_NS_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn, ns) \
	DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)
#define EXPORT_NS_GPL_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn, ns) \
	DEFINE_SIMPLE_DEV_PM_OPS(name, suspend_fn, resume_fn)

#define DPM_FLAG_NO_DIRECT_COMPLETE BIT(0)
#define DPM_FLAG_SMART_PREPARE BIT(1)
#define DPM_FLAG_SMART_SUSPEND BIT(2)
#define DPM_FLAG_MAY_SKIP_RESUME BIT(3)

/* --- devices that may wake the machine: said, and answered */

static inline void device_set_wakeup_capable(struct device *dev, bool capable)
{
	dev->power.can_wakeup = capable;
}

static inline bool device_can_wakeup(struct device *dev)
{
	return dev->power.can_wakeup;
}

static inline int device_set_wakeup_enable(struct device *dev, bool enable)
{
	if (enable && !dev->power.can_wakeup)
		return -EINVAL;
	dev->power.should_wakeup = enable;
	return 0;
}

static inline int device_wakeup_enable(struct device *dev)
{
	return device_set_wakeup_enable(dev, true);
}

static inline void device_wakeup_disable(struct device *dev)
{
	device_set_wakeup_enable(dev, false);
}

static inline bool device_may_wakeup(struct device *dev)
{
	return dev->power.can_wakeup && dev->power.should_wakeup;
}

static inline int device_init_wakeup(struct device *dev, bool enable)
{
	device_set_wakeup_capable(dev, enable);
	return device_set_wakeup_enable(dev, enable);
}

static __always_inline bool device_wakeup_path(struct device *dev)
{
	(void)dev;
	return false;
}

static __always_inline void device_set_wakeup_path(struct device *dev)
{
	(void)dev;
}

static __always_inline void pm_wakeup_event(struct device *dev, unsigned int msec)
{
	(void)dev;
	(void)msec;
}

static __always_inline void pm_wakeup_dev_event(struct device *dev, unsigned int msec, bool hard)
{
	(void)dev;
	(void)msec;
	(void)hard;
}

static __always_inline void pm_wakeup_hard_event(struct device *dev)
{
	(void)dev;
}

static __always_inline void pm_stay_awake(struct device *dev)
{
	(void)dev;
}

static __always_inline void pm_relax(struct device *dev)
{
	(void)dev;
}

enum rpm_status { RPM_INVALID = -1, RPM_ACTIVE = 0, RPM_RESUMING, RPM_SUSPENDED, RPM_SUSPENDING };

/* What is done around a driver's own functions; nobody here does it. */
struct dev_pm_domain {
	struct dev_pm_ops ops;
	int (*start)(struct device *dev);
	void (*detach)(struct device *dev, bool power_off);
	int (*activate)(struct device *dev);
	void (*sync)(struct device *dev);
	void (*dismiss)(struct device *dev);
	int (*set_performance_state)(struct device *dev, unsigned int state);
};

/* What a bus does that leaves a phase to the driver. */
#define __KMEMU_PM_GENERIC(phase)                                                       \
	static __maybe_unused int pm_generic_##phase(struct device *dev)                \
	{                                                                               \
		const struct dev_pm_ops *pm = dev->driver ? dev->driver->pm : NULL;     \
		return pm && pm->phase ? pm->phase(dev) : 0;                            \
	}
__KMEMU_PM_GENERIC(prepare)
__KMEMU_PM_GENERIC(suspend)
__KMEMU_PM_GENERIC(suspend_late)
__KMEMU_PM_GENERIC(suspend_noirq)
__KMEMU_PM_GENERIC(resume)
__KMEMU_PM_GENERIC(resume_early)
__KMEMU_PM_GENERIC(resume_noirq)
__KMEMU_PM_GENERIC(freeze)
__KMEMU_PM_GENERIC(freeze_late)
__KMEMU_PM_GENERIC(freeze_noirq)
__KMEMU_PM_GENERIC(thaw)
__KMEMU_PM_GENERIC(thaw_early)
__KMEMU_PM_GENERIC(thaw_noirq)
__KMEMU_PM_GENERIC(poweroff)
__KMEMU_PM_GENERIC(poweroff_late)
__KMEMU_PM_GENERIC(poweroff_noirq)
__KMEMU_PM_GENERIC(restore)
__KMEMU_PM_GENERIC(restore_early)
__KMEMU_PM_GENERIC(restore_noirq)

static __maybe_unused void pm_generic_complete(struct device *dev)
{
	const struct dev_pm_ops *pm = dev->driver ? dev->driver->pm : NULL;

	if (pm && pm->complete)
		pm->complete(dev);
}

#endif /* __cplusplus */

#endif /* _LINUX_PM_H */
