/* What the guest uses of UEFI 2.10, the TCG EFI Protocol and the TPM 2.0 library, by their own names; compiled with -mabi=ms. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u64 status;
typedef void *handle;

typedef struct { u32 a; u16 b, c; u8 d[8]; } guid;

#define TOP_BIT (1ULL << 63)
enum { SUCCESS = 0, BUFFER_TOO_SMALL = 5, NOT_FOUND = 14 };
enum { RESET_COLD = 0, RESET_SHUTDOWN = 2, NON_VOLATILE = 1, BOOT_SERVICE_ACCESS = 2, BY_PROTOCOL = 2 };

typedef struct {
  u8 header[24];
  void *until_handle_protocol[16];
  status (*handle_protocol)(handle, const guid *, void **);
  void *until_stall[11];
  status (*stall)(u64 microseconds);
  status (*set_watchdog_timer)(u64 seconds, u64 code, u64 size, u16 *data);
  void *connect_controller;
  status (*disconnect_controller)(handle controller, handle driver, handle child);
  void *until_locate_handle_buffer[4];
  status (*locate_handle_buffer)(u32 search, const guid *, void *key, u64 *count, handle **handles);
  status (*locate_protocol)(const guid *, void *registration, void **);
} boot_services;

typedef struct {
  u8 header[24];
  void *until_get_variable[6];
  status (*get_variable)(const u16 *name, const guid *vendor, u32 *attributes, u64 *size, void *data);
  void *get_next_variable_name;
  status (*set_variable)(const u16 *name, const guid *vendor, u32 attributes, u64 size, const void *data);
  void *get_next_high_monotonic_count;
  void (*reset_system)(u32 type, status, u64 size, void *data);
} runtime_services;

typedef struct {
  u8 header[24];
  void *until_runtime[8];
  runtime_services *runtime;
  boot_services *boot;
  u64 tables;
  struct { guid id; const u8 *table; } *table;
} system_table;

typedef struct {
  u32 revision;
  handle parent;
  system_table *system;
  handle device;
} loaded_image;

typedef struct {
  u32 id;
  u8 removable, present, is_partition, is_read_only, is_caching;
  u32 block_size;
} block_media;

typedef struct block_io {
  u64 revision;
  block_media *media;
  void *reset;
  status (*read_blocks)(struct block_io *, u32 media, u64 lba, u64 size, void *);
  status (*write_blocks)(struct block_io *, u32 media, u64 lba, u64 size, const void *);
  status (*flush_blocks)(struct block_io *);
} block_io;

typedef struct {
  void *node_to_text;
  u16 *(*path_to_text)(const void *path, u8 is_for_display, u8 has_shortcuts);
} path_to_text;

typedef struct tcg2 {
  void *until_submit[3];
  status (*submit_command)(struct tcg2 *, u32 size, const u8 *command, u32 answer_size, u8 *answer);
} tcg2;

static const guid LOADED_IMAGE = {0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const guid DEVICE_PATH = {0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const guid PATH_TO_TEXT = {0x8b843e20, 0x8132, 0x4852, {0x90, 0xcc, 0x55, 0x1a, 0x4e, 0x4a, 0x7f, 0x1c}};
static const guid BLOCK_IO = {0x964e5b21, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const guid SERIAL_IO = {0xbb25cf6f, 0xf1d4, 0x11d2, {0x9a, 0x0c, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0xfd}};
static const guid TCG2 = {0x607f766c, 0x7455, 0x42be, {0x93, 0x0b, 0xe4, 0xd7, 0x6d, 0xb2, 0x72, 0x0f}};
static const guid SMBIOS = {0xeb9d2d31, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};
static const guid SMBIOS3 = {0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}};
static const guid GLOBAL_VARIABLE = {0x8be4df61, 0x93ca, 0x11d2, {0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c}};
/* Of this guest. */
static const guid OWN_VARIABLE = {0x5653d500, 0x6e61, 0x4e6f, {0x8a, 0x11, 0x76, 0x73, 0x6d, 0x73, 0x00, 0x01}};
