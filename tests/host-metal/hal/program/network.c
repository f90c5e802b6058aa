/* Frames in and out: what comes goes back to where it came from, until the last one. */
#include "program.h"

#define ADDRESS 6

static uint8_t frame[HAL_FRAME_MOST];

static void answer(size_t length) {
  uint8_t from[ADDRESS];
  __builtin_memcpy(from, frame + ADDRESS, ADDRESS);
  __builtin_memcpy(frame + ADDRESS, frame, ADDRESS);
  __builtin_memcpy(frame, from, ADDRESS);
  say("frame of %: %", (uint64_t)length, (uint64_t)hal_network_send(0, frame, length));
}

int test_network(void) {
  struct hal_network_info info;
  uint64_t address = 0;
  hal_network_info(0, &info);
  for (int i = 0; i < ADDRESS; i++) address = address << 8 | info.address[i];
  say("devices %, address %", (uint64_t)hal_network_count(), address);
  say("refused % % % %", (uint64_t)hal_network_send(0, frame, HAL_FRAME_LEAST - 1),
      (uint64_t)hal_network_send(0, frame, HAL_FRAME_MOST + 1), (uint64_t)hal_network_send(1, frame, 60),
      (uint64_t)hal_network_info(1, &info));
  hal_network_send(0, "ready for frames", 16);
  size_t length = 0;
  while (length != HAL_FRAME_LEAST) {
    enum hal_status status = hal_network_receive(0, frame, &length);
    if (status != HAL_OK) return status;
    if (length == 0)
      hal_idle(HAL_FOREVER);
    else
      answer(length);
  }
  return 0;
}
