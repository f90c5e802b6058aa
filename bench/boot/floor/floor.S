/*
 * The least that a machine can do: a line to the serial port, and the end.
 *
 * Entered as PVH has it (Xen, docs/misc/pvh.pandoc): 32 bits, flat segments, no paging.
 */
#define SERIAL 0x3f8
#define DEBUG_EXIT 0xf4

  .section .note.Xen, "a", @note
  .balign 4
  .long 4, 4, 18 /* sizes of name and value; XEN_ELFNOTE_PHYS32_ENTRY */
  .asciz "Xen"
  .long start

  .section .text, "ax"
  .code32
  .globl start
start:
  mov $line, %esi
  mov $(line_end - line), %ecx
  mov $SERIAL, %edx
  rep outsb
  xor %eax, %eax
  out %eax, $DEBUG_EXIT
halt:
  hlt
  jmp halt

  .section .rodata, "a"
line:
  .ascii "Hello, Atoll!\n"
line_end:
