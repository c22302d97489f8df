/* SPDX-License-Identifier: MIT */
/*
 * cpuhp.h - what is done for each CPU that comes or goes (kernel:
 * include/linux/cpuhotplug.h, kernel/cpu.c). None does: that is at setup and removal.
 */
#ifndef KMEMU_CPUHP_H
#define KMEMU_CPUHP_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hlist_node;

#define KMEMU_CPUHP_STATES 256
/* Those from here on are called on a thread of the CPU, the others on the caller's. */
#define KMEMU_CPUHP_AP 96
#define KMEMU_CPUHP_PREPARE_DYN 64
#define KMEMU_CPUHP_PREPARE_DYN_END (KMEMU_CPUHP_PREPARE_DYN + 20)
#define KMEMU_CPUHP_ONLINE_DYN 160
#define KMEMU_CPUHP_ONLINE_DYN_END (KMEMU_CPUHP_ONLINE_DYN + 40)

/*
 * setup: startup (NULL: nothing) for each CPU if invoke, and what of them was done is undone
 * by teardown if one fails. 0, of the _DYN the state that it is, -EBUSY (the state is
 * somebody's), -EINVAL (no name, no such state), -ENOSPC, or what startup says. multi: the
 * functions are int (*)(unsigned int cpu, struct hlist_node *node), and called for the
 * instances, whose nodes stay as they are. remove of a state with instances is told of. May
 * sleep.
 */
int kmemu_cpuhp_setup_state(int state, const char *name, bool invoke,
			    int (*startup)(unsigned int cpu), int (*teardown)(unsigned int cpu),
			    bool multi);
void kmemu_cpuhp_remove_state(int state, bool invoke);
int kmemu_cpuhp_state_add_instance(int state, struct hlist_node *node, bool invoke);
int kmemu_cpuhp_state_remove_instance(int state, struct hlist_node *node, bool invoke);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_CPUHP_H */
