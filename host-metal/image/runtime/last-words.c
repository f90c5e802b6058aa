/* See last-words.h. All of it is the guest's word: no address is believed before it is compared. */
#include "last-words.h"

#include <stddef.h>
#include <string.h>

#include "system.h"
#include "wasm-rt.h"

#define MOST_BYTES 2000u
#define PICTURES 0x2400u
#define PICTURE_OF_DELETE 0x2421u
#define REPLACEMENT 0xfffdu

static bool read_u32(const wasm_rt_memory_t *memory, uint64_t address, uint32_t *value) {
  if (address + sizeof *value > memory->size) return false;
  memcpy(value, memory->data + address, sizeof *value);
  return true;
}

/* Half of a pair is nobody's character; a control is shown as its picture. */
static uint32_t tamed(uint32_t character) {
  if (character >= 0xd800 && character < 0xe000) return REPLACEMENT;
  if (character < 0x20 && character != '\t') return PICTURES + character;
  if (character == 0x7f) return PICTURE_OF_DELETE;
  return character >= 0x80 && character < 0xa0 ? REPLACEMENT : character;
}

/* As UTF-8: the Unicode Standard 16.0, table 3-6. */
static void put_character(uint32_t character, void (*put)(const char *text)) {
  char text[5] = {0};
  if (character < 0x80) text[0] = (char)character;
  else if (character < 0x800) {
    text[0] = (char)(0xc0 | character >> 6);
    text[1] = (char)(0x80 | (character & 0x3f));
  } else if (character < 0x10000) {
    text[0] = (char)(0xe0 | character >> 12);
    text[1] = (char)(0x80 | (character >> 6 & 0x3f));
    text[2] = (char)(0x80 | (character & 0x3f));
  } else {
    text[0] = (char)(0xf0 | character >> 18);
    text[1] = (char)(0x80 | (character >> 12 & 0x3f));
    text[2] = (char)(0x80 | (character >> 6 & 0x3f));
    text[3] = (char)(0x80 | (character & 0x3f));
  }
  put(text);
}

static uint32_t unit_at(const uint8_t *units, uint32_t at) {
  return (uint32_t)(units[at] | units[at + 1] << 8);
}

bool last_words_put(uint32_t process, void (*put)(const char *text)) {
  const struct process *it = process_at(process);
  uint32_t address, message, length;
  if (it->last_words == NULL) return false;
  const wasm_rt_memory_t *memory = it->last_words(it->place, &address);
  if (!read_u32(memory, address, &message) || message < sizeof length) return false;
  if (!read_u32(memory, message - sizeof length, &length) || length < 2) return false;
  if (length > MOST_BYTES) length = MOST_BYTES;
  length &= ~1u;
  if ((uint64_t)message + length > memory->size) return false;
  const uint8_t *units = memory->data + message;
  put("gave up: ");
  for (uint32_t i = 0; i < length; i += 2) {
    uint32_t character = unit_at(units, i);
    const uint32_t next = i + 2 < length ? unit_at(units, i + 2) : 0;
    if (character >> 10 == 0x36 && next >> 10 == 0x37) {
      character = 0x10000 + ((character & 0x3ff) << 10 | (next & 0x3ff));
      i += 2;
    }
    put_character(tamed(character), put);
  }
  return true;
}
