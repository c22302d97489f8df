/*
 * top.c - kmemu top PID: slabtop of a process that runs on kmemu. The screen,
 * the keys and the numbers are those of slabtop(1).
 *
 * Each refresh reads the caches anew (target.c); the process is not stopped.
 * Between two the terminal is waited for, so a key acts at once. The terminal is
 * put back whichever way we leave: by q, by the process's end, by a signal.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/target.h"

#define MAX_DELAY	86400.0

static const struct option long_options[] = {
	{ "batch", no_argument, NULL, 'b' },
	{ "once", no_argument, NULL, 'o' },
	{ "delay", required_argument, NULL, 'd' },
	{ "sort", required_argument, NULL, 's' },
	{ "pid", required_argument, NULL, 'p' },
	{ "core", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int usage(FILE *f, int status)
{
	fputs("usage: kmemu top [OPTIONS] [PID]\n\n"
	      "Shows the slab caches of a process that runs on kmemu, as slabtop does for the\n"
	      "kernel's: anew every few seconds, on a terminal.\n\n"
	      "  -b, --batch        once, as text (also -o, --once; the way it is without a\n"
	      "                     terminal)\n"
	      "  -p, --pid PID      a process that runs on kmemu. Without it: the one process of\n"
	      "                     yours that was started with KMEMU_OPTIONS=observe=1\n"
	      "  -d, --delay SECS   seconds between two refreshes (3)\n"
	      "  -s, --sort KEY     the order, see below (o)\n"
	      "  -c, --core FILE    of a core file, once\n"
	      "  -h, --help         this text\n\n"
	      "Keys: q ends, space refreshes, these sort:\n"
	      "  a active objects      b objects per slab    c cache size     l slabs\n"
	      "  n name                o objects             p pages per slab s object size\n"
	      "  u cache utilization   v active slabs\n", f);
	return status;
}

/* --- the caches ---------------------------------------------------------- */

struct caches {
	struct view_cache *c;
	size_t nr, room;
};

static void add_cache(void *arg, const struct view_cache *c)
{
	struct caches *all = arg;

	if (all->nr == all->room) {
		all->room = all->room ? all->room * 2 : 128;
		all->c = xrealloc(all->c, all->room * sizeof(*all->c));
	}
	all->c[all->nr++] = *c;
}

#define TRIES 50

static int read_caches(struct target *t, struct caches *all)
{
	int err = -EAGAIN;

	for (int i = 0; i < TRIES && err == -EAGAIN; i++) {
		target_refresh(t);
		all->nr = 0;
		err = view_caches(&t->reader, &t->roots, add_cache, all);
	}
	return err;
}

static unsigned long cache_kb(const struct view_cache *c)
{
	return c->num_slabs * c->pagesperslab * (PAGE_SIZE / 1024);
}

static unsigned long cache_use(const struct view_cache *c)
{
	return c->num_objs ? 100 * c->active_objs / c->num_objs : 0;
}

/* --- sorting ------------------------------------------------------------- */

static unsigned long sort_key(const struct view_cache *c, char by)
{
	switch (by) {
	case 'a': return c->active_objs;
	case 'b': return c->objperslab;
	case 'c': return cache_kb(c);
	case 'l': return c->num_slabs;
	case 'p': return c->pagesperslab;
	case 's': return c->objsize;
	case 'u': return cache_use(c);
	case 'v': return c->num_slabs;
	default: return c->num_objs;
	}
}

static char sorted_by = 'o';

static bool is_sort_key(int key)
{
	return key && strchr("abclnopsuv", key);
}

/* Largest first, names from A; equal ones by name, so that rows stay in place. */
static int compare(const void *a, const void *b)
{
	const struct view_cache *x = a, *y = b;
	unsigned long kx = sort_key(x, sorted_by), ky = sort_key(y, sorted_by);

	if (sorted_by == 'n' || kx == ky)
		return strcmp(x->name, y->name);
	return kx > ky ? -1 : 1;
}

/* --- printing ------------------------------------------------------------ */

struct sums {
	unsigned long objs, active, slabs, caches;
	double bytes, active_bytes;
	unsigned int least, most;
};

static struct sums sum_caches(const struct caches *all)
{
	struct sums s = { .least = ~0U };

	for (size_t i = 0; i < all->nr; i++) {
		const struct view_cache *c = &all->c[i];

		s.objs += c->num_objs;
		s.active += c->active_objs;
		s.slabs += c->num_slabs;
		s.caches += c->num_objs != 0;
		s.bytes += (double)c->num_objs * c->objsize;
		s.active_bytes += (double)c->active_objs * c->objsize;
		s.least = min(s.least, c->objsize);
		s.most = max(s.most, c->objsize);
	}
	s.least = all->nr ? s.least : 0;
	return s;
}

static double percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

/* On a terminal what was in the line before is cleared. */
static void print_head(const struct caches *all, const char *eol)
{
	struct sums s = sum_caches(all);

	printf(" %-35s: %lu / %lu (%.1f%%)%s\n", "Active / Total Objects (% used)", s.active,
	       s.objs, percent((double)s.active, (double)s.objs), eol);
	printf(" %-35s: %lu / %lu (%.1f%%)%s\n", "Active / Total Slabs (% used)", s.slabs, s.slabs,
	       percent((double)s.slabs, (double)s.slabs), eol);
	printf(" %-35s: %lu / %lu (%.1f%%)%s\n", "Active / Total Caches (% used)", s.caches,
	       (unsigned long)all->nr, percent((double)s.caches, (double)all->nr), eol);
	printf(" %-35s: %.2fK / %.2fK (%.1f%%)%s\n", "Active / Total Size (% used)",
	       s.active_bytes / 1024, s.bytes / 1024, percent(s.active_bytes, s.bytes), eol);
	printf(" %-35s: %.2fK / %.2fK / %.2fK%s\n%s\n", "Minimum / Average / Maximum Object",
	       s.least / 1024.0, s.objs ? s.bytes / (double)s.objs / 1024 : 0, s.most / 1024.0,
	       eol, eol);
}

static void print_titles(const char *eol)
{
	printf("%6s %6s %4s %8s %6s %8s %10s %-23s%s\n", "OBJS", "ACTIVE", "USE", "OBJ SIZE",
	       "SLABS", "OBJ/SLAB", "CACHE SIZE", "NAME", eol);
}

static void print_rows(const struct caches *all, size_t rows, const char *eol)
{
	for (size_t i = 0; i < min(all->nr, rows); i++) {
		const struct view_cache *c = &all->c[i];

		printf("%6lu %6lu %3lu%% %7.2fK %6lu %8u %9luK %-23s%s\n", c->num_objs,
		       c->active_objs, cache_use(c), c->objsize / 1024.0, c->num_slabs,
		       c->objperslab, cache_kb(c), c->name, eol);
	}
}

static int print_once(struct target *t, struct caches *all)
{
	int err = read_caches(t, all);

	if (err) {
		target_say_failed(t, -err);
		return EXIT_UNREADABLE;
	}
	qsort(all->c, all->nr, sizeof(*all->c), compare);
	print_head(all, "");
	print_titles("");
	print_rows(all, all->nr, "");
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	say("top: standard output cannot be written");
	return EXIT_KMEMU;
}

/* --- the terminal -------------------------------------------------------- */

#define HEAD_LINES 7

static const int signals[] = { SIGINT,	SIGTERM,  SIGHUP, SIGQUIT,
			       SIGTSTP, SIGWINCH, SIGCONT };

static volatile sig_atomic_t stop_signal, suspended;
static sigset_t open_mask; /* while we wait; else the signals above are blocked */
static struct termios terminal;

static void on_signal(int sig)
{
	if (sig == SIGTSTP)
		suspended = 1;
	else if (sig != SIGWINCH && sig != SIGCONT)
		stop_signal = sig;
}

/* The other screen, keys at once and unseen. */
static void terminal_enter(void)
{
	struct termios raw = terminal;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	fputs("\033[?1049h\033[?25l\033[2J", stdout);
}

static void terminal_leave(void)
{
	fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
}

static void terminal_open(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t ours;

	sigemptyset(&ours);
	for (unsigned int i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaddset(&ours, signals[i]);
		sigaction(signals[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &ours, &open_mask);
	tcgetattr(STDIN_FILENO, &terminal);
	terminal_enter();
}

/* As if the signal came to a program that knows nothing of it. */
static void take_signal(int sig)
{
	struct sigaction sa = { .sa_handler = SIG_DFL }, ours;
	sigset_t blocked;

	sigaction(sig, &sa, &ours);
	raise(sig);
	sigprocmask(SIG_SETMASK, &open_mask, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	sigaction(sig, &ours, NULL);
}

static void suspend(void)
{
	suspended = 0;
	terminal_leave();
	take_signal(SIGTSTP);
	terminal_enter();
}

static size_t screen_rows(void)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) || w.ws_row <= HEAD_LINES)
		return 24 - HEAD_LINES;
	return w.ws_row - HEAD_LINES;
}

static void draw(struct caches *all)
{
	qsort(all->c, all->nr, sizeof(*all->c), compare);
	fputs("\033[H", stdout);
	print_head(all, "\033[K");
	fputs("\033[7m", stdout);
	print_titles("\033[0m\033[K");
	print_rows(all, screen_rows() - 1, "\033[K");
	fputs("\033[J", stdout);
	fflush(stdout);
}

/* A key, 0 when the time is over, -1: to be drawn again or to end. */
static int wait_key(double seconds)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	struct timespec time = { .tv_sec = (time_t)seconds };
	unsigned char key;
	int n;

	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
	n = ppoll(&in, 1, &time, &open_mask);

	if (n <= 0)
		return n;
	if (read(STDIN_FILENO, &key, 1) == 1)
		return key;
	stop_signal = SIGHUP; /* the terminal is gone */
	return -1;
}

/* False: to end. */
static bool obey(int key)
{
	if (suspended)
		suspend();
	if (is_sort_key(key))
		sorted_by = (char)key;
	return key != 'q' && key != 'Q' && !stop_signal;
}

/* The status; -err of a view when the process could not be read any more. */
static int run(struct target *t, struct caches *all, double delay)
{
	int err;

	do {
		err = read_caches(t, all);
		if (err && err != -EAGAIN)
			return err;
		draw(all);
	} while (obey(wait_key(delay)));
	return 0;
}

static int run_on_terminal(struct target *t, struct caches *all, double delay)
{
	int err;

	terminal_open();
	err = run(t, all, delay);
	terminal_leave();
	if (stop_signal)
		take_signal(stop_signal);
	if (err)
		say("top: %s has ended", t->name);
	return 0;
}

/* --- the command --------------------------------------------------------- */

struct wish {
	const char *pid, *core;
	bool once;
	double delay;
};

static bool parse_delay(const char *s, double *delay)
{
	char *end;

	*delay = strtod(s, &end);
	return end != s && !*end && *delay >= 0.1 && *delay <= MAX_DELAY;
}

/* NULL, or what is wrong with the option. */
static const char *take_option(struct wish *w, int c, const char *arg)
{
	switch (c) {
	case 'b':
	case 'o':
		w->once = true;
		return NULL;
	case 'd':
		return parse_delay(arg, &w->delay) ? NULL : "--delay wants seconds, 0.1 to 86400";
	case 's':
		sorted_by = arg[0];
		return is_sort_key(arg[0]) && !arg[1] ? NULL :
							"--sort wants one of a b c l n o p s u v";
	case 'p':
		w->pid = arg;
		return NULL;
	default:
		w->core = arg;
		return NULL;
	}
}

static int top(const struct wish *w)
{
	struct caches all = { .nr = 0 };
	struct target *t;
	int status;

	status = target_open("top", w->pid, w->core, &t);
	if (status)
		return status;
	if (w->once || w->core || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		status = print_once(t, &all);
	else
		status = run_on_terminal(t, &all, w->delay);
	free(all.c);
	target_close(t);
	return status;
}

static int top_args(int argc, char **argv, struct wish *w)
{
	if (argc == 1 && !w->pid && !w->core) {
		w->pid = argv[0];
		argc--;
	}
	if (argc) {
		say("top: one process or core file at a time; `kmemu top --help`");
		return EXIT_KMEMU;
	}
	return top(w);
}

int cmd_top(int argc, char **argv)
{
	struct wish w = { .delay = 3 };
	const char *wrong;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":bod:s:p:c:h", long_options, NULL)) != -1) {
		if (c == '?' || c == ':')
			return bad_option("top", argv, c, long_options);
		if (c == 'h')
			return usage(stdout, 0);
		wrong = take_option(&w, c, optarg);
		if (wrong) {
			say("top: %s, not '%s'", wrong, optarg);
			return EXIT_KMEMU;
		}
	}
	return top_args(argc - optind, argv + optind, &w);
}
