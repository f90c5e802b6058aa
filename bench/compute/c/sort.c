/*
 * Sorts a million numbers in disorder, as AssemblyScript's library does: the power sort of "Nearly-Optimal
 * Mergesorts" (Munro and Wild, 2018), runs of at least 32 made by an insertion sort of two at once.
 *
 * The order is the library's as well: the sign of the difference, modulo 2^32.
 */
#include <stdlib.h>
#include <string.h>

#include "program.h"

#define COUNT 1000000
#define LEAST_RUN 32
#define POWERS 32

static int32_t numbers[COUNT], buffer[COUNT];

void load(const uint8_t *text, uint32_t length) { (void)text, (void)length; }

static int32_t compared(int32_t a, int32_t b) { return (int32_t)((uint32_t)a - (uint32_t)b); }

static int smaller(int a, int b) { return a < b ? a : b; }

/* Takes `sorted` numbers from the left as sorted already. */
static void insertion_sort(int left, int right, int sorted) {
  const int range = right - left + 1;
  int i = left + (sorted == 0 ? range & 1 : sorted - ((range - sorted) & 1));
  for (; i <= right; i += 2) {
    int32_t a = numbers[i];
    const int32_t b = numbers[i + 1];
    const int32_t least = compared(a, b) <= 0 ? a : b, most = compared(a, b) <= 0 ? b : a;
    int j = i - 1;
    for (; j >= left && compared(a = numbers[j], most) > 0; j--) numbers[j + 2] = a;
    numbers[j + 2] = most;
    for (; j >= left && compared(a = numbers[j], least) > 0; j--) numbers[j + 1] = a;
    numbers[j + 1] = least;
  }
}

/* The end of the run that begins at `i`; one that descends is turned around. */
static int run_end(int i, int right) {
  if (i == right) return i;
  int j = i + 1;
  if (compared(numbers[i], numbers[j]) > 0) {
    while (j < right && compared(numbers[j + 1], numbers[j]) < 0) j++;
    for (int k = j; i < k; i++, k--) {
      const int32_t number = numbers[i];
      numbers[i] = numbers[k];
      numbers[k] = number;
    }
  } else {
    while (j < right && compared(numbers[j + 1], numbers[j]) >= 0) j++;
  }
  return j;
}

static int sorted_run_end(int start, int right) {
  const int end = run_end(start, right);
  const int length = end - start + 1;
  if (length >= LEAST_RUN) return end;
  const int longer = smaller(right, start + LEAST_RUN - 1);
  insertion_sort(start, longer, length);
  return longer;
}

static uint32_t power(uint32_t right, uint32_t start_a, uint32_t start_b, uint32_t end_b) {
  const uint64_t n = (uint64_t)right + 1;
  const uint64_t a = ((uint64_t)(start_a + start_b) << 30) / n;
  const uint64_t b = ((uint64_t)(end_b + start_b + 1) << 30) / n;
  return (uint32_t)__builtin_clz((uint32_t)(a ^ b));
}

/* The runs from `left` to before `middle`, and from there to `right`. */
static void merge(int left, int middle, int right) {
  const int m = middle - 1;
  memcpy(buffer + left, numbers + left, (size_t)(middle - left) * sizeof *numbers);
  for (int j = m; j < right; j++) buffer[right + m - j] = numbers[j + 1];
  for (int i = left, j = right, k = left; k <= right; k++) {
    const int32_t a = buffer[j], b = buffer[i];
    if (compared(a, b) < 0) numbers[k] = a, j--;
    else numbers[k] = b, i++;
  }
}

static void sort(void) {
  struct {
    int start, end; /* no run: -1 */
  } runs[POWERS];
  const int right = COUNT - 1;
  for (int i = 0; i < POWERS; i++) runs[i].start = -1;
  int start_a = 0, end_a = sorted_run_end(0, right);
  uint32_t top = 0;
  while (end_a < right) {
    const int start_b = end_a + 1, end_b = sorted_run_end(start_b, right);
    const uint32_t k = power((uint32_t)right, (uint32_t)start_a, (uint32_t)start_b, (uint32_t)end_b);
    for (uint32_t i = top; i > k; i--) {
      if (runs[i].start < 0) continue;
      merge(runs[i].start, runs[i].end + 1, end_a);
      start_a = runs[i].start;
      runs[i].start = -1;
    }
    runs[k].start = start_a;
    runs[k].end = end_a;
    start_a = start_b;
    end_a = end_b;
    top = k;
  }
  for (uint32_t i = top; i != 0; i--)
    if (runs[i].start >= 0) merge(runs[i].start, runs[i].end + 1, right);
}

uint32_t run(uint32_t round) {
  uint32_t seed = round + 1;
  for (int i = 0; i < COUNT; i++) {
    seed = seed * 1664525 + 1013904223;
    numbers[i] = (int32_t)seed;
  }
  sort();
  return (uint32_t)(numbers[COUNT / 2] ^ numbers[10]);
}
