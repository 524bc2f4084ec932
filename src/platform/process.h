/* What a process knows of itself and its machine. Any thread. */
#ifndef PLATFORM_PROCESS_H
#define PLATFORM_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

int process_id(void);
int process_cpu_count(void);           /* processors this process may run on, at least 1 */
uint64_t process_resident_bytes(void); /* 0 where unknown */
uint64_t process_peak_resident_bytes(void);
bool process_stdout_is_terminal(void);
bool process_stderr_is_terminal(void);

/* No core dump of this process from now on: it holds secrets in its memory. */
void process_forbid_core_dump(void);

/* Threads of the compute library that wait for each other soon go to sleep: beside another busy
 * program, the long spinning that is usual makes training several times slower
 * (docs/decisions/0009). The library's runtime reads that setting before main() begins, so this
 * starts the program anew, once; it returns when that has been done, when the user has chosen
 * (OMP_WAIT_POLICY, GOMP_SPINCOUNT), or when it can not be done. To be called first. */
void process_spin_briefly(char **argv);

#endif
