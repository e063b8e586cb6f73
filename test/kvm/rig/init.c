/*
 * The first process of the rig's kernel: does what /plan says, line by line, and says on the second serial port what
 * came of it.
 *	insmod NAME PARAMETERS	loads /modules/NAME.ko, if it is there
 *	rmmod NAME
 *	show FILE		says "FILE: its first line"; "absent" if there is none
 *	say TEXT
 *	streams FILE
 *	boot FILE
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>
#include "rig.h"

FILE *report;

void failed(const char *what)
{
	fprintf(report, "failed %s: %s\n", what, strerror(errno));
}

static void say_first_line(const char *name)
{
	char line[256] = "absent\n";
	FILE *file = fopen(name, "r");

	if (file) {
		if (!fgets(line, sizeof line, file))
			strcpy(line, "empty\n");
		fclose(file);
	}
	fprintf(report, "%s: %s", name, line);
}

static void load_module(char *name)
{
	char path[128], *parameters = strchr(name, ' ');
	int fd;

	if (parameters)
		*parameters++ = 0;
	snprintf(path, sizeof path, "/modules/%s.ko", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return;		/* it may be part of the kernel */
	if (syscall(SYS_finit_module, fd, parameters ? parameters : "", 0) && errno != EEXIST)
		failed(path);
	close(fd);
}

static void unload_module(const char *name)
{
	if (syscall(SYS_delete_module, name, 0))
		failed(name);
}

static const struct {
	const char *word;
	void (*act)(char *);
} COMMANDS[] = {
	{ "insmod ", load_module },
	{ "rmmod ", (void (*)(char *))unload_module },
	{ "show ", (void (*)(char *))say_first_line },
	{ "streams ", (void (*)(char *))run_streams },
	{ "boot ", (void (*)(char *))boot_multiboot },
};

static void follow(char *line)
{
	line[strcspn(line, "\n")] = 0;
	for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
		size_t length = strlen(COMMANDS[i].word);

		if (strncmp(line, COMMANDS[i].word, length) == 0) {
			COMMANDS[i].act(line + length);
			return;
		}
	}
	fprintf(report, "%s\n", strncmp(line, "say ", 4) ? line : line + 4);
}

static void open_report(void)
{
	int port = open("/dev/ttyS1", O_RDWR | O_NOCTTY);
	struct termios settings;

	if (port < 0)
		port = 2;
	tcgetattr(port, &settings);
	cfmakeraw(&settings);
	cfsetspeed(&settings, B115200);
	tcsetattr(port, TCSANOW, &settings);
	report = fdopen(port, "w");
	setvbuf(report, NULL, _IOLBF, 1 << 16);
}

int main(void)
{
	struct utsname kernel;
	char *line = NULL;
	size_t size = 0;
	FILE *plan;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	open_report();
	uname(&kernel);
	fprintf(report, "kernel %s %s\n", kernel.release, kernel.version);
	plan = fopen("/plan", "r");
	while (plan && getline(&line, &size, plan) > 0)
		follow(line);
	fprintf(report, "end of the plan\n");
	fflush(report);
	tcdrain(fileno(report));
	sleep(2);
	reboot(RB_POWER_OFF);
	return 0;
}
