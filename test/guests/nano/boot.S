/*
 * Boot sector of the nano guest: loads the kernel that follows on the same BIOS disk to 1 MiB and jumps to it in 32-bit
 * protected mode. So the guest starts from a disk image, as every machine does, within milliseconds.
 * SECTORS is the kernel's length in sectors.
 */
    .code16
    .global boot
boot:
    ljmp $0, $1f
1:  cli
    xor %ax, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $0x7c00, %sp
    sti
    movb %dl, drive
    # Kernel to 0x10000, one sector at a time: no boundary, no limit of a BIOS matters.
    mov $SECTORS, %cx
2:  push %cx
    mov $packet, %si
    mov $0x42, %ah
    movb drive, %dl
    int $0x13
    jc fail
    incl packet_lba
    addw $0x20, packet_segment
    pop %cx
    loop 2b
    # Memory above 16 MiB in 64 KiB units, for the guest's report.
    mov $0xe801, %ax
    int $0x15
    movzwl %bx, %ebx
    mov %ebx, memory
    in $0x92, %al
    or $2, %al
    and $0xfe, %al
    out %al, $0x92
    cli
    lgdt gdtr
    mov %cr0, %eax
    or $1, %al
    mov %eax, %cr0
    ljmp $8, $3f
fail:
    hlt
    jmp fail
    .code32
3:  mov $16, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    cld
    mov $0x10000, %esi
    mov $0x100000, %edi
    mov $(SECTORS * 128), %ecx
    rep movsl
    mov memory, %ebx
    mov $0x100000, %eax
    jmp *%eax
    .align 8
gdt:
    .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
gdtr:
    .word 23
    .long gdt
memory:
    .long 0
drive:
    .byte 0
    .align 4
packet:
    .byte 16, 0
    .word 1
    .word 0
packet_segment:
    .word 0x1000
packet_lba:
    .long 1, 0
    .org 510
    .word 0xaa55
