/* What a process knows of itself, against what the system says elsewhere. */
#include "check.h"
#include "platform/process.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(id_is_the_process_id)
{
    CHECK_INT(process_id(), getpid());
}

TEST(processors_are_those_it_may_run_on)
{
    CHECK(process_cpu_count() >= 1);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu(), &one);
        _exit(sched_setaffinity(0, sizeof one, &one) == 0 ? process_cpu_count() : 99);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 1);
}

TEST(memory_follows_what_is_touched)
{
    enum { SIZE = 32 << 20, PAGE = 4096 };
    uint64_t before = process_resident_bytes();
    CHECK(before > 0);
    volatile char *memory = malloc(SIZE);
    CHECK(memory != NULL);
    for (size_t i = 0; i < SIZE; i += PAGE)
        memory[i] = 1;
    uint64_t during = process_resident_bytes();
    free((void *)memory);
    CHECK(during >= before + SIZE / 2);
    CHECK(process_peak_resident_bytes() >= before + SIZE / 2);
}

TEST(pipe_is_no_terminal)
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    int saved_out = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    bool out = process_stdout_is_terminal(), err = process_stderr_is_terminal();
    dup2(saved_out, STDOUT_FILENO);
    dup2(saved_err, STDERR_FILENO);
    close(saved_out);
    close(saved_err);
    close(ends[0]);
    close(ends[1]);
    CHECK(!out);
    CHECK(!err);
}

TEST(no_core_is_dumped_once_it_is_forbidden)
{
#ifdef __SANITIZE_ADDRESS__
    printf("SKIPPED: LeakSanitizer needs a process that can be looked into\n");
#else
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        process_forbid_core_dump();
        if (prctl(PR_GET_DUMPABLE) != 0)
            _exit(1);
        abort();
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(!WCOREDUMP(status));
    CHECK_INT(prctl(PR_GET_DUMPABLE), 1); /* of ours */
#endif
}

/* Runs this program as `mode` in a child without the setting; its exit status. */
static int started_as(const char *mode, const char *policy)
{
    pid_t child = fork();
    if (child == 0) {
        unsetenv("OMP_WAIT_POLICY");
        unsetenv("GOMP_SPINCOUNT");
        if (policy)
            setenv("OMP_WAIT_POLICY", policy, 1);
        execl("/proc/self/exe", "test-process", mode, (char *)NULL);
        _exit(99);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/* In the child: 0 when the setting is there, and program and process are the same. */
static int check_started(char **argv, const char *expected)
{
    char id[16];
    snprintf(id, sizeof id, "%d", process_id());
    if (!getenv("TEST_PROCESS_ID"))
        setenv("TEST_PROCESS_ID", id, 1);
    process_spin_briefly(argv);
    const char *count = getenv("GOMP_SPINCOUNT");
    if (strcmp(count ? count : "", expected) != 0 || strcmp(getenv("TEST_PROCESS_ID"), id) != 0)
        return 1;
    char name[32] = "";
    FILE *file = fopen("/proc/self/comm", "r");
    bool named =
        file && fgets(name, sizeof name, file) && (!count || strcmp(name, "test-process\n") == 0);
    if (file)
        fclose(file);
    return named ? 0 : 2;
}

TEST(spinning_briefly_starts_the_same_program_anew_once)
{
    CHECK_INT(started_as("10000", NULL), 0);
}

TEST(who_has_chosen_how_to_wait_is_left_alone)
{
    CHECK_INT(started_as("", "active"), 0);
}

int main(int argc, char **argv)
{
    if (argc == 2)
        return check_started(argv, argv[1]);
    RUN(id_is_the_process_id);
    RUN(processors_are_those_it_may_run_on);
    RUN(memory_follows_what_is_touched);
    RUN(pipe_is_no_terminal);
    RUN(spinning_briefly_starts_the_same_program_anew_once);
    RUN(who_has_chosen_how_to_wait_is_left_alone);
    RUN(no_core_is_dumped_once_it_is_forbidden);
    return check_report();
}
