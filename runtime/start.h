/* What a program of ours does before all else. */
#ifndef RUNTIME_START_H
#define RUNTIME_START_H

/* What goes wrong with files becomes an error that can be told. If the program was started
 * without a standard output or standard error, the first file that it opened would become
 * that, and what is printed would go into the file: now printing fails. A write beyond a
 * limit fails as on a full disk, in place of a signal that ends the program. */
void rt_start(void);

#endif
