/* Compiled functions in a process of their own: an object is linked with remote_main.c
 * and run, under an emulator if it is for another machine. For differ.h. */
#ifndef TESTS_SUPPORT_REMOTE_H
#define TESTS_SUPPORT_REMOTE_H

#include "ir/ir.h"

typedef struct Remote Remote;

/* Whether there is what it takes to link and run programs for a target (its first part
 * tells: aarch64-linux-gnu-gcc and qemu-aarch64; cc and nothing for this machine). */
bool remote_possible(const char *target);

/* The entries (descent.entry) of planned kernels; NULL with diagnostics. */
Remote *remote_open(IrModule *kernels, const char *target, const char *cpu, DiagList *d);
void remote_close(Remote *r); /* accepts NULL */

/* Calls the entry of a host program. threads 1: without a pool; else with one that runs
 * the tasks in an order of its own. False if the process ended. */
bool remote_call(Remote *r, const IrOp *host, void *const *args, void *const *results,
                 unsigned threads);

#endif
