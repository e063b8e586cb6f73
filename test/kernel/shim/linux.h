/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Linux provides below arch/x86/kvm/mmu, in the small: one thread, no interrupts, no locking.
 * Force-included before every kernel file; the headers that it replaces are empty files.
 */
#ifndef SHIM_LINUX_H
#define SHIM_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdarg.h>

#define __KERNEL__ 1
#define CONFIG_X86 1
#define CONFIG_X86_64 1
#define CONFIG_64BIT 1
#define CONFIG_SMP 1
#define CONFIG_KVM_GENERIC_MMU_NOTIFIER 1
#define CONFIG_MMU_NOTIFIER 1
#define CONFIG_HAVE_KVM_IRQCHIP 1
#define CONFIG_KVM_ASYNC_PF 1
#define CONFIG_HAS_IOMEM 1
#define CONFIG_KVM_MAX_NR_VCPUS 4
#define CONFIG_NR_CPUS 4
#define KBUILD_MODNAME "kvm"

#include <have.h>
#include <linux/kconfig.h>

/* ---- types ---- */
typedef unsigned char u8, __u8, uint8, uchar, u_char;
typedef signed char s8, __s8;
typedef unsigned short u16, __u16, ushort;
typedef short s16, __s16;
typedef unsigned int u32, __u32, uint, __poll_t;
typedef int s32, __s32;
typedef unsigned long long u64, __u64, ulong;
typedef long long s64, __s64;
typedef u16 __le16, __be16;
typedef u32 __le32, __be32;
typedef u64 __le64, __be64;
typedef u64 phys_addr_t, dma_addr_t, resource_size_t, cycles_t;
typedef s64 ktime_t, time64_t;
typedef unsigned int gfp_t, fmode_t, umode_t;
typedef s64 loff_t;
typedef s64 ssize_t;
typedef int pid_t;
typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;
typedef atomic64_t atomic_long_t;
typedef struct { int unused; } spinlock_t, raw_spinlock_t, rwlock_t, seqcount_t, seqcount_raw_spinlock_t, seqcount_spinlock_t, wait_queue_head_t;
typedef struct { int refs; } refcount_t;
typedef struct { u8 b[16]; } guid_t;
typedef struct { u64 sig[1]; } sigset_t;
typedef struct { u64 bits[1]; } cpumask_t;
typedef cpumask_t *cpumask_var_t;
typedef u64 pteval_t, pmdval_t, pudval_t, p4dval_t, pgdval_t, pgprotval_t;
typedef struct { u64 pte; } pte_t;
typedef struct { u64 pmd; } pmd_t;
typedef struct { u64 pud; } pud_t;
typedef struct { u64 p4d; } p4d_t;
typedef struct { u64 pgd; } pgd_t;
typedef u64 time_t;

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };
struct callback_head { struct callback_head *next; void (*func)(struct callback_head *); };
#define rcu_head callback_head
struct mutex { int unused; };
struct rw_semaphore { int unused; };
struct completion { int unused; };
struct swait_queue_head { int unused; };
struct rcuwait { void *task; };
struct srcu_struct { int unused; };
struct preempt_notifier { int unused; };
struct hrtimer { int unused; };
struct timer_list { int unused; };
struct ratelimit_state { int unused; };
struct work_struct { struct list_head entry; };
struct delayed_work { struct work_struct work; };
struct irq_work { int unused; };
struct notifier_block { int unused; };
struct mmu_notifier { int unused; };
struct rb_node { struct rb_node *rb_left, *rb_right; };
struct rb_root { struct rb_node *rb_node; };
struct rb_root_cached { struct rb_root rb_root; };
struct interval_tree_node { struct rb_node rb; u64 start, last; };
struct kref { refcount_t refcount; };
struct xarray { void *slot; };
struct percpu_counter { s64 count; };
struct once { int done; };
struct file;
struct pid;
struct dentry;
struct task_struct;
struct mm_struct { struct rw_semaphore mmap_lock; };
struct module;
struct kernel_param { void *arg; };
struct kernel_param_ops { int (*set)(const char *, const struct kernel_param *); int (*get)(char *, const struct kernel_param *); };
struct vm_area_struct { unsigned long long vm_start, vm_end; };
struct irq_bypass_producer { int unused; };
struct irq_bypass_consumer { int unused; };
struct perf_event;
struct user_return_notifier { int unused; };
struct x86_pmu_capability { int version; };
struct page { unsigned long long private_value; int refs; };
struct folio { struct page page; };
struct kmem_cache { unsigned int size; };
struct idr { int unused; };
struct tracepoint { int unused; };
struct fpu_guest { u64 perm, xfeatures, xfd_err; void *fpstate; };
struct shrinker { void *count_objects, *scan_objects; int seeks; };
struct shrink_control { unsigned long long nr_to_scan; };
struct seq_file;
struct kmem_cache_args;

/* ---- words about the compiler ---- */
#define __user
#define __rcu
#define __iomem
#define __percpu
#define __init
#define __exit
#define __ro_after_init
#define __read_mostly
#define __always_inline inline __attribute__((always_inline))
#define __maybe_unused __attribute__((unused))
#define __must_check
#define __used __attribute__((used))
#define noinline __attribute__((noinline))
#define noinstr
#define __visible
#define __cold
#define notrace
#define asmlinkage
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define ____cacheline_aligned
#define ____cacheline_aligned_in_smp
#define __cacheline_aligned
#define __randomize_layout
#define __printf(a, b)
#define __acquires(x)
#define __releases(x)
#define __force
#define __weak __attribute__((weak))
#define __noreturn
#define __counted_by(x)
#define __context_unsafe(...)
#define __free(x)
#define fallthrough __attribute__((fallthrough))
#define likely(x) (x)
#define unlikely(x) (x)
#define barrier() ((void)0)
#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define __TRAILING_OVERLAP(T, name, member, attributes, others) union { T name; struct { u8 before_##name[offsetof(T, member)]; others } attributes; }
#define __DECLARE_FLEX_ARRAY(T, n) struct { struct { } __empty_##n; T n[]; }
#define DECLARE_FLEX_ARRAY(T, n) __DECLARE_FLEX_ARRAY(T, n)
#define struct_group(name, ...) union { struct { __VA_ARGS__ }; struct { __VA_ARGS__ } name; }
/* What they say of sizes holds where a pointer has 64 bits. */
#define static_assert(...) _Static_assert(true, "")
#define offsetofend(T, m) (offsetof(T, m) + sizeof(((T *)0)->m))
#define sizeof_field(T, m) sizeof(((T *)0)->m)
#define struct_size(p, m, n) (sizeof(*(p)) + sizeof((p)->m[0]) * (n))
#define BUILD_BUG_ON(c) ((void)sizeof(char[1 - 2 * !!(c)]))
#define BUILD_BUG_ON_MSG(c, m) ((void)0)
#define BUILD_BUG_ON_ZERO(e) 0
#define BUILD_BUG() ((void)0)
#define __must_be_array(a) 0
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))
#define smp_load_acquire(p) (*(p))
#define smp_store_release(p, v) (*(p) = (v))
#define smp_store_mb(x, v) ((x) = (v))
#define smp_rmb() ((void)0)
#define smp_wmb() ((void)0)
#define smp_mb() ((void)0)
#define smp_mb__after_atomic() ((void)0)
#define smp_mb__before_atomic() ((void)0)
#define smp_mb__after_srcu_read_unlock() ((void)0)
#define data_race(x) (x)
#define EXPORT_SYMBOL_GPL(x)
#define EXPORT_SYMBOL(x)
#define MODULE_PARM_DESC(...)
#define module_param(...)
#define module_param_named(...)
#define module_param_cb(...)
#define __MODULE_PARM_TYPE(...)
#define DEFINE_STATIC_KEY_FALSE(x) int x
#define DECLARE_STATIC_KEY_FALSE(x) extern int x
#define static_branch_unlikely(x) (*(x))
#define static_branch_likely(x) (*(x))
struct static_key_false { int on; };
struct static_key_false_deferred { struct static_key_false key; };
struct static_key { int on; };

/* ---- bits ---- */
#define UL(x) x##ULL
#define ULL(x) x##ULL
#define _UL(x) x##ULL
#define _ULL(x) x##ULL
#define __AC(x, y) (x##y)
#define _AC(x, y) __AC(x, y)
#define _AT(t, x) ((t)(x))
#define BITS_PER_LONG 64
#define BITS_PER_BYTE 8
#define BITS_PER_LONG_LONG 64
#define BIT(n) (1ULL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define _BITUL(n) (1ULL << (n))
#define _BITULL(n) (1ULL << (n))
#define BIT_MASK(n) (1ULL << ((n) % 64))
#define BIT_WORD(n) ((n) / 64)
#define GENMASK(h, l) (((~0ULL) << (l)) & (~0ULL >> (63 - (h))))
#define GENMASK_ULL(h, l) GENMASK(h, l)
#define BITS_TO_LONGS(n) (((n) + 63) / 64)
#define DECLARE_BITMAP(name, n) unsigned long long name[BITS_TO_LONGS(n)]
#define DIV_ROUND_UP(a, b) (((a) + (b) - 1) / (b))
#define ALIGN(x, a) (((x) + (a) - 1) & ~((typeof(x))(a) - 1))
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a) - 1)) == 0)
#define PTR_ALIGN(p, a) (p)
#define round_up(x, a) ALIGN(x, a)
#define round_down(x, a) ALIGN_DOWN(x, a)
#define upper_32_bits(n) ((u32)((n) >> 32))
#define lower_32_bits(n) ((u32)(n))
#define min(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a < _b ? _a : _b; })
#define max(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a > _b ? _a : _b; })
#define min_t(T, a, b) min((T)(a), (T)(b))
#define max_t(T, a, b) max((T)(a), (T)(b))
#define clamp(v, l, h) min(max(v, l), h)
#define swap(a, b) do { typeof(a) _t = (a); (a) = (b); (b) = _t; } while (0)
#define hweight16(x) __builtin_popcount((u16)(x))
#define hweight32(x) __builtin_popcount(x)
#define hweight64(x) __builtin_popcountll(x)
#define is_power_of_2(n) ((n) && !((n) & ((n) - 1)))

static inline int fls(unsigned int x) { return x ? 32 - __builtin_clz(x) : 0; }
static inline int fls64(u64 x) { return x ? 64 - __builtin_clzll(x) : 0; }
static inline int ilog2(u64 x) { return fls64(x) - 1; }
#define order_base_2(x) ilog2(x)
static inline u64 __ffs(u64 x) { return __builtin_ctzll(x); }
static inline int ffs_u64(u64 x) { return __builtin_ffsll(x); }
static inline bool test_bit(long long n, const volatile void *p) { return ((const volatile u64 *)p)[n / 64] >> (n % 64) & 1; }
static inline void __set_bit(long long n, volatile void *p) { ((volatile u64 *)p)[n / 64] |= BIT_MASK(n); }
static inline void __clear_bit(long long n, volatile void *p) { ((volatile u64 *)p)[n / 64] &= ~BIT_MASK(n); }
static inline bool __test_and_set_bit(long long n, volatile void *p) { bool was = test_bit(n, p); __set_bit(n, p); return was; }
static inline bool __test_and_clear_bit(long long n, volatile void *p) { bool was = test_bit(n, p); __clear_bit(n, p); return was; }
#define set_bit __set_bit
#define clear_bit __clear_bit
#define test_and_set_bit __test_and_set_bit
#define test_and_clear_bit __test_and_clear_bit
static inline unsigned int find_next_bit_from(const u64 *p, unsigned int size, unsigned int from)
{
	for (unsigned int n = from; n < size; n++) {
		u64 rest = p[n / 64] >> (n % 64);

		if (!rest) { n |= 63; continue; }
		n += __builtin_ctzll(rest);
		return n < size ? n : size;
	}
	return size;
}
#define find_first_bit(p, size) find_next_bit_from((const u64 *)(p), size, 0)
#define find_next_bit(p, size, from) find_next_bit_from((const u64 *)(p), size, from)
#define for_each_set_bit(n, p, size) for ((n) = find_first_bit(p, size); (n) < (size); (n) = find_next_bit(p, size, (n) + 1))
#define DEFINE_CLASS(name, type, exit, init, init_args...)
static inline void bitmap_zero(void *p, unsigned int n) { __builtin_memset(p, 0, BITS_TO_LONGS(n) * 8); }
static inline bool bitmap_empty(const void *p, unsigned int n) { return find_first_bit(p, n) == n; }

/* ---- plain memory ---- */
void *memset(void *, int, __SIZE_TYPE__);
void *memcpy(void *, const void *, __SIZE_TYPE__);
void *memmove(void *, const void *, __SIZE_TYPE__);
int memcmp(const void *, const void *, __SIZE_TYPE__);
int strcmp(const char *, const char *);
#define memset64(p, v, n) do { for (__SIZE_TYPE__ _i = 0; _i < (n); _i++) ((u64 *)(p))[_i] = (v); } while (0)
static inline bool sysfs_streq(const char *a, const char *b) { return false; }
#define kstrtobool(s, r) (-22)
#define kstrtouint(s, b, r) (-22)
#define param_get_uint 0
#define param_set_uint(...) 0
#define param_get_bool(...) 0

/* ---- complaints: none is expected, so each ends the run ---- */
void shim_panic(const char *what, const char *file, int line) __attribute__((noreturn));
/* For what the harness never reaches. */
#define SHIM_UNREACHED() ({ shim_panic("unreached", __FILE__, __LINE__); 0; })
#define BUG() shim_panic("BUG", __FILE__, __LINE__)
#define BUG_ON(c) do { if (c) shim_panic("BUG_ON(" #c ")", __FILE__, __LINE__); } while (0)
#define WARN_ON(c) ({ bool _c = !!(c); if (_c) shim_panic("WARN_ON(" #c ")", __FILE__, __LINE__); _c; })
#define WARN_ON_ONCE(c) WARN_ON(c)
#define WARN(c, ...) WARN_ON(c)
#define WARN_ONCE(c, ...) WARN_ON(c)
#define WARN_RATELIMIT(c, ...) WARN_ON(c)
#define CHECK_DATA_CORRUPTION(c, ...) WARN_ON(c)
#define pr_err(...) ((void)0)
#define pr_err_ratelimited(...) ((void)0)
#define pr_warn(...) ((void)0)
#define pr_warn_once(...) ((void)0)
#define pr_warn_ratelimited(...) ((void)0)
#define pr_info(...) ((void)0)
#define pr_debug(...) ((void)0)
#define pr_debug_ratelimited(...) ((void)0)
#define printk(...) ((void)0)
#define printk_ratelimited(...) ((void)0)
#define pr_info_ratelimited(...) ((void)0)
#define lockdep_assert_held(l) ((void)0)
#define lockdep_assert_held_write(l) ((void)0)
#define lockdep_assert_held_read(l) ((void)0)
#define lockdep_assert_once(c) ((void)0)
#define lockdep_assert_preemption_disabled() ((void)0)
#define lockdep_is_held(l) 1
#define might_sleep() ((void)0)

/* ---- errors ---- */
#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define E2BIG 7
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ENOSPC 28
#define ENOSYS 38
#define EOPNOTSUPP 95
#define EHWPOISON 133
#define MAX_ERRNO 4095
#define ERR_PTR(e) ((void *)(intptr_t)(e))
#define PTR_ERR(p) ((long long)(intptr_t)(p))
#define IS_ERR(p) ((uintptr_t)(p) >= (uintptr_t)-MAX_ERRNO)
#define IS_ERR_OR_NULL(p) (!(p) || IS_ERR(p))
#define IS_ERR_VALUE(x) ((u64)(x) >= (u64)-MAX_ERRNO)

/* ---- atomics without other threads ---- */
#define ATOMIC_INIT(n) { (n) }
#define ATOMIC64_INIT(n) { (n) }
#define atomic_read(a) ((a)->counter)
#define atomic_set(a, n) ((a)->counter = (n))
#define atomic_inc(a) ((void)++(a)->counter)
#define atomic_dec(a) ((void)--(a)->counter)
#define atomic_inc_return(a) (++(a)->counter)
#define atomic_dec_return(a) (--(a)->counter)
#define atomic_add(n, a) ((void)((a)->counter += (n)))
#define atomic_sub(n, a) ((void)((a)->counter -= (n)))
#define atomic_dec_and_test(a) (--(a)->counter == 0)
#define atomic64_read atomic_read
#define atomic64_set atomic_set
#define atomic64_inc atomic_inc
#define atomic64_dec atomic_dec
#define atomic64_add atomic_add
#define atomic64_sub atomic_sub
#define atomic64_inc_return atomic_inc_return
#define atomic_long_read atomic_read
#define atomic_long_set_release atomic_set
#define atomic_long_try_cmpxchg_acquire(a, op, n) try_cmpxchg(&(a)->counter, op, n)
#define atomic_long_set atomic_set
#define refcount_set(r, n) ((r)->refs = (n))
#define refcount_inc(r) ((void)++(r)->refs)
#define refcount_dec_and_test(r) (--(r)->refs == 0)
#define xchg(p, v) ({ typeof(*(p)) _old = *(p); *(p) = (v); _old; })
#define cmpxchg(p, o, n) ({ typeof(*(p)) _was = *(p); if (_was == (o)) *(p) = (n); _was; })
#define cmpxchg64 cmpxchg
#define try_cmpxchg(p, op, n) ({ typeof(*(p)) _was = *(p); bool _ok = _was == *(op); if (_ok) *(p) = (n); else *(op) = _was; _ok; })
#define try_cmpxchg64 try_cmpxchg

/* ---- locks ---- */
#define spin_lock(l) ((void)(l))
#define spin_unlock(l) ((void)(l))
#define spin_lock_init(l) ((void)(l))
#define spin_lock_irqsave(l, f) ((void)(f))
#define spin_unlock_irqrestore(l, f) ((void)(f))
#define raw_spin_lock(l) ((void)(l))
#define raw_spin_unlock(l) ((void)(l))
#define write_lock(l) ((void)(l))
#define write_unlock(l) ((void)(l))
#define read_lock(l) ((void)(l))
#define read_unlock(l) ((void)(l))
#define rwlock_init(l) ((void)(l))
#define rwlock_needbreak(l) 0
#define rwlock_is_contended(l) 0
#define spin_needbreak(l) 0
#define mutex_lock(m) ((void)(m))
#define mutex_unlock(m) ((void)(m))
#define mutex_init(m) ((void)(m))
#define mutex_is_locked(m) 1
#define DEFINE_MUTEX(m) struct mutex m
#define DEFINE_SPINLOCK(l) spinlock_t l
#define need_resched() 0
#define cond_resched() 0
#define cond_resched_rwlock_write(l) 0
#define cond_resched_rwlock_read(l) 0
#define cond_resched_lock(l) 0
#define preempt_disable() ((void)0)
#define preempt_enable() ((void)0)
#define get_cpu() 0
#define put_cpu() ((void)0)
#define local_irq_disable() ((void)0)
#define local_irq_enable() ((void)0)
#define local_irq_save(f) ((void)((f) = 0))
#define local_irq_restore(f) ((void)(f))
#define pagefault_disable() ((void)0)
#define pagefault_enable() ((void)0)
#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define rcu_read_lock_held() 1
#define rcu_read_lock_sched_held() 1
#define rcu_dereference(p) (p)
#define rcu_dereference_check(p, c) (p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_dereference_raw(p) (p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define rcu_access_pointer(p) (p)
#define RCU_INIT_POINTER(p, v) ((p) = (v))
#define srcu_read_lock(s) 0
#define srcu_read_unlock(s, i) ((void)(i))
#define srcu_dereference(p, s) (p)
#define srcu_dereference_check(p, s, c) (p)
#define srcu_read_lock_held(s) 1
#define synchronize_srcu(s) ((void)0)
#define init_srcu_struct(s) 0
#define cleanup_srcu_struct(s) ((void)0)
#define call_rcu(h, f) (f)(h)
#define local_irq_disabled() 1
#define irqs_disabled() 0
#define signal_pending(t) 0
#define smp_processor_id() 0
#define raw_smp_processor_id() 0
#define cpu_relax() ((void)0)
#define current ((struct task_struct *)0)
#define DEFINE_PER_CPU(T, n) T n
#define DECLARE_PER_CPU(T, n) extern T n
#define EXPORT_PER_CPU_SYMBOL(x)
#define per_cpu_ptr(p, c) (p)
#define this_cpu_ptr(p) (p)
#define __this_cpu_read(x) (x)
#define __this_cpu_write(x, v) ((x) = (v))
#define this_cpu_read(x) (x)
#define this_cpu_write(x, v) ((x) = (v))
#define percpu_counter_add(c, n) ((void)((c)->count += (n)))
#define percpu_counter_inc(c) ((void)++(c)->count)
#define percpu_counter_dec(c) ((void)--(c)->count)
#define percpu_counter_read_positive(c) ((c)->count)
#define percpu_counter_init(c, n, g) 0
#define percpu_counter_destroy(c) ((void)0)

/* ---- hash table, tracepoints, static calls ---- */
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define HASH_SIZE(n) ARRAY_SIZE(n)
#define DECLARE_TRACEPOINT(x)
#define PARAMS(...) __VA_ARGS__
#define TP_PROTO(...) __VA_ARGS__
#define TRACE_EVENT(name, proto, ...) static inline void trace_##name(proto) { }
#define TRACE_EVENT_CONDITION(name, proto, ...) TRACE_EVENT(name, proto)
#define TRACE_EVENT_FN(name, proto, ...) TRACE_EVENT(name, proto)
#define DECLARE_EVENT_CLASS(...)
#define DEFINE_EVENT(class, name, proto, ...) static inline void trace_##name(proto) { }
#define TRACE_DEFINE_ENUM(x)
#define DECLARE_STATIC_CALL(name, func) extern typeof(func) *SHIM_CALL_##name
#define EXPORT_STATIC_CALL_GPL(x)
#define EXPORT_STATIC_CALL_TRAMP_GPL(x)
#define static_call(name) (*SHIM_CALL_##name)
#define static_call_cond(name) if (SHIM_CALL_##name) (*SHIM_CALL_##name)
#define static_call_update(n, f) ((void)0)
#define EXPORT_SYMBOL_FOR_KVM_INTERNAL(x)
#define EXPORT_SYMBOL_FOR_KVM(x)
#define EXPORT_STATIC_CALL_FOR_KVM(x)
#define __static_call_return0 0

/* ---- pages ---- */
#define PAGE_SHIFT 12
#define PAGE_SIZE 4096ULL
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PMD_SHIFT 21
#define PUD_SHIFT 30
#define PGDIR_SHIFT 39
#define PAGE_OFFSET 0xffff888000000000ULL
#define offset_in_page(x) ((u64)(x) & ~PAGE_MASK)
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_PHYS(x) ((u64)(x) << PAGE_SHIFT)
#define __GFP_ZERO 1
#define __GFP_ACCOUNT 2
#define __GFP_NOWARN 4
#define __GFP_DMA32 8
#define GFP_KERNEL 0
#define GFP_KERNEL_ACCOUNT 2
#define GFP_ATOMIC 0
#define GFP_NOWAIT 0
#define SLAB_ACCOUNT 0
#define SLAB_HWCACHE_ALIGN 0
#define SEEK_SET 0
#define DEFAULT_SEEKS 2
#define SHRINK_STOP (~0ULL)
#define SHRINK_EMPTY (~0ULL - 1)
#define FOLL_WRITE 1
#define FOLL_NOWAIT 2
#define FOLL_INTERRUPTIBLE 4
#define NUMA_NO_NODE -1
#define _PAGE_PRESENT 1ULL
#define _PAGE_RW 2ULL
#define _PAGE_USER 4ULL
#define _PAGE_PWT 8ULL
#define _PAGE_PCD 0x10ULL
#define _PAGE_ACCESSED 0x20ULL
#define _PAGE_DIRTY 0x40ULL
#define _PAGE_PSE 0x80ULL
#define _PAGE_GLOBAL 0x100ULL
#define _PAGE_NX (1ULL << 63)
#define _PAGE_BIT_PRESENT 0
#define _PAGE_BIT_RW 1
#define _PAGE_BIT_ACCESSED 5
#define _PAGE_BIT_DIRTY 6
#define PTRS_PER_PTE 512
#define MAX_ORDER 10
#define MAX_PAGE_ORDER 10
#define PG_LEVEL_NONE 0
#define PG_LEVEL_4K 1
#define PG_LEVEL_2M 2
#define PG_LEVEL_1G 3
#define PG_LEVEL_512G 4
#define PG_LEVEL_NUM 5

u64 shim_pa(const void *p);
void *shim_va(u64 pa);
struct page *pfn_to_page(u64 pfn);
u64 page_to_pfn(struct page *page);
#define __pa(p) shim_pa((const void *)(uintptr_t)(p))
#define __va(pa) shim_va(pa)
#define virt_to_phys(p) __pa(p)
#define virt_to_page(p) pfn_to_page(__pa(p) >> PAGE_SHIFT)
#define page_to_virt(p) __va(page_to_pfn(p) << PAGE_SHIFT)
#define page_address(p) page_to_virt(p)
#define page_to_phys(p) (page_to_pfn(p) << PAGE_SHIFT)
#define page_private(p) ((p)->private_value)
#define set_page_private(p, v) ((p)->private_value = (v))
#define pfn_valid(pfn) true
#define PageReserved(p) 0
#define is_zero_pfn(p) 0
#define page_count(p) 1
#define PageSwapCache(p) 0
#define put_page(p) ((void)(p))
#define get_page(p) ((void)(p))
#define is_zone_device_page(p) false
#define ZERO_PAGE_PA 0x1000ULL
#define empty_zero_page (shim_va(ZERO_PAGE_PA))
#define zero_pfn(address) (ZERO_PAGE_PA >> PAGE_SHIFT)
#define my_zero_pfn(x) (ZERO_PAGE_PA >> PAGE_SHIFT)

void *kmalloc(u64 size, gfp_t flags);
void kfree(const void *p);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *p);
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align, unsigned int flags, void *ctor);
#define KMEM_CACHE(T, flags) kmem_cache_create(#T, sizeof(struct T), 8, 0, NULL)
void kmem_cache_destroy(struct kmem_cache *cache);
u64 __get_free_page(gfp_t flags);
void free_page(u64 addr);
struct page *alloc_page(gfp_t flags);
void __free_page(struct page *page);
#define get_zeroed_page(f) __get_free_page((f) | __GFP_ZERO)
#define kzalloc(s, f) kmalloc(s, (f) | __GFP_ZERO)
#define kcalloc(n, s, f) kzalloc((u64)(n) * (s), f)
#define kvcalloc kcalloc
#define __vcalloc kcalloc
#define vcalloc(n, s) kcalloc(n, s, 0)
#define kvzalloc(s, f) kzalloc(s, f)
#define kvmalloc_array(n, s, f) kmalloc((u64)(n) * (s), f)
#define kmalloc_array kvmalloc_array
#define kvzalloc_objs(o, n, f) kcalloc(n, sizeof(o), f)
#define kvfree kfree
#define vfree kfree

/* Guest memory is host memory, so a user access cannot fail. */
#define __get_user(x, p) ((x) = *(p), 0)
#define get_user(x, p) __get_user(x, p)
#define __put_user(x, p) (*(p) = (x), 0)
#define __copy_from_user(d, s, n) (memcpy(d, (const void *)(s), n), 0)
#define copy_from_user __copy_from_user
#define __copy_to_user(d, s, n) (memcpy((void *)(d), s, n), 0)
#define __try_cmpxchg_user(p, op, n, label) ((void)0, !try_cmpxchg(p, op, n))
#define user_access_begin(p, n) 1
#define user_access_end() ((void)0)
#define access_ok(p, n) 1

/* ---- the processor that KVM runs on ---- */
struct cpuinfo_x86 { u8 x86_phys_bits, x86_virt_bits, x86_cache_bits, x86_clflush_size, x86_vendor, x86, x86_model; int x86_power; u32 extended_cpuid_level; };
extern struct cpuinfo_x86 boot_cpu_data;
#define boot_cpu_has(f) 0
#define cpu_feature_enabled(f) 0
#define static_cpu_has(f) 0
#define boot_cpu_has_bug(f) 0
#define cpuid_eax(x) 0
#define cpuid_ebx(x) 0
#define X86_VENDOR_INTEL 0
#define X86_VENDOR_AMD 2
#define X86_VENDOR_HYGON 9
#define HZ 100
#define jiffies 0ULL
#define NSEC_PER_SEC 1000000000LL
#define MSEC_PER_SEC 1000LL
#define local_clock() 0ULL
#define cpu_has_vmx() 1
#define pat_enabled() true
#define wbinvd_on_all_cpus() ((void)0)

#define CALLER_ADDR0 0
#define SHRT_MAX 32767
#define INT_MAX 2147483647
#define UINT_MAX 4294967295U
#define ENOTSUPP 524
#define ENOIOCTLCMD 515
#define NR_SECONDARY_PAGETABLE 0
#define X86_PMC_IDX_MAX 64
#define TIF_NEED_FPU_LOAD 0
#define BAD_APICID 0xffffu
#define APIC_DEST_LOGICAL 0x800
#define APIC_DEST_PHYSICAL 0
#define APIC_DM_FIXED 0
#define APIC_DM_LOWEST 0x100
#define DECLARE_KFIFO(name, T, n) struct { T buf[n]; } name
typedef int vm_fault_t;
typedef struct { u64 lo, hi; } sse128_t;

/* Memory slots and vCPUs are found by walking real structures: only the first node is ever used here. */
#define rb_entry(p, T, m) ((T *)((char *)(p) - offsetof(T, m)))
#define rb_entry_safe(p, T, m) ({ typeof(p) _p = (p); _p ? rb_entry(_p, T, m) : NULL; })
#define RB_EMPTY_ROOT(r) ((r)->rb_node == NULL)
#define hash_for_each_possible(table, obj, member, key) \
	for (struct hlist_node *_n = (table)[0].first; _n && ((obj) = (typeof(obj))((char *)_n - offsetof(typeof(*(obj)), member))); _n = _n->next)
void *xa_load(struct xarray *xa, u64 index);
#define xa_for_each_range(xa, index, entry, first, last) \
	for ((index) = (first); (index) <= (last) && ((entry) = xa_load(xa, index)); (index)++)

#define hash_for_each(table, bkt, obj, member) \
	for ((bkt) = 0; (bkt) < ARRAY_SIZE(table); (bkt)++) hash_for_each_possible((&(table)[bkt]), obj, member, 0)
typedef u8 mtrr_type;
#define MTRR_TYPE_UNCACHABLE 0
#define MTRR_TYPE_WRBACK 6
#define CPUID_EAX 0
#define CPUID_EBX 1
#define CPUID_ECX 2
#define CPUID_EDX 3
#define X2APIC_ENABLE 0x400
#define ENOTTY 25
#define XFEATURE_MASK_BNDREGS 8
#define XFEATURE_MASK_BNDCSR 16
#define XFEATURE_MASK_USER_DYNAMIC 0
#define XFEATURE_MASK_XTILE_DATA 0
#define XFEATURE_MASK_XTILE_CFG 0
#define XFEATURE_MASK_XTILE 0
#define PMD_SIZE (1ULL << 21)
#define BUS_MCEERR_AR 4
#define KERN_WARNING ""
#define KERN_ERR ""

/* The size of the host's own mapping: always 4 KiB pages, so the walk ends at once. */
#define pgd_offset(mm, a) ((pgd_t *)(uintptr_t)empty_zero_page)
#define p4d_offset(p, a) ((p4d_t *)(uintptr_t)empty_zero_page)
#define pud_offset(p, a) ((pud_t *)(uintptr_t)empty_zero_page)
#define pmd_offset(p, a) ((pmd_t *)(uintptr_t)empty_zero_page)
#define pgd_none(e) true
#define p4d_none(e) true
#define pud_none(e) true
#define pmd_none(e) true
#define p4d_present(e) false
#define pud_present(e) false
#define pmd_present(e) false
#define pud_leaf(e) false
#define pmd_leaf(e) false
#define pud_large(e) false
#define pmd_large(e) false

#define guard(kind) SHIM_GUARD_##kind
#define SHIM_GUARD_srcu(s) ((void)(s))
#define SHIM_GUARD_mutex(m) ((void)(m))
#define MAX_SCHEDULE_TIMEOUT (~0ULL >> 1)
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define set_current_state(s) ((void)0)
#define __set_current_state(s) ((void)0)
#define schedule_timeout(t) ((void)(t))
extern bool itlb_multihit_kvm_mitigation;

/* Named by code that the harness never runs. */
#define context_tracking_guest_enter(...) SHIM_UNREACHED()
#define context_tracking_guest_exit(...) SHIM_UNREACHED()
#define instrumentation_begin(...) SHIM_UNREACHED()
#define instrumentation_end(...) SHIM_UNREACHED()
#define lockdep_hardirqs_off(...) SHIM_UNREACHED()
#define lockdep_hardirqs_on_prepare(...) SHIM_UNREACHED()
#define lockdep_hardirqs_on(...) SHIM_UNREACHED()
#define cpu_mitigations_off(...) SHIM_UNREACHED()
#define div64_u64(...) SHIM_UNREACHED()
#define get_jiffies_64(...) SHIM_UNREACHED()
#define kthread_should_stop(...) SHIM_UNREACHED()
#define kthread_stop(...) SHIM_UNREACHED()
#define kthread_unpark(...) SHIM_UNREACHED()
#define ktime_before(...) SHIM_UNREACHED()
#define kvm_async_pf_task_wait_schedule(...) SHIM_UNREACHED()
#define msecs_to_jiffies(...) SHIM_UNREACHED()
#define pte_flags_pkey(flags) ((u16)((flags) >> 59 & 15))
#define pte_flags(e) ((e).pte)
#define pte_huge(...) SHIM_UNREACHED()
#define pte_pfn(...) SHIM_UNREACHED()
#define pte_write(...) SHIM_UNREACHED()
#define pvclock_scale_delta(...) SHIM_UNREACHED()
#define rcu_virt_note_context_switch(...) SHIM_UNREACHED()
#define rcuwait_active(...) SHIM_UNREACHED()
#define rcuwait_wake_up(...) SHIM_UNREACHED()
#define SVM_MISC_ENABLE_GMET 8
#define rdmsrl(...) SHIM_UNREACHED()
typedef u32 __attribute__((vector_size(32))) avx256_t;
#define rdmsrq(...) SHIM_UNREACHED()
#define indirect_branch_prediction_barrier(...) SHIM_UNREACHED()
#define refcount_inc_not_zero(...) SHIM_UNREACHED()
#define send_sig_mceerr(...) SHIM_UNREACHED()
#define set_memory_decrypted(...) ((void)0)
#define set_memory_encrypted(...) ((void)0)
#define single_task_running(...) SHIM_UNREACHED()
#define sprintf(...) SHIM_UNREACHED()
#define trace_hardirqs_off_finish(...) SHIM_UNREACHED()
#define trace_hardirqs_on_prepare(...) SHIM_UNREACHED()
#define trace_kvm_async_pf_repeated_fault(...) SHIM_UNREACHED()
#define trace_kvm_try_async_get_page(...) SHIM_UNREACHED()
#define vtime_account_guest_enter(...) SHIM_UNREACHED()
#define vtime_account_guest_exit(...) SHIM_UNREACHED()
#define wake_up_process(...) SHIM_UNREACHED()
#define x86_family(...) SHIM_UNREACHED()
#define x86_model(...) SHIM_UNREACHED()
#define x86_stepping(...) SHIM_UNREACHED()
#define call_once(...) SHIM_UNREACHED()
#define kvm_handle_signal_exit(...) SHIM_UNREACHED()
#define shrinker_free(...) SHIM_UNREACHED()
#define sysfs_emit(...) SHIM_UNREACHED()
#define vhost_task_start(...) SHIM_UNREACHED()
#define vhost_task_stop(...) SHIM_UNREACHED()
#define vhost_task_wake(...) SHIM_UNREACHED()
#define xstate_get_guest_group_perm(...) SHIM_UNREACHED()
#define shrinker_alloc(...) ({ static struct shrinker never_runs; &never_runs; })
#define vhost_task_create(...) ((void *)(uintptr_t)SHIM_UNREACHED())
#define __vmalloc(...) ((void *)(uintptr_t)SHIM_UNREACHED())
#define mod_lruvec_page_state(...) ((void)0)
#define register_shrinker(...) 0
#define unregister_shrinker(...) ((void)0)
#define shrinker_register(...) ((void)0)
#define printk_once(...) ((void)0)
#define pr_cont(...) ((void)0)
#define VM_BUG_ON(c) BUG_ON(c)
#define BUILD_BUG_ON_INVALID(c) ((void)0)
#define lockdep_assert_not_held(l) ((void)0)
#define array_index_nospec(i, n) (i)
#define REPEAT_BYTE(b) ((~0ULL / 0xff) * (b))
#define arch___test_and_set_bit __test_and_set_bit
#define arch___set_bit __set_bit
#define arch___clear_bit __clear_bit
#define rb_next(n) ((struct rb_node *)NULL)
#define rb_prev(n) ((struct rb_node *)NULL)
#define rb_first(r) ((r)->rb_node)
#define rb_last(r) ((r)->rb_node)
static inline u64 __fls(u64 x) { return 63 - __builtin_clzll(x); }
static inline int ffs(int x) { return __builtin_ffs(x); }
static inline bool __is_canonical_address(u64 va, u8 bits) { return (u64)((s64)(va << (64 - bits)) >> (64 - bits)) == va; }

#define USHRT_MAX 65535
#define E820_TYPE_RAM 1
#define e820__mapped_raw_any(...) true
#define pat_pfn_immune_to_uc_mtrr(pfn) false
#define hlist_add_head_rcu hlist_add_head
#define hlist_del_rcu hlist_del
#define hlist_for_each_entry_srcu(obj, head, member, cond) hlist_for_each_entry(obj, head, member)
struct kvm;
struct kvm_memory_slot;
void kvm_arch_flush_remote_tlbs_memslot(struct kvm *kvm, const struct kvm_memory_slot *slot);

#include <uapi/asm/processor-flags.h>
#include <asm/processor-flags.h>
#include <asm/cpufeatures.h>
#include <asm/msr-index.h>
#include <pieces.h>

#endif
