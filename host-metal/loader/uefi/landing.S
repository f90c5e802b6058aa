/*
 * Out of long mode: AMD64 manual, volume 2, sections 14.7 and 4.6; landing.h says why here.
 *
 * The code has no stack of its own and none of its addresses: it lies where it was copied to.
 */
#define CODE32 8
#define DATA 16
#define CR0_PG (1 << 31)
#define MSR_EFER 0xc0000080
#define EFER_LME (1 << 8)
/* struct landing, struct package and struct package_part */
#define LANDING_ENTRY 0
#define LANDING_START_INFO 4
#define LANDING_PACKAGE 8
#define PACKAGE_COUNT 16
#define PACKAGE_PARTS 32
#define PART_ADDRESS 0
#define PART_SIZE 4
#define PART_OFFSET 8
#define PART_BYTES 12
#define PART_LENGTH 16

  .text
  .globl land
  .type land, @function
land: /* rdi: the copy of landing_start; rsi: struct landing */
  cli
  lea (gdt - landing_start)(%rdi), %rax
  sub $16, %rsp
  movw $(3 * 8 - 1), (%rsp)
  mov %rax, 2(%rsp)
  lgdt (%rsp)
  mov %esi, %ebp
  pushq $CODE32
  push %rdi
  lretq

  .globl landing_start, landing_end
landing_start:
  .code32
  mov $DATA, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov %cr0, %eax
  and $~CR0_PG, %eax
  mov %eax, %cr0
  mov $MSR_EFER, %ecx
  rdmsr
  and $~EFER_LME, %eax
  wrmsr
  xor %eax, %eax
  mov %eax, %cr4
  cld

  mov LANDING_PACKAGE(%ebp), %ebx
  mov PACKAGE_COUNT(%ebx), %edx
  lea PACKAGE_PARTS(%ebx), %esp /* the part's place; there is no stack */
1:
  test %edx, %edx
  jz 2f
  mov PART_ADDRESS(%esp), %edi
  mov PART_OFFSET(%esp), %esi
  add %ebx, %esi
  mov PART_BYTES(%esp), %ecx
  rep movsb
  mov PART_SIZE(%esp), %ecx
  sub PART_BYTES(%esp), %ecx
  xor %eax, %eax
  rep stosb
  add $PART_LENGTH, %esp
  dec %edx
  jmp 1b
2:
  mov LANDING_START_INFO(%ebp), %ebx
  mov LANDING_ENTRY(%ebp), %eax
  jmp *%eax

  .balign 8
gdt:
  .quad 0
  .quad 0x00cf9b000000ffff
  .quad 0x00cf93000000ffff
landing_end:
  .section .note.GNU-stack, "", @progbits
