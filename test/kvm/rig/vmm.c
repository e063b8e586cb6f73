/*
 * Runs each stream of a file in a VM of its own, and says what its events came to.
 *
 * A file is quadwords: the number of streams; of each stream the number of pokes, events and vCPUs, and 1
 * if it runs a guest of its own, else 0; then its pokes, an
 * address and a value each, and its events. The last event is operation 0. For each stream two lines are said:
 *	stream N done|stopped RESULTS [why]
 *	RESULTS words, in hexadecimal
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/kvm_para.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rig.h"

/* A memslot that the guest does not touch: all shadow pages are zapped when it goes. */
enum { SPARE_SLOT = 1, SPARE = 0x1000000, SPARE_SIZE = 0x1000 };

extern const char guest_start[], guest_end[], guest_pf[], guest_gp[], guest_ud[];
extern const char guest_hypervisor[], guest_exited[];

static int kvm;
static uint8_t *memory;
static struct {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 entries[256];
} cpuid;

struct vm {
	int fd, vcpus, vcpu[MAX_VCPUS];
	struct kvm_run *run[MAX_VCPUS];
};

static void set_slot(struct vm *vm, uint32_t slot, uint64_t at, uint64_t size, void *memory)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot, .guest_phys_addr = at, .memory_size = size, .userspace_addr = (uint64_t)memory,
	};

	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region))
		failed("KVM_SET_USER_MEMORY_REGION");
}

static uint64_t address_of(const char *label)
{
	return PROGRAM + (label - guest_start);
}

static void set_gate(int vector, const char *handler)
{
	uint64_t *gate = (uint64_t *)(memory + IDT) + 2 * vector, to = address_of(handler);

	gate[0] = (to & 0xffff) | 8 << 16 | 0x8e00ULL << 32 | (to >> 16 & 0xffff) << 48;
	gate[1] = to >> 32;
}

static void place_program(void)
{
	uint64_t *gdt = (uint64_t *)(memory + GDT);

	memcpy(memory + CODE, guest_start, guest_end - guest_start);
	gdt[1] = 0x00af9b000000ffffULL;
	gdt[2] = 0x00cf93000000ffffULL;
	set_gate(6, guest_ud);
	set_gate(13, guest_gp);
	set_gate(14, guest_pf);
}

static void start_vcpu(struct vm *vm, int id, int is_hypervisor)
{
	int vcpu = vm->vcpu[id] = ioctl(vm->fd, KVM_CREATE_VCPU, id);
	struct kvm_segment code = { .limit = 0xffffffff, .selector = 8, .type = 11, .present = 1, .l = 1, .s = 1, .g = 1 };
	struct kvm_segment data = { .limit = 0xffffffff, .selector = 16, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1 };
	struct kvm_regs regs = {
		.rip = is_hypervisor ? address_of(guest_hypervisor) : PROGRAM, .rflags = 2, .r12 = PROGRAM + STACKS - CODE + 0x1000 * (id + 1), .r13 = id,
		.r14 = PROGRAM + RESULTS - CODE, .r15 = PROGRAM + EVENTS - CODE,
	};
	struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };
	struct { struct kvm_msrs head; struct kvm_msr_entry entry; } steal_time = {
		{ .nmsrs = 1 },
		{ .index = MSR_KVM_STEAL_TIME, .data = (STEAL_TIME + 64 * id) | KVM_MSR_ENABLED },
	};
	struct kvm_sregs sregs;

	if (vcpu < 0 || ioctl(vcpu, KVM_SET_CPUID2, &cpuid) || ioctl(vcpu, KVM_GET_SREGS, &sregs))
		failed("a vCPU");
	ioctl(vcpu, KVM_SET_MP_STATE, &runnable);
	sregs.cr0 = 0x80010033;		/* PG, WP, NE, ET, MP, PE */
	sregs.cr3 = FIRST_TOP;
	sregs.cr4 = is_hypervisor ? 0x2020 : 0x20;	/* VMXE, PAE */
	if (is_hypervisor)
		place_vmx(vcpu, memory, address_of(guest_exited), regs.r12);
	sregs.efer = 0xd00;		/* NX, long mode */
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.idt = (struct kvm_dtable){ .base = PROGRAM + IDT - CODE, .limit = 0xfff };
	sregs.gdt = (struct kvm_dtable){ .base = PROGRAM + GDT - CODE, .limit = 23 };
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs) || ioctl(vcpu, KVM_SET_REGS, &regs))
		failed("registers");
	if (ioctl(vcpu, KVM_SET_MSRS, &steal_time) != 1)
		failed("steal time");
	vm->run[id] = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
}

static struct vm create_vm(int vcpus, int is_hypervisor)
{
	struct vm vm = { .fd = ioctl(kvm, KVM_CREATE_VM, 0), .vcpus = vcpus };

	ioctl(vm.fd, KVM_SET_TSS_ADDR, 0xfffbd000);
	set_slot(&vm, 0, 0, MEMORY, memory);
	set_slot(&vm, SPARE_SLOT, SPARE, SPARE_SIZE, memory + MEMORY);
	for (int id = 0; id < vcpus; id++)
		start_vcpu(&vm, id, is_hypervisor);
	return vm;
}

static void destroy_vm(struct vm *vm)
{
	for (int id = 0; id < vm->vcpus; id++) {
		munmap(vm->run[id], ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
		close(vm->vcpu[id]);
	}
	close(vm->fd);
}

/* Another vCPU goes on where this one is. */
static void hand_over(struct vm *vm, int from, int to)
{
	struct kvm_regs old, new;

	ioctl(vm->vcpu[from], KVM_GET_REGS, &old);
	ioctl(vm->vcpu[to], KVM_GET_REGS, &new);
	new.r14 = old.r14;
	new.r15 = old.r15;
	ioctl(vm->vcpu[to], KVM_SET_REGS, &new);
}

static void act_as_host(struct vm *vm, int id, uint32_t action)
{
	struct kvm_steal_time *steal = (void *)(memory + STEAL_TIME + 64 * id);

	if (action == HOST_ZAP_ALL) {
		set_slot(vm, SPARE_SLOT, SPARE, 0, memory + MEMORY);
		set_slot(vm, SPARE_SLOT, SPARE, SPARE_SIZE, memory + MEMORY);
	} else if (action == HOST_FLUSH_GUEST) {
		steal->preempted |= KVM_VCPU_FLUSH_TLB;
	}
}

/* Runs a VM to its end. The vCPU that ended it, and in `run` why. */
static int run_vm(struct vm *vm, struct kvm_run **run)
{
	for (int id = 0;;) {
		struct kvm_run *r = *run = vm->run[id];
		uint32_t value;

		if (ioctl(vm->vcpu[id], KVM_RUN, 0)) {
			failed("KVM_RUN");
			return id;
		}
		if (r->exit_reason != KVM_EXIT_IO || r->io.port == PORT_END)
			return id;
		value = *(uint32_t *)((uint8_t *)r + r->io.data_offset);
		if (r->io.port == PORT_HOST) {
			act_as_host(vm, id, value);
		} else if (r->io.port == PORT_VCPU && value < (uint32_t)vm->vcpus) {
			hand_over(vm, id, value);
			id = value;
		} else {
			return id;
		}
	}
}

static void run_stream(uint64_t number, int vcpus, int is_hypervisor)
{
	struct vm vm = create_vm(vcpus, is_hypervisor);
	struct kvm_run *run;
	struct kvm_regs regs;
	int id = run_vm(&vm, &run);
	uint64_t count;

	ioctl(vm.vcpu[id], KVM_GET_REGS, &regs);
	count = (regs.r14 - (PROGRAM + RESULTS - CODE)) / 4;
	if (run->exit_reason == KVM_EXIT_IO && run->io.port == PORT_END)
		fprintf(report, "stream %lu done %lu\n", number, count);
	else
		fprintf(report, "stream %lu stopped %lu exit reason %u, suberror %u, rip %llx\n", number, count, run->exit_reason,
			run->exit_reason == KVM_EXIT_INTERNAL_ERROR ? run->internal.suberror : 0, regs.rip);
	for (uint64_t i = 0; i < count && i < MAX_EVENTS; i++)
		fprintf(report, "%x ", ((uint32_t *)(memory + RESULTS))[i]);
	fputc('\n', report);
	destroy_vm(&vm);
}

/* Reads `size` quadwords; ends the program where there are fewer. */
static void take(FILE *file, void *to, uint64_t size)
{
	if (fread(to, 8, size, file) != size) {
		failed("a stream that ends early");
		exit(1);
	}
}

void run_streams(const char *name)
{
	FILE *file = fopen(name, "rb");
	uint64_t streams, head[4], poke[2];

	kvm = open("/dev/kvm", O_RDWR);
	if (kvm < 0 || !file) {
		failed(file ? "/dev/kvm" : name);
		return;
	}
	cpuid.head.nent = sizeof cpuid.entries / sizeof *cpuid.entries;
	if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid))
		failed("KVM_GET_SUPPORTED_CPUID");
	memory = mmap(NULL, MEMORY + SPARE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	take(file, &streams, 1);
	for (uint64_t i = 0; i < streams; i++) {
		memset(memory, 0, MEMORY);
		take(file, head, 4);
		for (uint64_t left = head[0]; left > 0; left--) {
			take(file, poke, 2);
			if (poke[0] < CODE)
				*(uint64_t *)(memory + poke[0]) = poke[1];
		}
		if (head[1] > MAX_EVENTS || head[2] > MAX_VCPUS) {
			failed("a stream that is too large");
			exit(1);
		}
		take(file, memory + EVENTS, head[1] * sizeof(struct event) / 8);
		place_program();
		run_stream(i, head[2], head[3]);
	}
	munmap(memory, MEMORY + SPARE_SIZE);
	fclose(file);
	close(kvm);
}
