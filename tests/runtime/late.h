/* A device that does calls as late as it may: when one of them is taken, or what the
 * model keeps is fetched. Its memory is its own, so who forgets to fetch sees old values;
 * inputs that were changed too soon are used as they are then. */
#ifndef TESTS_RUNTIME_LATE_H
#define TESTS_RUNTIME_LATE_H

#include "runtime/device.h"

typedef struct Late {
    RtDevice device;
    struct LateBlock *blocks; /* what it keeps, and pinned memory */
    struct LateCall *calls;   /* in order; those done and not taken, too */
    size_t under_way, most;   /* calls that were started and not taken; the most so far */
    size_t waits;             /* fetches that had to do calls */
    int64_t fail_at;          /* lost with this call, counted from 1; 0: never */
    int64_t started;
} Late;

void late_open(Late *l);
void late_close(Late *l); /* nothing may be left of what it was given */
/* The same entry on the device; freed by late_close. */
const RtEntry *late_entry(Late *l, const RtEntry *e);

#endif
