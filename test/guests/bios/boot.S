/*
 * The BIOS guest: one sector that says on COM1 from which of the BIOS's drives it was started, "VSMS-BIOS READY drive=<hex>",
 * again and again. 00 is the floppy, 80 the first disk, e0 and above are CDs.
 */
    .code16
    .global boot
boot:
    ljmp $0, $1f
1:  xor %ax, %ax
    mov %ax, %ds
    mov %ax, %ss
    mov $0x7c00, %sp
    cld
    # The two digits.
    mov %dl, %al
    shr $4, %al
    call digit
    mov %al, drive
    mov %dl, %al
    and $15, %al
    call digit
    mov %al, drive + 1
    # 115200 baud, 8 bits, no parity.
    mov $line, %si
    mov $port_setup, %bx
2:  mov (%bx), %dl
    test %dl, %dl
    jz 3f
    mov $3, %dh
    mov 1(%bx), %al
    out %al, %dx
    add $2, %bx
    jmp 2b
3:  lodsb
    test %al, %al
    jz rest
    mov %al, %ah
4:  mov $0x3fd, %dx
    in %dx, %al
    test $0x20, %al
    jz 4b
    mov $0x3f8, %dx
    mov %ah, %al
    out %al, %dx
    jmp 3b
    # Whoever listens late hears it too: again after nine ticks, half a second.
rest:
    mov $9, %cx
    sti
5:  hlt
    loop 5b
    mov $line, %si
    jmp 3b

digit:
    add $'0', %al
    cmp $'9', %al
    jbe 6f
    add $('a' - '9' - 1), %al
6:  ret

/* Low bytes of ports and what goes there. */
port_setup:
    .byte 0xf9, 0, 0xfb, 0x80, 0xf8, 1, 0xf9, 0, 0xfb, 3, 0xfa, 7, 0xfc, 3, 0
line:
    .ascii "VSMS-BIOS READY drive="
drive:
    .asciz "..\r\n"

    .org 510
    .word 0xaa55
