/*
 * The nano guest: a 32-bit kernel without an operating system, for tests that need a guest that is up in a tenth of a
 * second and proves what happened to it. COM1 at 115200 baud, PIT at 100 Hz, IDE primary master by PIO: a request
 * is done when the disk's interrupt says so, as an operating system has it, whatever its status looks like before.
 *
 * One letter a command on the serial port:
 *   t  ticks on or off: a line "T <n>" each 100th of a second   i  "INFO ticks=<n> seq=<n> mem=<MiB>"
 *   w  write the next sequence number to the disk, then to RAM  r  read it back: "SEQ <n>"
 *   x  as w, with a pattern of that number: first 8 sectors of the disk, last 1 MiB of RAM
 *   h  the words of that RAM, hashed as FNV-1a does bytes: "HASH <n>"
 *   y  the number on the disk and its pattern there, words of 16 bits hashed in the same way: "DISK <number> <n>"
 *   s  power off by ACPI   b  reset by the keyboard controller  f  triple fault
 *   k  keyboard on or off: a line "K <scan code>" for each byte
 *   m  mouse on or off: a line "M <buttons> <steps right> <steps down>" for each report of the PS/2 mouse
 *   p  panic: told to the hypervisor by the pvpanic device
 *   q  quick: a tick is a thousandth of a second from then on
 *   g  half of the memory is filled, no page like another: "FILLED <MiB>"
 *   d  dirty on or off: with each tick some pages of the first 64 MiB of that are written to, 50 MiB a second
 *   a  the same with all of its pages
 * An ACPI power button or an NMI is reported: "BUTTON", "NMI". Ctrl+Alt+Del resets. PCI devices that are asked back are given.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

static inline void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }
static inline void out16(u16 port, u16 value) { __asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port)); }
static inline u8 in8(u16 port) { u8 value; __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port)); return value; }
static inline u16 in16(u16 port) { u16 value; __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port)); return value; }

static inline void out32(u16 port, u32 value) { __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port)); }
static inline u32 in32(u16 port) { u32 value; __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port)); return value; }

enum { PCI_DOWN = 0xae04, PCI_EJECT = 0xae08, PCI_BUS = 0xae10, PVPANIC = 0x505 };
enum { COM1 = 0x3f8, PM1A_EVENT = 0x600, PM1A_ENABLE = 0x602, PM1A_CONTROL = 0x604, ATA = 0x1f0, SEQUENCE_LBA = 256 };
/* Patterns of numbers that follow each other lie in two places in turn: a write that is cut short spoils none that counts. */
enum { PATTERN_LBA = 320, PATTERN_SECTORS = 8, PATTERN_FROM = 16 << 20, PATTERN_BYTES = 1 << 20 };

static void put(char c) { while (!(in8(COM1 + 5) & 0x20)) {} out8(COM1, c); }
static void print(const char *text) { for (; *text; text++) { if (*text == '\n') put('\r'); put(*text); } }
static void number(u32 n) {
  char digits[12];
  int at = 11;
  digits[11] = 0;
  do { digits[--at] = '0' + n % 10; n /= 10; } while (n);
  print(digits + at);
}

volatile u32 ticks;
volatile u32 nmis;
volatile u32 disk_interrupts;
static u32 sequence, memory_mb;
static u16 sector[256];

static struct { u16 low, selector; u8 zero, type; u16 high; } __attribute__((packed)) gates[48];
static u64 segments[3] = {0, 0x00cf9a000000ffffULL, 0x00cf92000000ffffULL};
struct descriptor { u16 limit; u32 base; } __attribute__((packed));

__asm__(
  "timer: pusha\n incl ticks\n movb $0x20, %al\n outb %al, $0x20\n popa\n iret\n"
  "disk: pusha\n incl disk_interrupts\n movb $0x20, %al\n outb %al, $0xa0\n outb %al, $0x20\n popa\n iret\n"
  "other: pusha\n movb $0x20, %al\n outb %al, $0x20\n outb %al, $0xa0\n popa\n iret\n"
  "nmi: incl nmis\n iret\n");
extern void timer(void), disk(void), other(void), nmi(void);

static void gate(int vector, void (*handler)(void)) {
  u32 address = (u32)handler;
  gates[vector].low = address;
  gates[vector].high = address >> 16;
  gates[vector].selector = 8;
  gates[vector].type = 0x8e;
}

/* Of `ticks`, in a second. */
static u32 hertz;

enum { DISK_PATIENCE = 30 };

/* Status, or below 0: no disk, an error, no end, for which it waits half a minute, as an operating system does. */
static int ata_wait(u8 wanted) {
  for (u32 from = ticks; ticks - from < DISK_PATIENCE * hertz;) {
    u8 status = in8(ATA + 7);
    if (status == 0xff) return -1;
    if (status & 0x80) continue;
    if (status & 0x21) return -2;
    if ((status & wanted) == wanted) return status;
  }
  return -3;
}

/* The end of a request is the first interrupt after so many; its status is not looked at before. */
static int ata_end(u32 interrupts, u8 wanted) {
  for (u32 from = ticks;;) {
    __asm__ volatile("cli");
    if (disk_interrupts != interrupts) break;
    if (ticks - from >= DISK_PATIENCE * hertz) { __asm__ volatile("sti"); return -3; }
    __asm__ volatile("sti\n hlt");
  }
  __asm__ volatile("sti");
  return ata_wait(wanted);
}

static int ata(int write, u32 lba) {
  out8(0x3f6, 0);
  out8(ATA + 6, 0xe0 | (lba >> 24 & 15));
  if (ata_wait(0) < 0) return -1;
  out8(ATA + 2, 1);
  out8(ATA + 3, lba);
  out8(ATA + 4, lba >> 8);
  out8(ATA + 5, lba >> 16);
  u32 interrupts = disk_interrupts;
  out8(ATA + 7, write ? 0x30 : 0x20);
  /* Data that is wanted is asked for without an interrupt. */
  if ((write ? ata_wait(8) : ata_end(interrupts, 8)) < 0) return -2;
  for (int i = 0; i < 256; i++) {
    if (write) out16(ATA, sector[i]);
    else sector[i] = in16(ATA);
  }
  if (!write) return ata_wait(0) < 0 ? -3 : 0;
  if (ata_end(interrupts, 0) < 0) return -3;
  interrupts = disk_interrupts;
  out8(ATA + 7, 0xe7);
  return ata_end(interrupts, 0) < 0 ? -4 : 0;
}

static u32 noise_after(u32 noise) { return noise * 1664525 + 1013904223; }

static int write_disk_pattern(u32 noise, u32 lba) {
  for (u32 end = lba + PATTERN_SECTORS; lba < end; lba++) {
    for (int i = 0; i < 256; i++) sector[i] = (noise = noise_after(noise)) >> 16;
    if (ata(1, lba) < 0) return -1;
  }
  return 0;
}

static void write_memory_pattern(u32 noise) {
  for (u32 at = 0; at < PATTERN_BYTES; at += 4) *(volatile u32 *)(PATTERN_FROM + at) = noise = noise_after(noise);
}

static void hash_memory_pattern(void) {
  u32 hash = 2166136261;
  for (u32 at = 0; at < PATTERN_BYTES; at += 4) hash = (hash ^ *(volatile u32 *)(PATTERN_FROM + at)) * 16777619;
  print("HASH "); number(hash); print("\n");
}

static void write_sequence(int with_pattern) {
  u32 next = sequence + 1;
  int result = with_pattern ? write_disk_pattern(next, PATTERN_LBA + next % 2 * PATTERN_SECTORS) : 0;
  sector[0] = next;
  sector[1] = next >> 16;
  if (result >= 0) result = ata(1, SEQUENCE_LBA);
  if (result < 0) { print("DISK-ERROR\n"); return; }
  sequence = next;
  if (with_pattern) write_memory_pattern(next);
  print("WROTE ");
  number(sequence);
  print("\n");
}

static void read_sequence(void) {
  if (ata(0, SEQUENCE_LBA) < 0) { print("DISK-ERROR\n"); return; }
  print("SEQ ");
  number(sector[0] | (u32)sector[1] << 16);
  print("\n");
}

static void hash_disk_pattern(void) {
  if (ata(0, SEQUENCE_LBA) < 0) { print("DISK-ERROR\n"); return; }
  u32 found = sector[0] | (u32)sector[1] << 16, hash = 2166136261;
  u32 lba = PATTERN_LBA + found % 2 * PATTERN_SECTORS;
  for (u32 end = lba + PATTERN_SECTORS; lba < end; lba++) {
    if (ata(0, lba) < 0) { print("DISK-ERROR\n"); return; }
    for (int i = 0; i < 256; i++) hash = (hash ^ sector[i]) * 16777619;
  }
  print("DISK "); number(found); print(" "); number(hash); print("\n");
}

static void power_off(void) {
  print("BYE\n");
  out16(PM1A_CONTROL, 0x2000);
}

static void reset(void) { out8(0x64, 0xfe); }

/* Scan code set 1: the high bit is a release, 0xe0 comes before the right-hand and the grey keys. */
static void key(u8 code) {
  static int ctrl, alt;
  int down = !(code & 0x80);
  switch (code & 0x7f) {
    case 0x1d: ctrl = down; break;
    case 0x38: alt = down; break;
    case 0x53: if (down && ctrl && alt) reset(); break;
  }
}

static void signed_number(int n) {
  if (n < 0) put('-');
  number(n < 0 ? -n : n);
}

/* Off until it is asked for: its bytes come by the keyboard's port. */
static void mouse(int on) {
  out8(0x64, 0xa8);
  out8(0x64, 0xd4);
  out8(0x60, on ? 0xf4 : 0xf5);
  for (u32 tries = 0; tries < 1000000 && (in8(0x64) & 0x21) != 0x21; tries++) {}
  in8(0x60);
}

/* Three bytes a report; the first has the buttons, the signs, and always bit 3. Steps count upwards there. */
static void mouse_byte(u8 byte) {
  static u8 report[3];
  static int have;
  if (have == 0 && !(byte & 8)) return;
  report[have++] = byte;
  if (have < 3) return;
  have = 0;
  print("M "); number(report[0] & 7);
  print(" "); signed_number(report[1] - (report[0] & 0x10 ? 256 : 0));
  print(" "); signed_number((report[0] & 0x20 ? 256 : 0) - report[2]);
  print("\n");
}

enum { PAGE = 4096, FILL_FROM = 16 << 20, DIRTY_BYTES = 64 << 20, DIRTY_PAGES_A_SECOND = 12800 };

static void fill_memory(void) {
  u32 end = memory_mb / 2 << 20, noise = 1;
  for (u32 at = FILL_FROM; at < end; at += 4) *(volatile u32 *)at = noise = noise_after(noise);
  print("FILLED "); number(memory_mb / 2); print("\n");
}

static void dirty_memory(u32 pages) {
  static u32 at;
  for (; pages; pages--, at = (at + PAGE) % DIRTY_BYTES) ++*(volatile u32 *)(FILL_FROM + at);
}

static void set_timer(u32 frequency) {
  hertz = frequency;
  u32 divisor = 1193182 / hertz;
  out8(0x43, 0x34); out8(0x40, divisor & 255); out8(0x40, divisor >> 8);
}

/* ACPI hot plug of the root bus: what a DSDT does in _EJ0. */
static void give_back_devices(void) {
  out32(PCI_BUS, 0);
  u32 slots = in32(PCI_DOWN);
  if (slots) out32(PCI_EJECT, slots);
}

void kernel(u32 memory_64k) {
  out8(COM1 + 1, 0); out8(COM1 + 3, 0x80); out8(COM1, 1); out8(COM1 + 1, 0); out8(COM1 + 3, 3); out8(COM1 + 2, 7); out8(COM1 + 4, 3);
  memory_mb = 16 + memory_64k / 16;
  print("VSMS-NANO READY mem=");
  number(memory_mb);
  print("\n");
  struct descriptor gdt = {23, (u32)segments};
  __asm__ volatile("lgdt %0\n ljmp $8, $1f\n1: mov $16, %%ax\n mov %%ax, %%ds\n mov %%ax, %%es\n mov %%ax, %%ss\n" ::"m"(gdt) : "eax");
  for (int i = 0; i < 48; i++) gate(i, other);
  gate(2, nmi);
  gate(32, timer);
  gate(46, disk);
  struct descriptor idt = {sizeof gates - 1, (u32)gates};
  __asm__ volatile("lidt %0" ::"m"(idt));
  out8(0x20, 0x11); out8(0xa0, 0x11); out8(0x21, 32); out8(0xa1, 40); out8(0x21, 4); out8(0xa1, 2); out8(0x21, 1); out8(0xa1, 1);
  out8(0x21, 0xfa); out8(0xa1, 0xbf);
  set_timer(100);
  /* The button sets its status bit only where it is enabled; the interrupt stays masked, the bit is polled. */
  out16(PM1A_EVENT, in16(PM1A_EVENT));
  out16(PM1A_ENABLE, 0x100);
  /* NMI on, at the CMOS index port. */
  out8(0x70, 0);
  int show_ticks = 0, show_keys = 0, has_mouse = 0, is_dirtying = 0;
  u32 seen_ticks = 0, seen_nmis = 0;
  __asm__ volatile("sti");
  for (;;) {
    __asm__ volatile("hlt");
    while (in8(COM1 + 5) & 1) {
      char command = in8(COM1);
      if (command == 't') show_ticks = !show_ticks;
      else if (command == 'k') show_keys = !show_keys;
      else if (command == 'm') mouse(has_mouse = !has_mouse);
      else if (command == 'w') write_sequence(0);
      else if (command == 'x') write_sequence(1);
      else if (command == 'h') hash_memory_pattern();
      else if (command == 'y') hash_disk_pattern();
      else if (command == 'r') read_sequence();
      else if (command == 's') power_off();
      else if (command == 'b') reset();
      else if (command == 'p') out8(PVPANIC, 1);
      else if (command == 'q') set_timer(1000);
      else if (command == 'g') fill_memory();
      else if (command == 'd') is_dirtying = !is_dirtying;
      else if (command == 'a') is_dirtying = is_dirtying ? 0 : 2;
      else if (command == 'f') { struct descriptor none = {0, 0}; __asm__ volatile("lidt %0\n int3" ::"m"(none)); }
      else if (command == 'i') {
        print("INFO ticks="); number(ticks);
        print(" seq="); number(sequence);
        print(" mem="); number(memory_mb);
        print("\n");
      }
    }
    for (u8 status; (status = in8(0x64)) & 1;) {
      u8 code = in8(0x60);
      if (status & 0x20) { mouse_byte(code); continue; }
      if (show_keys) { print("K "); number(code); print("\n"); }
      key(code);
    }
    give_back_devices();
    if (nmis != seen_nmis) { seen_nmis = nmis; print("NMI\n"); }
    if (in16(PM1A_EVENT) & 0x100) { out16(PM1A_EVENT, 0x100); print("BUTTON\n"); power_off(); }
    if (ticks != seen_ticks) {
      seen_ticks = ticks;
      if (is_dirtying) dirty_memory(is_dirtying == 2 ? DIRTY_BYTES / PAGE : DIRTY_PAGES_A_SECOND / hertz);
      if (show_ticks) { print("T "); number(ticks); print("\n"); }
    }
  }
}

/* First in the image. Memory is not clean after a reset: .bss is zeroed here. */
__asm__(
  ".section .text.start, \"ax\"\n"
  "start: mov $stack_top, %esp\n push %ebx\n"
  " mov $bss_start, %edi\n mov $bss_end, %ecx\n sub %edi, %ecx\n xor %eax, %eax\n rep stosb\n"
  " call kernel\n1: hlt\n jmp 1b\n"
  ".section .stack, \"aw\", @nobits\n .skip 16384\nstack_top:\n.text\n");
