/*
 * Linux as a platform: memory by mmap, traps by signals, the console by file
 * descriptors 0 to 2. For a static executable, which is run as any other program.
 */
#define _GNU_SOURCE
#include "../platform.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "traps.h"

/* Seconds that a system has to stop, once it was asked to. */
#define STOP_DEADLINE 2

static bool colours;

void *platform_reserve(size_t bytes) {
  void *space = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return space == MAP_FAILED ? NULL : space;
}

bool platform_commit(void *pages, size_t bytes) {
  return mprotect(pages, bytes, PROT_READ | PROT_WRITE) == 0;
}

void platform_release(void *space, size_t bytes) { munmap(space, bytes); }

static void write_all(int to, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    const ssize_t done = write(to, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    /* Nobody reads: the signal of a closed pipe has ended the program before this. */
    if (done < 0) platform_exit(1);
    bytes += done;
    count -= (size_t)done;
  }
}

void platform_write(const void *bytes, size_t count) { write_all(STDOUT_FILENO, bytes, count); }

void platform_error(const void *bytes, size_t count) { write_all(STDERR_FILENO, bytes, count); }

void platform_message(const char *text, size_t count) { platform_error(text, count); }

bool platform_is_terminal(uint32_t number) { return isatty((int)number) == 1; }

bool platform_shows_colours(void) { return colours; }

bool platform_shows_tags(void) {
  const char *asked = getenv("ATOLL_TAGS");
  return asked == NULL || strcmp(asked, "0") != 0;
}

size_t platform_read(void *bytes, size_t most) {
  for (;;) {
    const ssize_t count = read(STDIN_FILENO, bytes, most);
    if (count >= 0) return (size_t)count;
    /* A terminal that went away reads as an error; for the reader it is the end. */
    if (errno != EINTR) return 0;
  }
}

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t platform_now(void) { return nanoseconds(CLOCK_MONOTONIC); }

uint64_t platform_wall_time(void) { return nanoseconds(CLOCK_REALTIME); }

void platform_random(void *bytes, size_t count) {
  uint8_t *to = bytes;
  while (count > 0) {
    const ssize_t done = getrandom(to, count, 0);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) platform_exit(1);
    to += done;
    count -= (size_t)done;
  }
}

static volatile sig_atomic_t stop_signal;

/* Whoever asks again, or has waited long enough, ends the program. */
static void on_stop(int signal) {
  stop_signal = signal;
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  alarm(STOP_DEADLINE);
}

static void on_alarm(int signal) {
  (void)signal;
  static const char text[] = "atoll: the system did not stop in time, and was ended.\n";
  write_all(STDERR_FILENO, (const uint8_t *)text, sizeof text - 1);
  _exit(128 + stop_signal);
}

void platform_heed_stop(void) {
  struct sigaction action = {.sa_handler = on_stop};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, NULL);
}

/* As far as somebody has looked. */
static int stop_seen;

int platform_stop_asked(void) { return stop_seen = stop_signal; }

bool platform_idle(uint64_t until, bool input) {
  const uint64_t now = platform_now();
  const uint64_t wait = until <= now ? 0 : until - now;
  const struct timespec time = {(time_t)(wait / 1000000000), (long)(wait % 1000000000)};
  struct pollfd wanted = {.fd = STDIN_FILENO, .events = POLLIN};
  /* A signal between the look and the sleep would be slept over. */
  sigset_t stops, before;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGHUP);
  sigprocmask(SIG_BLOCK, &stops, &before);
  int ready = 0;
  if (stop_signal == stop_seen)
    ready = ppoll(&wanted, input ? 1 : 0, until == UINT64_MAX ? NULL : &time, &before);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return ready > 0;
}

bool platform_seed(uint32_t *seed) {
  const char *given = getenv("ATOLL_SEED");
  if (given == NULL || *given == '\0') return false;
  *seed = (uint32_t)strtoul(given, NULL, 10) & 0x7fffffff;
  return true;
}

static int record = -1;

bool platform_record_start(void) {
  const char *path = getenv("ATOLL_RECORD");
  if (path == NULL || *path == '\0') return false;
  record = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (record >= 0) return true;
  static const char text[] = "atoll: The event log that ATOLL_RECORD names cannot be written.\n";
  platform_message(text, sizeof text - 1);
  platform_exit(1);
}

void platform_record(const void *bytes, size_t count) { write_all(record, bytes, count); }

/* It lies behind the program in its own file: the table, its length in 8 bytes, and the sign. */
static const char LINES_SIGN[8] = "ATOLLINE";

static bool read_at(int file, void *bytes, size_t length, off_t at) {
  return pread(file, bytes, length, at) == (ssize_t)length;
}

bool platform_lines(uint64_t at, void *bytes, size_t length) {
  static int file = -1;
  static off_t start;
  static uint64_t size;
  if (file < 0) {
    file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    const off_t end = file < 0 ? 0 : lseek(file, 0, SEEK_END);
    char sign[sizeof LINES_SIGN];
    const bool there = end > 16 && read_at(file, sign, sizeof sign, end - 8) && memcmp(sign, LINES_SIGN, sizeof sign) == 0;
    if (there && read_at(file, &size, sizeof size, end - 16) && size <= (uint64_t)end - 16) start = end - 16 - (off_t)size;
    else size = 0;
  }
  return at <= size && length <= size - at && read_at(file, bytes, length, start + (off_t)at);
}

void platform_exit(int code) { _exit(code); }

int main(int count, char **arguments) {
  const char *plain = getenv("NO_COLOR");
  colours = isatty(STDOUT_FILENO) && (plain == NULL || *plain == '\0');
  traps_install();
  platform_main(count - 1, arguments + 1);
}
