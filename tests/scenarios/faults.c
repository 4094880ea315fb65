/* Fails the n-th write, sync, truncation or rename below one folder; preloaded into a child by test_faults.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[4096];
static int armed, error_number, seen, failed;

void fault_arm(const char *path, int nth, int error) {
    strncpy(folder, path, sizeof folder - 1);
    armed = nth; error_number = error; seen = 0; failed = 0;
}
int fault_seen(void) { return seen; }
int fault_failed(void) { return failed; }

static int strikes(const char *path) {
    if (!folder[0] || strncmp(path, folder, strlen(folder)) != 0) return 0;
    if (++seen != armed) return 0;
    failed = 1;
    errno = error_number;
    return 1;
}
static int strikes_fd(int fd) {
    char link[64], path[4096];
    if (!folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return strikes(path);
}
#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *b, size_t n) {
    REAL(ssize_t, write, int, const void *, size_t); return strikes_fd(fd) ? -1 : real(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t); return strikes_fd(fd) ? -1 : real(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t); return strikes_fd(fd) ? -1 : real(fd, b, n, o); }
int fsync(int fd) { REAL(int, fsync, int); return strikes_fd(fd) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(int, fdatasync, int); return strikes_fd(fd) ? -1 : real(fd); }
int ftruncate(int fd, off_t n) { REAL(int, ftruncate, int, off_t); return strikes_fd(fd) ? -1 : real(fd, n); }
int ftruncate64(int fd, off64_t n) { REAL(int, ftruncate64, int, off64_t); return strikes_fd(fd) ? -1 : real(fd, n); }
int rename(const char *a, const char *b) {
    REAL(int, rename, const char *, const char *); return strikes(b) ? -1 : real(a, b); }
