/*
 * Boots a multiboot kernel in a VM of its own, as far as a test of kvm-unit-tests needs it: a 32-bit ELF file, the
 * multiboot information, in-kernel interrupt controllers, a serial port to write to, the two numbers that fw_cfg is
 * asked for, and the port by which the test exits. Says
 *	boot FILE
 *	what the test writes
 *	booted FILE status N, or why it was stopped
 */
#include <elf.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rig.h"

enum {
	SIZE = 32 << 20,
	INFORMATION = 0x9000,
	COMMAND_LINE = 0x9100,
	MOST_EXITS = 4000000,
	SERIAL = 0x3f8,
	SERIAL_STATUS = 0x3fd,
	FW_CFG_KEY = 0x510,
	FW_CFG_DATA = 0x511,
	TEST_EXIT = 0xf4,
};

static uint8_t *ram;
static struct {
	uint64_t value;
	int at;
} fw_cfg;

static uint8_t read_port(uint16_t port)
{
	if (port == SERIAL_STATUS)
		return 0x60;		/* what was written is gone */
	if (port == FW_CFG_DATA)
		return fw_cfg.at < 8 ? fw_cfg.value >> 8 * fw_cfg.at++ : 0;
	return port >= SERIAL && port < SERIAL + 8 ? 0 : 0xff;
}

static void ask_fw_cfg(uint16_t key)
{
	fw_cfg.at = 0;
	fw_cfg.value = key == 0x05 || key == 0x0f ? 1 : key == 0x03 ? SIZE : 0;	/* vCPUs, at most; memory */
}

/* The entry point, or 0. */
static uint32_t load_elf(const char *name)
{
	static uint8_t file[8 << 20];
	Elf32_Ehdr *head = (void *)file;
	Elf32_Phdr *part;
	FILE *from = fopen(name, "rb");
	size_t size = from ? fread(file, 1, sizeof file, from) : 0;

	if (from)
		fclose(from);
	if (size < sizeof *head || memcmp(head->e_ident, ELFMAG "\1", 5))
		return 0;
	part = (void *)(file + head->e_phoff);
	for (int i = 0; i < head->e_phnum; i++)
		if (part[i].p_type == PT_LOAD && part[i].p_paddr + part[i].p_memsz <= SIZE)
			memcpy(ram + part[i].p_paddr, file + part[i].p_offset, part[i].p_filesz);
	return head->e_entry;
}

static void set_registers(int vcpu, uint32_t entry)
{
	struct kvm_segment code = { .limit = 0xffffffff, .selector = 8, .type = 11, .present = 1, .db = 1, .s = 1, .g = 1 };
	struct kvm_segment data = { .limit = 0xffffffff, .selector = 16, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1 };
	struct kvm_regs regs = { .rax = 0x2badb002, .rbx = INFORMATION, .rip = entry, .rflags = 2, .rsp = 0x8000 };
	struct kvm_sregs sregs;

	ioctl(vcpu, KVM_GET_SREGS, &sregs);
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.cr0 = 0x11;
	sregs.cr4 = sregs.efer = 0;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs) || ioctl(vcpu, KVM_SET_REGS, &regs))
		failed("registers");
}

static int create_vcpu(int kvm, int vm)
{
	static struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[256];
	} cpuid;
	struct kvm_userspace_memory_region region = { .memory_size = SIZE, .userspace_addr = (uint64_t)ram };
	int vcpu;

	ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000);
	if (ioctl(vm, KVM_CREATE_IRQCHIP, 0) || ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region))
		failed("a VM");
	cpuid.head.nent = sizeof cpuid.entries / sizeof *cpuid.entries;
	ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid);
	for (uint32_t i = 0; i < cpuid.head.nent; i++)
		if (cpuid.entries[i].function == 1)
			cpuid.entries[i].ebx &= 0xffffff;	/* APIC 0 */
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu < 0 || ioctl(vcpu, KVM_SET_CPUID2, &cpuid))
		failed("a vCPU");
	return vcpu;
}

/* What the test wrote to its exit port; -1 if it came to another end, which `run` tells. */
static int64_t run_test(int vcpu, struct kvm_run *run)
{
	for (int exits = 0; exits < MOST_EXITS; exits++) {
		uint8_t *data = (uint8_t *)run;
		int size;

		if (ioctl(vcpu, KVM_RUN, 0) || run->exit_reason != KVM_EXIT_IO)
			return -1;
		data += run->io.data_offset;
		size = run->io.size * run->io.count;
		if (run->io.direction == KVM_EXIT_IO_IN)
			for (int i = 0; i < size; i++)
				data[i] = read_port(run->io.port);
		else if (run->io.port == SERIAL)
			fwrite(data, 1, size, report);
		else if (run->io.port == FW_CFG_KEY)
			ask_fw_cfg(*(uint16_t *)data);
		else if (run->io.port == TEST_EXIT)
			return *(uint32_t *)data;
	}
	return -1;
}

void boot_multiboot(const char *name)
{
	int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0), vcpu;
	struct kvm_run *run;
	uint32_t entry, *information;
	int64_t status;

	fprintf(report, "boot %s\n", name);
	ram = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	entry = load_elf(name);
	if (!entry) {
		fprintf(report, "booted %s stopped: it is no 32-bit ELF file\n", name);
		return;
	}
	information = (void *)(ram + INFORMATION);
	information[0] = 1 | 4;		/* it has sizes of memory, and a command line */
	information[1] = 640;
	information[2] = (SIZE >> 10) - 1024;
	information[4] = COMMAND_LINE;
	strncpy((char *)ram + COMMAND_LINE, name, 255);
	vcpu = create_vcpu(kvm, vm);
	set_registers(vcpu, entry);
	run = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	status = run_test(vcpu, run);
	if (status < 0)
		fprintf(report, "\nbooted %s stopped: exit reason %u\n", name, run->exit_reason);
	else
		fprintf(report, "\nbooted %s status %ld\n", name, status);
	munmap(run, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
	close(vcpu);
	close(vm);
	close(kvm);
	munmap(ram, SIZE);
}
