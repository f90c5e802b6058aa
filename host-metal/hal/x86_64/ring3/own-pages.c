/*
 * See own-pages.h. Memory of the machine is mapped at its own addresses, for this layer
 * alone; a page that the program took can be reached by it there. That is also the note
 * of who has it: of what lies at its own address, the image has its place, and all else
 * that the program can reach it took here.
 */
#include "own-pages.h"

#include "../../hal.h"
#include "../image.h"
#include "../layout.h"
#include "../paging.h"

void *own_pages_take(size_t count) {
  void *pages = hal_pages_take(count);
  if (pages == NULL) return NULL;
  if (paging_change((uint64_t)pages, count * HAL_PAGE, 0, PAGE_USER)) return pages;
  paging_change((uint64_t)pages, count * HAL_PAGE, PAGE_USER, 0);
  hal_pages_give(pages, count);
  return NULL;
}

static bool is_own(uint64_t page) {
  bool in_image = page >= (uint64_t)image_start && page < (uint64_t)image_end;
  return !in_image && (paging_rights(page) & PAGE_USER) != 0;
}

void own_pages_give(uint64_t start, size_t count) {
  bool own = start % HAL_PAGE == 0 && start < STACKS_START && count <= (STACKS_START - start) / HAL_PAGE;
  for (size_t i = 0; own && i < count; i++) own = is_own(start + i * HAL_PAGE);
  if (!own || !paging_change(start, count * HAL_PAGE, PAGE_USER, 0))
    hal_panic("pages are given back that nobody has");
  hal_pages_give((void *)start, count);
}
