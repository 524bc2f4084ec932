/* What kills and power cuts left half written in a project: removed when a job begins, said when
 * there was something. One thread. */
#ifndef CMD_LEFTOVERS_H
#define CMD_LEFTOVERS_H

#include "config/project.h"

void leftovers_remove(const struct project *project);

#endif
