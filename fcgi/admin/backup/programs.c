#include "admin/backup/programs.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

enum { SAID_MAX = 400, NOT_STARTED = 127 };

enum rc programs_init(struct programs *p, struct err *err)
{
    FILE *log = tmpfile();
    *p = (struct programs){ .log = log ? fcntl(fileno(log), F_DUPFD_CLOEXEC, 3) : -1 };
    if (log)
        (void)fclose(log);
    return p->log >= 0 ? RC_OK : err_set(err, RC_UNAVAILABLE, "", "临时文件无法新建");
}

void programs_as(struct programs *p, uid_t uid)
{
    p->other = uid != geteuid();
    p->uid = uid;
}

enum rc programs_pipe(int ends[2], struct err *err)
{
    if (pipe(ends) == 0 && fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 &&
        fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0)
        return RC_OK;
    return err_set(err, RC_UNAVAILABLE, "", "管道无法新建");
}

static bool become(const struct programs *p)
{
    const struct passwd *account = getpwuid(p->uid);
    return account && initgroups(account->pw_name, account->pw_gid) == 0 &&
           setgid(account->pw_gid) == 0 && setuid(p->uid) == 0;
}

static _Noreturn void become_program(const struct programs *p, const char *const argv[], int in,
                                     int out, pid_t parent)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)signal(SIGPIPE, SIG_DFL); /* of a reader that gave up it learns so */
    (void)umask(022);
    /* The end of its parent is its own; asked for last, since another account forgets it. */
    if ((p->other && !become(p)) || dup2(in < 0 ? nothing : in, STDIN_FILENO) < 0 ||
        dup2(out < 0 ? p->log : out, STDOUT_FILENO) < 0 || dup2(p->log, STDERR_FILENO) < 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(NOT_STARTED);
    (void)execvp(argv[0], (char *const *)argv);
    (void)dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(NOT_STARTED);
}

enum rc programs_start(struct programs *p, const char *const argv[], int in, int out,
                       struct err *err)
{
    pid_t parent = getpid();
    pid_t pid = p->n < PROGRAMS_MAX ? fork() : -1;
    if (pid == 0)
        become_program(p, argv, in, out, parent);
    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    if (pid < 0)
        return err_set(err, RC_UNAVAILABLE, argv[0], "程序无法启动");
    p->of[p->n].pid = pid;
    p->of[p->n].name = argv[0];
    /* Of tar, 1 says that a file went or grew while it was read: an upload, whose end is not
       in the database either. */
    p->of[p->n].most = strcmp(argv[0], "tar") == 0;
    p->n++;
    return RC_OK;
}

/* The last that was said, as one line. */
static void last_said(const struct programs *p, char out[SAID_MAX])
{
    char text[SAID_MAX];
    off_t end = lseek(p->log, 0, SEEK_END);
    off_t from = end > SAID_MAX - 1 ? end - (SAID_MAX - 1) : 0;
    ssize_t n = pread(p->log, text, SAID_MAX - 1, from);
    text[n > 0 ? n : 0] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    utf8_drop_broken(text);
    (void)snprintf(out, SAID_MAX, "%s", text_trim(text));
}

static bool went_well(int status, int most)
{
    return WIFEXITED(status) && WEXITSTATUS(status) <= most;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

static enum rc failed(const struct programs *p, size_t i, int status, struct err *err)
{
    char said[SAID_MAX];
    last_said(p, said);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
        return err_set(err, RC_UNAVAILABLE, p->of[i].name, "程序无法运行：%s", said);
    return err_set(err, RC_UNAVAILABLE, p->of[i].name, "程序失败：%s", said);
}

enum rc programs_end(struct programs *p, enum rc rc, struct err *err)
{
    size_t first = p->n;
    int why = 0;
    for (size_t i = 0; i < p->n; i++) {
        int status = wait_for(p->of[i].pid);
        /* One that a signal ended had nobody to write to any more: another one's fault. */
        if (!went_well(status, p->of[i].most) &&
            (first == p->n || (WIFSIGNALED(why) && WIFEXITED(status)))) {
            first = i;
            why = status;
        }
    }
    if (rc == RC_OK && first < p->n)
        rc = failed(p, first, why, err);
    p->n = 0;
    return rc;
}

enum rc programs_run(struct programs *p, const char *const argv[], struct err *err)
{
    enum rc rc = programs_start(p, argv, -1, -1, err);
    return programs_end(p, rc, err);
}

bool programs_alive(struct programs *p, size_t i)
{
    siginfo_t info = { .si_pid = 0 };
    return waitid(P_PID, (id_t)p->of[i].pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}
