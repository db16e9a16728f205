/*
 * The UEFI guest: an application of the firmware without an operating system, for tests that ask what a generation 2 machine
 * is from inside: Secure Boot, variables, the TPM, the disk it was started from. It never leaves the boot services.
 *
 * Says "VSMS-UEFI READY secureboot=<0|1> setup=<0|1> tpm=<0|1> from=<device path>" on COM1; then one letter a command:
 *   h  that line again                     i  "INFO ticks=<n> seq=<n> mem=<MiB> torn=<n>"
 *   w  write the next number to its own non-volatile variable, to an index of the TPM and to the disk, then to RAM: "WROTE <n>"
 *   r  read them back: "SEQ <variable> tpm=<n> disk=<n>"; what was never written is 0, what is not there is "none"
 *   e  extend PCR 12 by the number in RAM, p  show it: "PCR <first 8 bytes>"
 *   a  writing like w on or off, without a word, as fast as it goes: each time all must read as they were left, or it is torn
 *   m  "SMBIOS uuid=<bytes> serial=<machine> board=<serial> chassis=<serial> asset=<chassis>"
 *   0 to 9  "ECHO <digit>": what was asked before is answered
 *   s  power off, b  reset, both by the firmware
 */
#include "firmware.h"

enum { COM1 = 0x3f8, SEQUENCE_LBA = 4, SECTOR = 512 };

static inline void out8(u16 port, u8 value) { __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }
static inline u8 in8(u16 port) { u8 value; __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port)); return value; }

static void put(char c) { while (!(in8(COM1 + 5) & 0x20)) {} out8(COM1, c); }
static void print(const char *text) { for (; *text; text++) { if (*text == '\n') put('\r'); put(*text); } }
static void print_wide(const u16 *text) { for (; *text; text++) put(*text < 0x7f ? *text : '?'); }
static void number(u64 n) {
  char digits[24];
  int at = 23;
  digits[23] = 0;
  do { digits[--at] = '0' + n % 10; n /= 10; } while (n);
  print(digits + at);
}

void *memset(void *to, int value, u64 size) { for (u8 *at = to; size; size--) *at++ = value; return to; }
void *memcpy(void *to, const void *from, u64 size) {
  u8 *at = to;
  for (const u8 *next = from; size; size--) *at++ = *next++;
  return to;
}

static boot_services *boot;
static runtime_services *runtime;
static block_io *disk;
static tcg2 *tpm;
static u16 *from;
static u64 ticks, sequence, torn;

#include "tpm.h"
#include "smbios.h"

/* A byte of the firmware's own variables; 0 where it has none. */
static int flag(const u16 *name) {
  u8 value = 0;
  u64 size = 1;
  u32 attributes;
  return runtime->get_variable(name, &GLOBAL_VARIABLE, &attributes, &size, &value) == SUCCESS && value == 1;
}

/* 0 is success everywhere below; what was never written is the number 0. */
static int read_variable(u64 *value) {
  u64 size = sizeof *value;
  u32 attributes;
  status result = runtime->get_variable(u"VsmsSequence", &OWN_VARIABLE, &attributes, &size, value);
  if (result == (TOP_BIT | NOT_FOUND)) { *value = 0; return 0; }
  return result == SUCCESS && size == sizeof *value ? 0 : -1;
}

static int write_variable(u64 value) {
  u32 attributes = NON_VOLATILE | BOOT_SERVICE_ACCESS;
  return runtime->set_variable(u"VsmsSequence", &OWN_VARIABLE, attributes, sizeof value, &value) == SUCCESS ? 0 : -1;
}

static u64 sector[SECTOR / sizeof(u64)] __attribute__((aligned(4096)));

static int read_disk(u64 *value) {
  if (disk->read_blocks(disk, disk->media->id, SEQUENCE_LBA, SECTOR, sector) != SUCCESS) return -1;
  *value = sector[0];
  return 0;
}

static int write_disk(u64 value) {
  sector[0] = value;
  if (disk->write_blocks(disk, disk->media->id, SEQUENCE_LBA, SECTOR, sector) != SUCCESS) return -1;
  return disk->flush_blocks(disk) == SUCCESS ? 0 : -1;
}

static int write_next(void) {
  u64 next = sequence + 1;
  if (write_variable(next)) { print("VARIABLE-ERROR\n"); return 0; }
  if (tpm && write_index(next)) { print("TPM-ERROR\n"); return 0; }
  if (disk && write_disk(next)) { print("DISK-ERROR\n"); return 0; }
  sequence = next;
  return 1;
}

static void write_sequence(void) {
  if (!write_next()) return;
  print("WROTE "); number(sequence); print("\n");
}

static void print_read(const char *label, int is_there, int (*read)(u64 *)) {
  u64 value;
  print(label);
  if (!is_there) print("none");
  else if (read(&value)) print("error");
  else number(value);
}

static void read_sequence(void) {
  print_read("SEQ ", 1, read_variable);
  print_read(" tpm=", tpm != 0, read_index);
  print_read(" disk=", disk != 0, read_disk);
  print("\n");
}

/* Has every place what the last step left there? */
static int is_whole(void) {
  u64 variable, index = sequence, on_disk = sequence;
  if (read_variable(&variable) || (tpm && read_index(&index)) || (disk && read_disk(&on_disk))) return 0;
  return variable == sequence && index == sequence && on_disk == sequence;
}

static void hello(void) {
  print("VSMS-UEFI READY secureboot="); number(flag(u"SecureBoot"));
  print(" setup="); number(flag(u"SetupMode"));
  print(" tpm="); number(tpm != 0);
  print(" from="); print_wide(from);
  print("\n");
}

/* MiB, as QEMU tells the firmware in CMOS. */
static u32 memory_mb(void) {
  out8(0x70, 0x34);
  u32 low = in8(0x71);
  out8(0x70, 0x35);
  return 16 + (low | (u32)in8(0x71) << 8) / 16;
}

static void info(void) {
  print("INFO ticks="); number(ticks);
  print(" seq="); number(sequence);
  print(" mem="); number(memory_mb());
  print(" torn="); number(torn);
  print("\n");
}

/* The firmware's terminal would take letters away. */
static void take_serial_ports(void) {
  u64 count = 0;
  handle *handles;
  if (boot->locate_handle_buffer(BY_PROTOCOL, &SERIAL_IO, 0, &count, &handles) != SUCCESS) return;
  for (u64 i = 0; i < count; i++) boot->disconnect_controller(handles[i], 0, 0);
  out8(COM1 + 1, 0); out8(COM1 + 3, 0x80); out8(COM1, 1); out8(COM1 + 1, 0); out8(COM1 + 3, 3); out8(COM1 + 2, 7); out8(COM1 + 4, 3);
}

static void find_devices(handle image) {
  static u16 unknown[] = u"unknown";
  loaded_image *loaded;
  path_to_text *words;
  void *path;
  from = unknown;
  if (boot->locate_protocol(&TCG2, 0, (void **)&tpm) != SUCCESS) tpm = 0;
  if (boot->handle_protocol(image, &LOADED_IMAGE, (void **)&loaded) != SUCCESS) return;
  if (boot->handle_protocol(loaded->device, &BLOCK_IO, (void **)&disk) != SUCCESS) disk = 0;
  if (disk && (disk->media->is_read_only || disk->media->block_size != SECTOR)) disk = 0;
  if (boot->handle_protocol(loaded->device, &DEVICE_PATH, &path) != SUCCESS) return;
  if (boot->locate_protocol(&PATH_TO_TEXT, 0, (void **)&words) == SUCCESS) from = words->path_to_text(path, 1, 1);
}

status efi_main(handle image, system_table *system) {
  boot = system->boot;
  runtime = system->runtime;
  boot->set_watchdog_timer(0, 0, 0, 0);
  take_serial_ports();
  find_devices(image);
  hello();
  char letter;
  for (int is_writing = 0;; ticks++) {
    while (in8(COM1 + 5) & 1) switch (letter = in8(COM1)) {
      case '0' ... '9': print("ECHO "); put(letter); print("\n"); break;
      case 'h': hello(); break;
      case 'i': info(); break;
      case 'w': write_sequence(); break;
      case 'r': read_sequence(); break;
      case 'e': extend_pcr(sequence); break;
      case 'p': show_pcr(); break;
      case 'a': is_writing = !is_writing && write_next(); break;
      case 'm': show_smbios(system); break;
      case 's': print("BYE\n"); runtime->reset_system(RESET_SHUTDOWN, SUCCESS, 0, 0); break;
      case 'b': runtime->reset_system(RESET_COLD, SUCCESS, 0, 0); break;
    }
    if (is_writing) { torn += !is_whole(); is_writing = write_next(); continue; }
    /* The firmware's timer interrupts a hundred times a second. */
    __asm__ volatile("hlt");
  }
}
