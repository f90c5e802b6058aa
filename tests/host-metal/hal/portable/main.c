/* Runs the part that its argument names. */
#include "check.h"

static const struct {
  const char *name;
  void (*run)(void);
} PARTS[] = {
    {"places", test_places},   {"memory-map", test_memory_map}, {"command-line", test_command_line},
    {"symbols", test_symbols}, {"frames", test_frames},         {"text", test_text},
    {"fiber", test_fiber},     {"virtqueue", test_virtqueue},   {"virtio", test_virtio},
    {"block", test_block},     {"entropy", test_entropy},       {"device-word", test_device_word},
    {"network", test_network}, {"console", test_console},       {"memory-functions", test_memory_functions},
    {"memory-functions-general", test_memory_functions_general},
    {"sleep-type", test_sleep_type},
};

int main(int count, char **arguments) {
  for (size_t i = 0; count == 2 && i < sizeof PARTS / sizeof *PARTS; i++) {
    if (strcmp(PARTS[i].name, arguments[1]) != 0) continue;
    PARTS[i].run();
    printf("ok\n");
    return 0;
  }
  printf("no such part\n");
  return 2;
}
