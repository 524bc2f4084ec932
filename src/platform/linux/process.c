/* What Linux tells a process about itself. Memory is read from /proc/self/status: getrusage() would
 * report the peak of the program that started us when that was larger.
 */
#include "platform/process.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int process_id(void)
{
    return (int)getpid();
}

int process_cpu_count(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0)
        return CPU_COUNT(&allowed);
    long online = sysconf(_SC_NPROCESSORS_ONLN); /* more processors than a cpu_set_t holds */
    return online > 0 ? (int)online : 1;
}

static uint64_t read_status_bytes(const char *key)
{
    FILE *status = fopen("/proc/self/status", "re");
    if (!status)
        return 0;
    char line[256];
    uint64_t kibibytes = 0;
    size_t key_length = strlen(key);
    while (kibibytes == 0 && fgets(line, sizeof line, status)) {
        if (strncmp(line, key, key_length) == 0)
            kibibytes = strtoull(line + key_length, NULL, 10); /* 0 where the kernel says nothing */
    }
    fclose(status);
    return kibibytes * 1024;
}

uint64_t process_resident_bytes(void)
{
    return read_status_bytes("VmRSS:");
}

uint64_t process_peak_resident_bytes(void)
{
    return read_status_bytes("VmHWM:");
}

bool process_stdout_is_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

bool process_stderr_is_terminal(void)
{
    return isatty(STDERR_FILENO) == 1;
}

void process_spin_briefly(char **argv)
{
    char program[PATH_MAX];
    if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT"))
        return;
    /* By its own path: started as /proc/self/exe it would be called "exe" in every list. */
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0 || setenv("GOMP_SPINCOUNT", "10000", 1) != 0)
        return;
    program[length] = '\0';
    execv(program, argv);
}

void process_forbid_core_dump(void)
{
    /* Not RLIMIT_CORE: a dump that is piped to a program ignores it. LeakSanitizer needs ptrace. */
#ifndef __SANITIZE_ADDRESS__
    prctl(PR_SET_DUMPABLE, 0);
#endif
}
