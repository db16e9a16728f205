/* Commands of a TPM 2.0 (library part 3), all with the empty authorization of a new owner. */
enum { INDEX = 0x01500001, OWNER = 0x40000001, PASSWORD = 0x40000009, SHA256 = 0x000b, SHA256_BYTES = 32, PCR = 12 };
enum { NV_DEFINE_SPACE = 0x12a, NV_WRITE = 0x137, NV_READ = 0x14e, PCR_EXTEND = 0x182, PCR_READ = 0x17e };
/* OWNERWRITE, AUTHWRITE, OWNERREAD, AUTHREAD, NO_DA. */
enum { INDEX_ATTRIBUTES = 1 << 1 | 1 << 2 | 1 << 17 | 1 << 18 | 1 << 25 };
enum { RC_SUCCESS = 0, RC_HANDLE_1 = 0x18b, RC_HANDLE_2 = 0x28b, RC_NV_UNINITIALIZED = 0x14a };

static u8 command[128], answer[128];
static u32 filled;

static void add(u64 value, int bytes) { while (bytes--) command[filled++] = value >> bytes * 8; }
static u64 answered(int at, int bytes) {
  u64 value = 0;
  while (bytes--) value = value << 8 | answer[at++];
  return value;
}

static void begin(u32 code, int has_sessions) {
  filled = 0;
  add(has_sessions ? 0x8002 : 0x8001, 2);
  add(0, 4);
  add(code, 4);
}

static void authorize(void) { add(9, 4); add(PASSWORD, 4); add(0, 5); }

/* The response code; below 0: the TPM did not answer. */
static int submit(void) {
  for (int i = 0; i < 4; i++) command[2 + i] = filled >> (3 - i) * 8;
  if (tpm->submit_command(tpm, filled, command, sizeof answer, answer) != SUCCESS) return -1;
  return answered(6, 4);
}

static int define_index(void) {
  begin(NV_DEFINE_SPACE, 1);
  add(OWNER, 4);
  authorize();
  add(0, 2);
  add(14, 2); add(INDEX, 4); add(SHA256, 2); add(INDEX_ATTRIBUTES, 4); add(0, 2); add(sizeof(u64), 2);
  return submit();
}

static int write_index_once(u64 value) {
  begin(NV_WRITE, 1);
  add(OWNER, 4); add(INDEX, 4);
  authorize();
  add(sizeof value, 2); add(value, sizeof value); add(0, 2);
  return submit();
}

static int write_index(u64 value) {
  int result = write_index_once(value);
  if (result != RC_HANDLE_1 && result != RC_HANDLE_2) return result;
  return define_index() ? -1 : write_index_once(value);
}

static int read_index(u64 *value) {
  begin(NV_READ, 1);
  add(OWNER, 4); add(INDEX, 4);
  authorize();
  add(sizeof *value, 2); add(0, 2);
  int result = submit();
  *value = 0;
  if (result == RC_HANDLE_1 || result == RC_HANDLE_2 || result == RC_NV_UNINITIALIZED) return 0;
  if (result == RC_SUCCESS) *value = answered(16, sizeof *value);
  return result;
}

static void show_pcr(void) {
  if (!tpm) { print("PCR none\n"); return; }
  begin(PCR_READ, 0);
  add(1, 4); add(SHA256, 2); add(3, 1); add(0, 1); add(1 << (PCR - 8), 1); add(0, 1);
  if (submit()) { print("TPM-ERROR\n"); return; }
  /* Header, update counter, the selection again, one digest with its size. */
  print("PCR ");
  for (int i = 0; i < 8; i++) {
    u8 byte = answer[10 + 4 + 10 + 4 + 2 + i];
    put("0123456789abcdef"[byte >> 4]);
    put("0123456789abcdef"[byte & 15]);
  }
  print("\n");
}

static void extend_pcr(u64 value) {
  if (!tpm) { print("PCR none\n"); return; }
  begin(PCR_EXTEND, 1);
  add(PCR, 4);
  authorize();
  add(1, 4); add(SHA256, 2); add(0, SHA256_BYTES - 8); add(value, 8);
  if (submit()) { print("TPM-ERROR\n"); return; }
  show_pcr();
}
