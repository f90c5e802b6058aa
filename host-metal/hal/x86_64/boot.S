/*
 * The first instructions: from PVH's 32-bit entry to C in long mode.
 *
 * PVH boot (Xen, docs/misc/pvh.pandoc): the virtual machine enters at the address in
 * the note below, in protected mode without paging, with flat segments and interrupts
 * off; ebx holds the address of struct hvm_start_info. What follows is AMD64 manual,
 * volume 2, section 14.6: initialising long mode.
 */
  .file "boot.S"
#define CR4_PAE (1 << 5)
#define CR4_OSFXSR (1 << 9)      /* SSE may be used … */
#define CR4_OSXMMEXCPT (1 << 10) /* … and its exceptions are #XF */
#define CR0_PE (1 << 0)
#define CR0_MP (1 << 1)
#define CR0_EM (1 << 2)
#define CR0_TS (1 << 3)
#define CR0_NE (1 << 5)
#define CR0_WP (1 << 16) /* read-only pages are so for this layer too */
#define CR0_PG (1 << 31)
#define MSR_EFER 0xc0000080
#define EFER_LME (1 << 8)
#define EFER_NXE (1 << 11)
#define CPUID_NX (1 << 20)
#define CPUID_LM (1 << 29)
#define PAGE_P_RW 0x003
#define PAGE_LARGE 0x080
#define SERIAL 0x3f8
#define DEBUG_EXIT 0xf4
#define EXIT_PANIC 101 /* HAL_EXIT_PANIC */

  .section .note.Xen, "a", @note
  .balign 4
  .long 4, 4, 18 /* sizes of name and value; XEN_ELFNOTE_PHYS32_ENTRY */
  .asciz "Xen"
  .long pvh_entry

  .section .text.boot, "ax"
  .code32
  .globl pvh_entry
  .type pvh_entry, @function
pvh_entry:
  cli
  cld
  mov $boot_stack_end, %esp
  mov %ebx, %ebp /* cpuid overwrites ebx */

  mov $0x80000000, %eax
  cpuid
  cmp $0x80000001, %eax
  jb no_long_mode
  mov $0x80000001, %eax
  cpuid
  and $(CPUID_LM | CPUID_NX), %edx
  cmp $(CPUID_LM | CPUID_NX), %edx
  jne no_long_mode

  /* The first GiB at its own addresses, in pages of 2 MiB: paging.c makes it exact. */
  movl $(boot_directory_pointers + PAGE_P_RW), boot_root
  movl $(boot_directory + PAGE_P_RW), boot_directory_pointers
  mov $boot_directory, %edi
  mov $(PAGE_P_RW | PAGE_LARGE), %eax
  mov $512, %ecx
1:
  mov %eax, (%edi)
  add $0x200000, %eax
  add $8, %edi
  loop 1b

  mov $boot_root, %eax
  mov %eax, %cr3
  mov $(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
  mov %eax, %cr4
  mov $MSR_EFER, %ecx
  rdmsr
  or $(EFER_LME | EFER_NXE), %eax
  wrmsr
  mov %cr0, %eax
  and $~(CR0_EM | CR0_TS), %eax
  or $(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
  mov %eax, %cr0
  lgdt boot_gdt_pointer
  ljmp $8, $long_mode

no_long_mode:
  mov $no_long_mode_text, %esi
  mov $no_long_mode_length, %ecx
  mov $SERIAL, %dx
  rep outsb
  mov $EXIT_PANIC, %al
  out %al, $DEBUG_EXIT /* as in power.c */
2:
  hlt
  jmp 2b

  .code64
long_mode:
  mov $16, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  xor %eax, %eax
  mov %eax, %fs
  mov %eax, %gs
  fninit
  mov $boot_stack_end, %esp
  mov %ebp, %edi
  xor %ebp, %ebp /* the end of the chain of frames */
  call start
  ud2

  .section .rodata
no_long_mode_text:
  .ascii "atoll: this processor has no 64-bit mode with execution protection\r\n"
  .set no_long_mode_length, . - no_long_mode_text
  .balign 8
boot_gdt: /* segments.c has one that stays */
  .quad 0
  .quad 0x00af9b000000ffff
  .quad 0x00cf93000000ffff
boot_gdt_pointer:
  .word 3 * 8 - 1
  .long boot_gdt

  .bss
  .balign 4096
  .globl boot_root, boot_directory
boot_root: .skip 4096
boot_directory_pointers: .skip 4096
boot_directory: .skip 4096
  .globl boot_stack, boot_stack_end
boot_stack: .skip 16384
boot_stack_end:
  .section .note.GNU-stack, "", @progbits
