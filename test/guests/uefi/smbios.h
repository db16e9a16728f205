/* What the machine says of itself: SMBIOS 3 (DSP0134) tables of type 1, 2 and 3, found by either entry point. */
static int is_same(const guid *one, const guid *other) {
  const u64 *a = (const u64 *)one, *b = (const u64 *)other;
  return a[0] == b[0] && a[1] == b[1];
}

static const u8 *smbios_tables(system_table *system) {
  for (u64 i = 0; i < system->tables; i++) {
    const u8 *entry = system->table[i].table;
    if (is_same(&system->table[i].id, &SMBIOS3)) return *(const u8 **)(entry + 0x10);
    if (is_same(&system->table[i].id, &SMBIOS)) return (const u8 *)(u64) * (const u32 *)(entry + 0x18);
  }
  return 0;
}

/* The strings of a structure follow it, the first has the number 1, an empty one ends them. */
static const char *string_of(const u8 *structure, u8 number) {
  const char *at = (const char *)structure + structure[1];
  for (; number > 1 && *at; number--) while (*at++) {}
  return number ? at : "";
}

static const u8 *next_structure(const u8 *structure) {
  const u8 *at = structure + structure[1];
  while (at[0] || at[1]) at++;
  return at + 2;
}

static const u8 *structure_of(const u8 *at, u8 type) {
  for (; at && at[0] != 127; at = next_structure(at)) if (at[0] == type) return at;
  return 0;
}

static void print_string(const char *label, const u8 *structure, int at) {
  print(label);
  print(structure ? string_of(structure, structure[at]) : "none");
}

static void show_smbios(system_table *system) {
  const u8 *tables = smbios_tables(system);
  const u8 *machine = structure_of(tables, 1), *board = structure_of(tables, 2), *chassis = structure_of(tables, 3);
  print("SMBIOS uuid=");
  for (int i = 0; machine && i < 16; i++) { put("0123456789abcdef"[machine[8 + i] >> 4]); put("0123456789abcdef"[machine[8 + i] & 15]); }
  print_string(" serial=", machine, 7);
  print_string(" board=", board, 7);
  print_string(" chassis=", chassis, 7);
  print_string(" asset=", chassis, 8);
  print("\n");
}
