/*
 * The first sector of a disk, which a BIOS loads to 0x7c00 and enters in real mode,
 * and behind it the start of the second stage, which it loads.
 *
 * INT 13h extensions: "BIOS Enhanced Disk Drive Specification" 3.0, section 3.
 * The partition table and the place of the package are filled in by disk.ts.
 */
#define BOOT_SECTOR 0x7c00
#define DISK_ID 440
#define PARTITIONS 446
#define TELETYPE 0x0e
#define READ_EXTENDED 0x42
#define ENABLE_A20 0x2401
#define SYSTEM_CONTROL 0x92
#define CODE 8
#define DATA 16
#define CODE16 24
#define DATA16 32
#define PE 1

  .section .boot, "ax"
  .code16
  .globl boot_sector
boot_sector:
  cli
  xor %ax, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov $BOOT_SECTOR, %sp
  sti
  cld
  ljmp $0, $1f /* some come here by 0x7c0:0 */
1:
  mov %dl, bios_drive
  mov $packet, %si
  mov $READ_EXTENDED, %ah
  int $0x13
  jnc second_stage
  mov $unreadable, %si
2:
  lodsb
  test %al, %al
  jz 3f
  mov $TELETYPE, %ah
  xor %bx, %bx
  int $0x10
  jmp 2b
3:
  hlt
  jmp 3b

unreadable: .asciz "atoll: the disk cannot be read\r\n"
  .balign 4
packet:
  .byte 16, 0
  .word second_stage_sectors
  .word second_stage, 0 /* offset, segment */
  .quad 1
  .globl bios_drive
bios_drive: .byte 0
  .org boot_sector + DISK_ID
  .org boot_sector + PARTITIONS
  .skip 64
  .word 0xaa55

/* 0x7e00 */
second_stage:
  jmp 1f
  .org boot_sector + 512 + 4
  .globl bios_package_sector
bios_package_sector: .long 0
1:
  mov $ENABLE_A20, %ax
  int $0x15
  in $SYSTEM_CONTROL, %al /* where that call is not known */
  or $2, %al
  and $0xfe, %al
  out %al, $SYSTEM_CONTROL
  cli
  lgdtl gdt_pointer
  mov %cr0, %eax
  or $PE, %al
  mov %eax, %cr0
  ljmpl $CODE, $1f
  .code32
1:
  mov $DATA, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov $BOOT_SECTOR, %esp
  call load

/* bool bios_call(uint8_t interrupt, struct bios_registers *registers) */
  .globl bios_call
bios_call:
  pushal
  mov 36(%esp), %al
  mov %al, interrupt + 1
  mov 40(%esp), %esi /* the registers go onto the stack and come back from it */
  sub $32, %esp
  mov %esp, %edi
  mov $8, %ecx
  rep movsl
  lidtl real_interrupts
  ljmpl $CODE16, $1f
  .code16
1:
  mov $DATA16, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  mov %cr0, %eax
  and $~PE, %al
  mov %eax, %cr0
  ljmp $0, $2f
2:
  xor %ax, %ax
  mov %ax, %ds
  mov %ax, %es
  mov %ax, %ss
  popal
  sti
interrupt:
  int $0
  cli
  cld
  pushal
  setc %bl
  xor %ax, %ax
  mov %ax, %ds
  lgdtl gdt_pointer /* a BIOS may have had its own */
  mov %cr0, %eax
  or $PE, %al
  mov %eax, %cr0
  ljmpl $CODE, $3f
  .code32
3:
  mov $DATA, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov %esp, %esi
  mov 72(%esp), %edi
  mov $8, %ecx
  rep movsl
  add $32, %esp
  mov %bl, 28(%esp) /* popal makes it eax */
  popal
  movzbl %al, %eax
  ret

/* PVH: ebx holds the address of the start info. */
  .globl bios_enter
bios_enter:
  mov 4(%esp), %eax
  mov 8(%esp), %ebx
  jmp *%eax

  .balign 8
gdt:
  .quad 0
  .quad 0x00cf9b000000ffff /* 32-bit code, all memory */
  .quad 0x00cf93000000ffff
  .quad 0x00009b000000ffff /* 16-bit code, 64 KiB */
  .quad 0x000093000000ffff
gdt_pointer:
  .word 5 * 8 - 1
  .long gdt
real_interrupts:
  .word 0x3ff
  .long 0
  .section .note.GNU-stack, "", @progbits
