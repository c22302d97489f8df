// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What is a function in the kernel is one here: kernel code takes its address, and has
 * members of its name that it calls. A macro with arguments would do neither.
 */
#include <linux/slab.h>
#include <linux/gfp.h>
#include <linux/gfp_types.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <linux/mempool.h>
#include <linux/percpu.h>
#include <linux/dmapool.h>
#include <linux/dma-mapping.h>
#include <linux/kmemleak.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/atomic.h>
#include <linux/preempt.h>
#include <linux/interrupt.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include <linux/wait.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/hashtable.h>
#include <linux/rhashtable.h>
#include <linux/xarray.h>
#include <linux/rbtree.h>
#include <linux/rbtree_augmented.h>
#include <linux/llist.h>
#include <linux/list_sort.h>
#include <linux/bitops.h>
#include <linux/bitmap.h>
#include <linux/log2.h>
#include <linux/sizes.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/io.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/init.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <asm/page.h>
#include <linux/timex.h>

#define FUNCTIONS                                                                            \
	F(PageAnon) F(PageAnonExclusive) F(PageHighMem) F(PageTransCompound) \
	F(__alloc_pages) F(__alloc_pages_node) F(__bitmap_and) F(__bitmap_andnot) \
	F(__bitmap_complement) F(__bitmap_equal) F(__bitmap_intersects) F(__bitmap_or) \
	F(__bitmap_or_equal) F(__bitmap_replace) F(__bitmap_shift_left) \
	F(__bitmap_shift_right) F(__bitmap_subset) F(__bitmap_weight) F(__bitmap_xor) \
	F(__clear_bit_unlock) F(__clear_user) F(__devm_add_action) F(__fatal_signal_pending) \
	F(__folio_alloc) F(__folio_alloc_node) F(__folio_mark_uptodate) \
	F(__get_random_u32_below) F(__init_rwsem) F(__init_waitqueue_head) F(__mutex_init) \
	F(__raise_softirq_irqoff) F(__seq_puts) F(__set_bit_le) F(__set_task_comm) \
	F(__wake_up_locked) F(__wake_up_locked_key) F(_local_bh_enable) F(accept_memory) \
	F(access_remote_vm) F(add_bootloader_randomness) F(add_hwgenerator_randomness) \
	F(add_input_randomness) F(add_interrupt_randomness) F(add_latent_entropy) \
	F(add_taint) F(alloc_cpumask_var) F(alloc_page_vma) F(alloc_pages_bulk_array_node) \
	F(alloc_pages_exact_nid) F(alloc_workqueue) F(allow_signal) \
	F(arch_io_free_memtype_wc) F(arch_is_platform_page) F(arch_slab_minalign) \
	F(arch_vma_name) F(bit_waitqueue) F(bitmap_alloc_node) F(bitmap_find_next_zero_area) \
	F(bitmap_parse_user) F(bitmap_parselist_user) F(bitmap_zalloc_node) F(bpf_capable) \
	F(bus_get_dev_root) F(call_rcu_tasks) F(can_do_mlock) F(can_nice) \
	F(class_remove_file_ns) F(clear_bit_le) F(clear_page) F(clear_tsk_thread_flag) \
	F(complete_on_current_cpu) F(compound_nr) F(cond_synchronize_rcu_full) \
	F(copy_mc_to_kernel) F(copy_page) F(copy_user_page) F(cpu_active) F(cpu_online) \
	F(cpu_possible) F(cpu_present) F(cpu_smt_mask) F(cpu_to_mem) F(cpu_to_node) \
	F(cpumask_any_and_distribute) F(cpumask_any_distribute) F(cpumask_of_node) \
	F(current_is_workqueue_rescuer) F(current_user_ns) F(debug_locks_off) \
	F(debug_pagealloc_enabled) F(debug_show_all_locks) F(debug_show_held_locks) \
	F(debugfs_real_fops) F(dec_mm_counter) F(destroy_delayed_work_on_stack) \
	F(destroy_hrtimer_on_stack) F(destroy_rcu_head) F(destroy_rcu_head_on_stack) \
	F(destroy_timer_on_stack) F(destroy_work_on_stack) F(dev_get_msi_domain) \
	F(dev_is_removable) F(dev_removable_is_valid) F(dev_set_msi_domain) \
	F(dev_set_removable) F(device_has_driver_override) F(device_link_wait_removal) \
	F(device_links_supplier_sync_state_pause) F(device_links_supplier_sync_state_resume) \
	F(device_set_wakeup_path) F(device_wakeup_path) F(devm_arch_io_reserve_memtype_wc) \
	F(devm_arch_phys_wc_add) F(devm_bitmap_alloc) F(devm_bitmap_zalloc) \
	F(disable_irq_lockdep) F(disable_irq_nosync_lockdep) \
	F(disable_irq_nosync_lockdep_irqsave) F(disable_irq_wake) F(disable_nmi_nosync) \
	F(disable_percpu_nmi) F(dma_dev_need_sync) F(dma_mmap_wc) F(do_exit) \
	F(driver_find_device_by_fwnode) F(driver_find_device_by_of_node) F(dump_stack_lvl) \
	F(early_pfn_to_nid) F(enable_irq_lockdep) F(enable_irq_lockdep_irqrestore) \
	F(enable_irq_wake) F(enable_nmi) F(enable_percpu_nmi) F(find_first_zero_bit_le) \
	F(find_next_bit_le) F(find_next_zero_bit_le) F(find_task_by_vpid) F(flush_signals) \
	F(folio_address) F(folio_contain_hwpoisoned_page) F(folio_entire_mapcount) \
	F(folio_get) F(folio_has_private) F(folio_is_longterm_pinnable) \
	F(folio_likely_mapped_shared) F(folio_mapcount) F(folio_mapped) F(folio_mark_dirty) \
	F(folio_mark_uptodate) F(folio_maybe_dma_pinned) F(folio_nid) F(folio_nr_pages) \
	F(folio_order) F(folio_pfn) F(folio_put) F(folio_put_refs) F(folio_ref_add) \
	F(folio_ref_count) F(folio_ref_inc) F(folio_ref_sub) F(folio_shift) F(folio_size) \
	F(folio_test_anon) F(folio_test_highmem) F(folio_test_ksm) F(folio_test_large) \
	F(folio_test_slab) F(folio_try_get) F(folio_zonenum) F(free_nmi) F(free_percpu_nmi) \
	F(free_reserved_page) F(ftrace_dump) F(get_completed_synchronize_rcu) \
	F(get_completed_synchronize_rcu_full) F(get_completed_synchronize_srcu) \
	F(get_cycles) F(get_mm_counter_sum) F(get_state_synchronize_rcu_full) F(get_taint) \
	F(get_zeroed_page) F(getboottime64) F(gfp_pfmemalloc_allowed) F(has_capability) \
	F(has_capability_noaudit) F(hex_dump_to_buffer) F(hlist_nulls_unhashed_lockless) \
	F(hrtimer_cancel_wait_running) F(hrtimer_cb_get_time) F(hrtimer_init_on_stack) \
	F(hrtimer_init_sleeper_on_stack) F(hrtimer_start_range_ns) \
	F(hrtimer_update_function) F(hweight_long) F(idle_cpu) F(in_egroup_p) F(in_group_p) \
	F(inb_p) F(inc_mm_counter) F(init_rcu_head) F(init_rcu_head_on_stack) F(inl_p) \
	F(insb) F(insl) F(insw) F(inw_p) F(io_remap_pfn_range) F(io_schedule_finish) \
	F(io_schedule_prepare) F(ioread16_rep) F(ioread16be) F(ioread32_rep) F(ioread32be) \
	F(ioread64be) F(ioread8_rep) F(ioremap_page_range) F(iowrite16_rep) F(iowrite16be) \
	F(iowrite32_rep) F(iowrite32be) F(iowrite64be) F(iowrite8_rep) \
	F(irq_can_set_affinity) F(irq_enter) F(irq_enter_rcu) F(irq_exit) F(irq_exit_rcu) \
	F(irq_has_action) F(irq_inject_interrupt) F(irq_percpu_is_enabled) F(is_idle_task) \
	F(is_module_sig_enforced) F(is_vmalloc_or_module_addr) F(jump_label_lock) \
	F(jump_label_unlock) F(kmemleak_alloc) F(kmemleak_alloc_percpu) \
	F(kmemleak_alloc_phys) F(kmemleak_alloc_recursive) F(kmemleak_erase) \
	F(kmemleak_free) F(kmemleak_free_part) F(kmemleak_free_part_phys) \
	F(kmemleak_free_percpu) F(kmemleak_free_recursive) F(kmemleak_ignore) \
	F(kmemleak_ignore_phys) F(kmemleak_init) F(kmemleak_no_scan) F(kmemleak_not_leak) \
	F(kmemleak_scan_area) F(kmemleak_transient_leak) F(kmemleak_update_trace) \
	F(kmemleak_vmalloc) F(kstrtos32_from_user) F(kstrtos64_from_user) \
	F(kstrtou32_from_user) F(kstrtou64_from_user) F(kthread_bind_mask) \
	F(kthread_create_on_cpu) F(kthread_create_worker) F(kthread_is_per_cpu) \
	F(kthread_run_on_cpu) F(kthread_set_per_cpu) F(ktime_get_boot_fast_ns) \
	F(ktime_get_boottime_ns) F(ktime_get_boottime_seconds) F(ktime_get_boottime_ts64) \
	F(ktime_get_clocktai) F(ktime_get_clocktai_ns) F(ktime_get_clocktai_ts64) \
	F(ktime_get_coarse) F(ktime_get_coarse_boottime) F(ktime_get_coarse_boottime_ns) \
	F(ktime_get_coarse_ns) F(ktime_get_coarse_real) F(ktime_get_coarse_real_ns) \
	F(ktime_get_coarse_real_ts64) F(ktime_get_coarse_ts64) F(ktime_get_mono_fast_ns) \
	F(ktime_get_ns) F(ktime_get_raw) F(ktime_get_raw_fast_ns) F(ktime_get_raw_ns) \
	F(ktime_get_raw_ts64) F(ktime_get_real_fast_ns) F(ktime_get_real_ns) \
	F(ktime_get_real_seconds) F(ktime_get_seconds) F(ktime_get_tai_fast_ns) \
	F(ktime_mono_to_real) F(ktime_to_ns) F(local_bh_disable) F(local_bh_enable) \
	F(local_bh_enable_ip) F(lock_device_hotplug) F(lock_device_hotplug_sysfs) \
	F(lockdep_hardirqs_off) F(lockdep_hardirqs_on) F(lockdep_hardirqs_on_prepare) \
	F(lockdep_off) F(lockdep_on) F(lowmem_page_address) F(memcpy_flushcache) \
	F(memory_add_physaddr_to_nid) F(mempool_create) F(mempool_create_kvmalloc_pool) \
	F(mempool_init) F(mempool_init_kvmalloc_pool) F(memset64) F(mmap_assert_locked) \
	F(mmap_assert_write_locked) F(mmap_init_lock) F(mmap_lock_is_contended) \
	F(mmap_read_lock) F(mmap_read_lock_killable) F(mmap_read_trylock) \
	F(mmap_read_unlock) F(mmap_read_unlock_non_owner) F(mmap_write_downgrade) \
	F(mmap_write_lock) F(mmap_write_lock_killable) F(mmap_write_lock_nested) \
	F(mmap_write_unlock) F(mmdrop_lazy_tlb) F(mmdrop_sched) F(mmgrab_lazy_tlb) \
	F(module_requested_async_probing) F(module_sig_ok) F(mutex_lock_io) \
	F(next_online_node) F(node_state) F(nr_free_buffer_pages) F(ns_capable_noaudit) \
	F(ns_to_ktime) F(num_node_state) F(num_online_cpus) F(numa_mem_id) \
	F(numa_nearest_node) F(numa_node_id) F(numa_valid_node) F(open_softirq) F(outb_p) \
	F(outl_p) F(outsb) F(outsl) F(outsw) F(outw_p) F(page_is_pfmemalloc) F(page_is_ram) \
	F(page_mapped) F(page_ref_count) F(page_ref_dec) F(page_ref_inc) F(page_shift) \
	F(page_size) F(page_to_nid) F(pagefault_disable) F(pagefault_disabled) \
	F(pagefault_enable) F(percpu_counter_compare) F(percpu_counter_dec) \
	F(percpu_counter_inc) F(percpu_counter_sub) F(percpu_counter_sub_local) \
	F(percpu_counter_sum) F(percpu_ref_switch_to_atomic) \
	F(percpu_ref_switch_to_atomic_sync) F(percpu_ref_switch_to_percpu) \
	F(percpu_ref_tryget_live_rcu) F(perfmon_capable) F(pfn_folio) \
	F(pfn_is_unaccepted_memory) F(pfn_to_kaddr) F(pgprot_writecombine) \
	F(pgprot_writethrough) F(phys_to_target_node) F(pm_relax) F(pm_stay_awake) \
	F(pm_wakeup_dev_event) F(pm_wakeup_event) F(pm_wakeup_hard_event) \
	F(poll_state_synchronize_rcu_full) F(preempt_count) F(preempt_enable_nested) \
	F(print_hex_dump) F(print_hex_dump_debug) \
	F(printk_trigger_flush) F(probe_irq_mask) F(probe_irq_off) F(probe_irq_on) \
	F(put_pages_list) F(radix_tree_deref_retry) F(radix_tree_deref_slot) \
	F(radix_tree_deref_slot_protected) F(radix_tree_exception) F(radix_tree_iter_resume) \
	F(raise_softirq) F(raise_softirq_irqoff) F(random_get_entropy) F(random_online_cpu) \
	F(range_contains_unaccepted_memory) F(rcu_barrier_tasks) F(rcu_is_watching) \
	F(rcu_lockdep_current_cpu_online) F(rcu_read_lock) F(rcu_read_lock_any_held) \
	F(rcu_read_lock_bh) F(rcu_read_lock_bh_held) F(rcu_read_lock_held) \
	F(rcu_read_lock_sched) F(rcu_read_lock_sched_held) F(rcu_read_lock_sched_notrace) \
	F(rcu_read_unlock) F(rcu_read_unlock_bh) F(rcu_read_unlock_sched) \
	F(rcu_read_unlock_sched_notrace) F(rcu_sysrq_end) F(rcu_sysrq_start) \
	F(rcu_trace_implies_rcu_gp) F(read_seqcount_latch) F(read_seqcount_latch_retry) \
	F(read_sequnlock_excl_irqrestore) F(read_ti_thread_flags) F(remap_pfn_range_notrack) \
	F(restart_syscall) F(rht_ptr) F(rwlock_needbreak) F(same_state_synchronize_rcu_full) \
	F(same_thread_group) F(sched_set_fifo) F(sched_set_fifo_low) F(sched_set_normal) \
	F(schedule_hrtimeout_range) F(schedule_preempt_disabled) F(seq_hlist_next_rcu) \
	F(seq_hlist_start_head_rcu) F(seq_hlist_start_rcu) F(seq_list_next_rcu) \
	F(seq_list_start_head_rcu) F(seq_list_start_rcu) F(seq_user_ns) F(set_bit_le) \
	F(set_page_dirty_lock) F(set_tsk_thread_flag) F(si_mem_available) \
	F(smp_mb__after_srcu_read_unlock) F(spin_needbreak) F(srcu_down_read) \
	F(srcu_read_lock_held) F(srcu_read_lock_nmisafe) F(srcu_read_lock_notrace) \
	F(srcu_read_unlock_nmisafe) F(srcu_read_unlock_notrace) F(srcu_up_read) \
	F(start_poll_synchronize_rcu_full) F(static_key_disable) F(static_key_enable) \
	F(static_key_false) F(static_key_slow_dec) F(static_key_slow_inc) F(static_key_true) \
	F(strchrnul) F(stream_open) F(strlcat) F(symbol_put_addr) F(synchronize_hardirq) \
	F(synchronize_rcu_tasks) F(task_cpu) F(task_curr) F(task_is_runnable) F(task_nice) \
	F(task_pid_vnr) F(task_prio) F(task_rlimit) F(task_rlimit_max) F(task_sigpending) \
	F(task_state_to_char) F(task_tgid_vnr) F(teardown_percpu_nmi) \
	F(test_and_clear_tsk_thread_flag) F(test_and_set_tsk_thread_flag) F(test_bit_le) \
	F(test_taint) F(test_tsk_need_resched) F(test_tsk_thread_flag) F(thp_order) \
	F(thp_size) F(thread_group_empty) F(thread_group_leader) F(timespec64_to_ktime) \
	F(totalram_pages) F(trace_dump_stack) F(tracing_is_on) F(tracing_off) F(tracing_on) \
	F(tracing_start) F(tracing_stop) F(try_get_page) F(unlock_device_hotplug) \
	F(update_tsk_thread_flag) F(user_access_begin) F(usleep_idle_range) \
	F(usleep_range_state) F(virt_to_folio) F(virt_to_head_page) F(vm_flags_init) \
	F(vma_is_accessible) F(vma_is_anonymous) F(vma_is_shared_maywrite) \
	F(vmalloc_nr_pages) F(vmf_insert_mixed_mkwrite) F(vmf_insert_pfn_prot) \
	F(wait_for_completion_io_timeout) F(wait_for_device_probe) F(wait_on_bit_io) \
	F(wait_on_bit_lock_io) F(wake_up_klogd) F(wake_up_var) F(within_module_init) \
	F(workqueue_congested) F(write_seqcount_latch) F(write_seqcount_latch_begin) \
	F(write_seqcount_latch_end) F(zalloc_cpumask_var) F(zalloc_cpumask_var_node)

#define F(name) (const void *)name,
static const void *const addresses[] = { FUNCTIONS };
#undef F

#define F(name) int (*name)(int);
struct operations {
	FUNCTIONS
};
#undef F

static int one_more(int x)
{
	return x + 1;
}

#define F(name) .name = one_more,
static const struct operations ops = { FUNCTIONS };
#undef F

int main(void)
{
	int sum = 0;
	size_t i;

#define F(name) sum = ops.name(sum);
	FUNCTIONS
#undef F
	for (i = 0; i < ARRAY_SIZE(addresses); i++)
		if (!addresses[i])
			return 1;
	return sum == (int)ARRAY_SIZE(addresses) ? 0 : 1;
}
