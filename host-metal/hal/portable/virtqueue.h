/*
 * A queue of buffers that driver and device share: the split virtqueue of the Virtual
 * I/O Device specification 1.2, section 2.7.
 *
 *     descriptors   where the pieces of a buffer are       written by the driver
 *     available     which chains the device may use        written by the driver
 *     used          which chains it has used               written by the device
 *
 * The device is not trusted. What it must not change is kept beside the shared part,
 * and what it says is checked: a chain that it does not have, more bytes than there
 * was room for, more chains than there are. Then the queue is broken, and nothing
 * more is taken from it.
 */
#ifndef ATOLL_HAL_VIRTQUEUE_H
#define ATOLL_HAL_VIRTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIRTQUEUE_MOST 64
/* The shared part of a queue of VIRTQUEUE_MOST: one page, at a multiple of its size. */
#define VIRTQUEUE_BYTES 4096

#define VIRTQUEUE_DESCRIPTOR_NEXT 1
#define VIRTQUEUE_DESCRIPTOR_WRITE 2
#define VIRTQUEUE_NO_NOTIFY 1

struct virtqueue_descriptor {
  uint64_t address;
  uint32_t length;
  uint16_t flags;
  uint16_t next;
};

struct virtqueue_available {
  uint16_t flags;
  uint16_t index;
  uint16_t ring[VIRTQUEUE_MOST];
};

struct virtqueue_used {
  uint16_t flags;
  uint16_t index;
  struct {
    uint32_t head;
    uint32_t written;
  } ring[VIRTQUEUE_MOST];
};

/* A piece of a buffer. Its address is also its physical one. */
struct virtqueue_piece {
  void *start;
  uint32_t length;
  bool device_writes;
};

struct virtqueue {
  uint16_t size; /* a power of two, at most VIRTQUEUE_MOST */
  volatile struct virtqueue_descriptor *descriptors;
  volatile struct virtqueue_available *available;
  volatile struct virtqueue_used *used;
  uint16_t put;  /* how many chains were made available, modulo 2^16 */
  uint16_t seen; /* how many used ones were taken */
  uint16_t free; /* the first descriptor that is in no chain */
  uint16_t free_count;
  uint16_t next[VIRTQUEUE_MOST];    /* of a chain, or of those that are free */
  uint16_t pieces[VIRTQUEUE_MOST];  /* of the chain that begins here; 0: none does */
  uint32_t writable[VIRTQUEUE_MOST]; /* how many bytes of it the device may write */
  bool broken;
};

/* How long a queue may be where the device takes `most` chains; 0: none. */
uint16_t virtqueue_size(uint32_t most);

/* Begins with an empty queue. `shared`: VIRTQUEUE_BYTES, all zero. */
void virtqueue_begin(struct virtqueue *queue, uint16_t size, void *shared);

/*
 * Makes a chain of `count` pieces available; those that the device writes come last.
 * Its number in `*head`. False: no room for so many.
 */
bool virtqueue_put(struct virtqueue *queue, const struct virtqueue_piece *pieces, size_t count,
                   uint16_t *head);

/* Whether the device wants to be told of what was put. */
bool virtqueue_wants_notice(const struct virtqueue *queue);

/* Whether there is a chain to take, or what looks like one. */
bool virtqueue_has_used(const struct virtqueue *queue);

/* Takes a chain that the device has used, and how many bytes it says it wrote. False: none, or broken. */
bool virtqueue_take(struct virtqueue *queue, uint16_t *head, uint32_t *written);

#endif
