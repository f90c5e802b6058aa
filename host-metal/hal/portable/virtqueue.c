/* See virtqueue.h. The fences are those of sections 2.7.13 and 2.7.14. */
#include "virtqueue.h"

#define AVAILABLE_AT (VIRTQUEUE_MOST * sizeof(struct virtqueue_descriptor))
#define USED_AT 2048

_Static_assert(AVAILABLE_AT + sizeof(struct virtqueue_available) <= USED_AT, "the parts do not overlap");
_Static_assert(USED_AT + sizeof(struct virtqueue_used) <= VIRTQUEUE_BYTES, "nor leave their page");

uint16_t virtqueue_size(uint32_t most) {
  uint16_t size = VIRTQUEUE_MOST;
  while (size > most) size /= 2;
  return size;
}

void virtqueue_begin(struct virtqueue *queue, uint16_t size, void *shared) {
  uint8_t *start = shared;
  *queue = (struct virtqueue){
      .size = size,
      .descriptors = (volatile struct virtqueue_descriptor *)start,
      .available = (volatile struct virtqueue_available *)(start + AVAILABLE_AT),
      .used = (volatile struct virtqueue_used *)(start + USED_AT),
      .free_count = size,
  };
  for (uint16_t i = 0; i < size; i++) queue->next[i] = (uint16_t)(i + 1);
}

/* Writes the descriptors of a chain from the list of free ones; that list's new start. */
static uint16_t write_chain(struct virtqueue *queue, const struct virtqueue_piece *pieces, size_t count) {
  uint16_t at = queue->free;
  for (size_t i = 0; i < count; i++) {
    volatile struct virtqueue_descriptor *descriptor = &queue->descriptors[at];
    bool last = i + 1 == count;
    descriptor->address = (uint64_t)pieces[i].start;
    descriptor->length = pieces[i].length;
    descriptor->flags = (uint16_t)((last ? 0 : VIRTQUEUE_DESCRIPTOR_NEXT) |
                                   (pieces[i].device_writes ? VIRTQUEUE_DESCRIPTOR_WRITE : 0));
    descriptor->next = last ? 0 : queue->next[at];
    at = queue->next[at];
  }
  return at;
}

bool virtqueue_put(struct virtqueue *queue, const struct virtqueue_piece *pieces, size_t count,
                   uint16_t *head) {
  if (queue->broken || count == 0 || count > queue->free_count) return false;
  *head = queue->free;
  queue->free = write_chain(queue, pieces, count);
  queue->free_count = (uint16_t)(queue->free_count - count);
  queue->pieces[*head] = (uint16_t)count;
  queue->writable[*head] = 0;
  for (size_t i = 0; i < count; i++)
    if (pieces[i].device_writes) queue->writable[*head] += pieces[i].length;
  queue->available->ring[queue->put % queue->size] = *head;
  __atomic_thread_fence(__ATOMIC_RELEASE); /* the device sees the chain before its number */
  queue->available->index = ++queue->put;
  return true;
}

bool virtqueue_wants_notice(const struct virtqueue *queue) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST); /* it sees the number before we see its wish */
  return (queue->used->flags & VIRTQUEUE_NO_NOTIFY) == 0;
}

static void free_chain(struct virtqueue *queue, uint16_t head) {
  uint16_t last = head;
  for (uint16_t i = 1; i < queue->pieces[head]; i++) last = queue->next[last];
  queue->next[last] = queue->free;
  queue->free = head;
  queue->free_count = (uint16_t)(queue->free_count + queue->pieces[head]);
  queue->pieces[head] = 0;
}

/* Checks what the device says before anything is made of it. */
static bool is_sound(const struct virtqueue *queue, uint16_t used, uint32_t head, uint32_t written) {
  if ((uint16_t)(used - queue->seen) > (uint16_t)(queue->put - queue->seen)) return false;
  return head < queue->size && queue->pieces[head] != 0 && written <= queue->writable[head];
}

bool virtqueue_has_used(const struct virtqueue *queue) {
  return queue->used->index != queue->seen;
}

bool virtqueue_take(struct virtqueue *queue, uint16_t *head, uint32_t *written) {
  uint16_t used = queue->used->index;
  if (queue->broken || used == queue->seen) return false;
  __atomic_thread_fence(__ATOMIC_ACQUIRE); /* what it wrote is seen after its number */
  uint32_t number = queue->used->ring[queue->seen % queue->size].head;
  uint32_t bytes = queue->used->ring[queue->seen % queue->size].written;
  if (!is_sound(queue, used, number, bytes)) {
    queue->broken = true;
    return false;
  }
  queue->seen++;
  *head = (uint16_t)number;
  *written = bytes;
  free_chain(queue, *head);
  return true;
}
