/*
 * Helper of the Linux test guest: makes what happened to a machine visible.
 *   tick MS        prints "T <n> <monotonic ms>" each MS ms
 *   fill MIB       fills memory with a sequence and keeps it; prints "FILLED <MiB>"
 *   dirty MIB MS   writes MIB of memory anew each MS ms
 *   pair DEV MS    each MS ms: a number to sector 256 of DEV, past the page cache, then compared with memory: "P <n>",
 *                  or "INCONSISTENT ..." when disk and memory are of different times
 *   check DEV      prints the number on the disk
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { OFFSET = 131072, BLOCK = 4096 };

static long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

static void nap(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&time, NULL);
}

static int tick(long interval) {
  for (long n = 0;; n++) {
    printf("T %ld %ld\n", n, milliseconds());
    nap(interval);
  }
}

static unsigned long *memory(long mib) {
  void *bytes = mmap(NULL, (size_t)mib << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) { perror("mmap"); exit(1); }
  return bytes;
}

static int fill(long mib) {
  unsigned long *words = memory(mib), x = 88172645463325252UL;
  for (size_t i = 0; i < ((size_t)mib << 20) / sizeof *words; i++) {
    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
    words[i] = x;
  }
  printf("FILLED %ld\n", mib);
  for (;;) pause();
}

static int dirty(long mib, long interval) {
  unsigned long *words = memory(mib);
  for (unsigned long round = 1;; round++) {
    for (size_t i = 0; i < ((size_t)mib << 20) / sizeof *words; i += 512) words[i] = round;
    nap(interval);
  }
}

static unsigned long *block(void) {
  void *bytes = NULL;
  if (posix_memalign(&bytes, BLOCK, BLOCK) != 0) exit(1);
  memset(bytes, 0, BLOCK);
  return bytes;
}

static int pair(const char *device, long interval) {
  int file = open(device, O_RDWR | O_DIRECT | O_DSYNC);
  unsigned long *buffer = block(), number = 0;
  if (file < 0) { perror(device); return 1; }
  for (;;) {
    number++;
    buffer[0] = number;
    buffer[1] = ~number;
    if (pwrite(file, buffer, BLOCK, OFFSET) != BLOCK) { perror("write"); return 1; }
    if (pread(file, buffer, BLOCK, OFFSET) != BLOCK || buffer[0] != number || buffer[1] != ~number)
      printf("INCONSISTENT memory=%lu disk=%lu\n", number, buffer[0]);
    printf("P %lu\n", number);
    nap(interval);
  }
}

static int check(const char *device) {
  int file = open(device, O_RDONLY | O_DIRECT);
  unsigned long *buffer = block();
  if (file < 0 || pread(file, buffer, BLOCK, OFFSET) != BLOCK) { perror(device); return 1; }
  printf("SEQ %lu %s\n", buffer[0], buffer[1] == ~buffer[0] ? "ok" : "bad");
  return 0;
}

int main(int count, char **words) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const char *verb = count > 1 ? words[1] : "";
  if (count == 3 && strcmp(verb, "tick") == 0) return tick(atol(words[2]));
  if (count == 3 && strcmp(verb, "fill") == 0) return fill(atol(words[2]));
  if (count == 4 && strcmp(verb, "dirty") == 0) return dirty(atol(words[2]), atol(words[3]));
  if (count == 4 && strcmp(verb, "pair") == 0) return pair(words[2], atol(words[3]));
  if (count == 3 && strcmp(verb, "check") == 0) return check(words[2]);
  fprintf(stderr, "agent tick|fill|dirty|pair|check\n");
  return 2;
}
