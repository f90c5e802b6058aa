/* Product of two matrices of 128 × 128 doubles, row by column as in the textbook. */
#include "program.h"

#define N 128

static double a[N * N], b[N * N], c[N * N];

void load(const uint8_t *text, uint32_t length) { (void)text, (void)length; }

static void multiply(void) {
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      double sum = 0;
      for (int k = 0; k < N; k++) sum += a[i * N + k] * b[k * N + j];
      c[i * N + j] = sum;
    }
  }
}

uint32_t run(uint32_t round) {
  for (int i = 0; i < N * N; i++) {
    a[i] = (i * 7 + (int)round) % 13;
    b[i] = (i * 5) % 11;
  }
  multiply();
  double sum = 0;
  for (int i = 0; i < N; i++) sum += c[i * N + i];
  return (uint32_t)sum;
}
