/* What a process knows of itself, against what the system says elsewhere. */
#include "check.h"
#include "platform/process.h"

#include <sched.h>
#include <stdlib.h>
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

int main(void)
{
    RUN(id_is_the_process_id);
    RUN(processors_are_those_it_may_run_on);
    RUN(memory_follows_what_is_touched);
    RUN(pipe_is_no_terminal);
    RUN(no_core_is_dumped_once_it_is_forbidden);
    return check_report();
}
