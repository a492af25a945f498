/* A command line that is wrong. */
#include "runtime/native/native.h"

#include <getopt.h>

/* getopt tells of short options which it is, of long ones that it has passed the word. */
void native_bad_option(int option, char *const *argv, DiagList *d)
{
    char letter[] = {'-', (char)optopt, 0};
    bool is_short = optopt > 0 && optopt < 128 && option != ':';
    diag_add(d, DIAG_ERROR, DIAG_USAGE, (Place){0},
             option == ':' ? "%s has no value; --help lists the options"
                           : "there is no option %s; --help lists them",
             is_short ? letter : argv[optind - 1]);
}
