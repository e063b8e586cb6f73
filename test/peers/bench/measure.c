// Runs a program to its end and writes what it used into a file, as JSON. A small process in between, because
// the largest memory of a process counts that of the one which it was before it became the program.
//
//     ./measure FILE PROGRAM ARGUMENT...
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc < 3) return 125;
    const double start = now();
    const pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(126);
    }
    int status;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) < 0) { perror("measure"); return 125; }
    FILE *file = fopen(argv[1], "w");
    if (file == NULL) { perror(argv[1]); return 125; }
    fprintf(file, "{\"cpuSeconds\": %.6f, \"wallSeconds\": %.6f, \"peakBytes\": %ld}\n",
            seconds(used.ru_utime) + seconds(used.ru_stime), now() - start, used.ru_maxrss * 1024);
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
