#include "runtime/start.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Makes it something that cannot be written to. */
static void reserve(int fd)
{
    int closed = open("/dev/null", O_RDONLY);
    if (closed < 0 || closed == fd)
        return;
    dup2(closed, fd);
    close(closed);
}

void rt_start(void)
{
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            reserve(fd);
    signal(SIGXFSZ, SIG_IGN);
}
