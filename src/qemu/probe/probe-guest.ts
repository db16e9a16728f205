/**
 * The probe guest: a multiboot kernel of a few hundred bytes, assembled here by hand, that does what stock kernels need
 * and software KVM in nested clouds cannot do (spec qemu §0): it enters long mode, takes timer interrupts and returns from
 * them, runs `lock cmpxchg16b` and `xsave`, prints a line on COM1 and leaves QEMU by isa-debug-exit.
 */
const BASE = 0x100000;
/** Page tables and the XSAVE area, in memory that the image does not fill. */
const PML4 = 0x110000;
const PDPT = 0x111000;
const SCRATCH = 0x112000;
const XSAVE_AREA = 0x113000;
const IDT = 0x114000;
const STACK_TOP = 0x118000;

export const PROBE_LINE = 'VSMS-PROBE OK';
/** isa-debug-exit turns the value v into exit status 2v+1. */
export const PROBE_EXIT_PORT = 0xf4;
export const PROBE_EXIT_STATUS = 2 * 0x10 + 1;

/** Timer interrupts that must arrive: one could be luck, none is what breaks. */
const INTERRUPTS = 3;

class Assembler {
  readonly #bytes: number[] = [];
  readonly #labels = new Map<string, number>();
  readonly #fixes: { readonly at: number; readonly label: string; readonly size: 1 | 4; readonly relative: boolean }[] =
    [];

  code(...bytes: readonly number[]): void {
    this.#bytes.push(...bytes);
  }

  dword(value: number): void {
    this.code(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
  }

  label(name: string): void {
    this.#labels.set(name, this.#bytes.length);
  }

  align(size: number): void {
    while (this.#bytes.length % size !== 0) this.code(0x90);
  }

  /** 32-bit address of a label. */
  address(label: string): void {
    this.#fixes.push({ at: this.#bytes.length, label, size: 4, relative: false });
    this.dword(0);
  }

  /** 8-bit displacement of a short jump. */
  short(label: string): void {
    this.#fixes.push({ at: this.#bytes.length, label, size: 1, relative: true });
    this.code(0);
  }

  bytes(): Buffer {
    const image = Buffer.from(this.#bytes);
    for (const { at, label, size, relative } of this.#fixes) {
      const target = this.#labels.get(label);
      if (target === undefined) throw new Error(`no label ${label}`);
      if (relative) image.writeInt8(target - (at + size), at);
      else image.writeUInt32LE(BASE + target, at);
    }
    return image;
  }
}

export function probeGuest(): Buffer {
  const a = new Assembler();
  multibootHeader(a);
  enterLongMode(a);
  setUpInterrupts(a);
  useInstructions(a);
  waitForInterrupts(a);
  printAndExit(a);
  interruptHandlers(a);
  tables(a);
  return a.bytes();
}

/** Multiboot 0.6.96 §3.1, with addresses (flag 16), so that a flat image does. */
function multibootHeader(a: Assembler): void {
  const flags = 0x00010000;
  a.dword(0x1badb002);
  a.dword(flags);
  a.dword(-(0x1badb002 + flags));
  a.dword(BASE); // header
  a.dword(BASE); // load from
  a.dword(0); // load end: all of the file
  a.dword(0); // bss end: none
  a.address('start');
}

/** 32-bit protected mode, paging off -> 64-bit, the first 1 GiB mapped as it is. */
function enterLongMode(a: Assembler): void {
  a.label('start');
  a.code(0xfa, 0xfc); // cli; cld
  a.code(0xbc);
  a.dword(STACK_TOP); // mov esp
  a.code(0xc7, 0x05);
  a.dword(PML4);
  a.dword(PDPT | 3); // mov dword [PML4], PDPT|present|write
  a.code(0xc7, 0x05);
  a.dword(PML4 + 4);
  a.dword(0);
  // 2 MiB pages need no CPU feature: one page directory behind the PDPT.
  a.code(0xc7, 0x05);
  a.dword(PDPT);
  a.dword(0x119000 | 3);
  a.code(0xc7, 0x05);
  a.dword(PDPT + 4);
  a.dword(0);
  a.code(0xbf);
  a.dword(0x119000); // mov edi, page directory
  a.code(0xb8);
  a.dword(0x83); // mov eax, present|write|large
  a.code(0xb9);
  a.dword(512); // mov ecx
  a.label('page');
  a.code(0x89, 0x07); // mov [edi], eax
  a.code(0xc7, 0x47, 0x04);
  a.dword(0); // mov dword [edi+4], 0
  a.code(0x05);
  a.dword(0x200000); // add eax, 2 MiB
  a.code(0x83, 0xc7, 0x08); // add edi, 8
  a.code(0xe2);
  a.short('page'); // loop
  a.code(0xb8);
  a.dword(PML4);
  a.code(0x0f, 0x22, 0xd8); // mov cr3, eax
  a.code(0x0f, 0x20, 0xe0); // mov eax, cr4
  a.code(0x0d);
  a.dword(0x40620); // or eax, PAE|OSFXSR|OSXMMEXCPT|OSXSAVE
  a.code(0x0f, 0x22, 0xe0); // mov cr4, eax
  a.code(0xb9);
  a.dword(0xc0000080); // mov ecx, EFER
  a.code(0x0f, 0x32); // rdmsr
  a.code(0x0d);
  a.dword(0x100); // or eax, LME
  a.code(0x0f, 0x30); // wrmsr
  a.code(0x0f, 0x01, 0x15);
  a.address('gdtr'); // lgdt
  a.code(0x0f, 0x20, 0xc0); // mov eax, cr0
  a.code(0x0d);
  a.dword(0x80000002); // or eax, PG|MP
  a.code(0x83, 0xe0, 0xfb); // and eax, ~EM
  a.code(0x0f, 0x22, 0xc0); // mov cr0, eax
  a.code(0xea);
  a.address('long');
  a.code(0x08, 0x00); // jmp 8:long
  a.label('long');
  a.code(0x66, 0xb8, 0x10, 0x00); // mov ax, 16
  a.code(0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0); // mov ds/es/ss, ax
}

/** IDT with the timer at 32 and everything else at 33-47; PIC remapped, all but IRQ 0 masked; PIT at 1 kHz. */
function setUpInterrupts(a: Assembler): void {
  a.code(0xbf);
  a.dword(IDT + 32 * 16); // mov edi
  a.code(0xb9);
  a.dword(16); // mov ecx
  a.code(0xb8);
  a.address('timer'); // mov eax, timer
  a.label('gate');
  a.code(0x66, 0x89, 0x07); // mov [rdi], ax
  a.code(0x66, 0xc7, 0x47, 0x02, 0x08, 0x00); // mov word [rdi+2], 8
  a.code(0x66, 0xc7, 0x47, 0x04, 0x00, 0x8e); // mov word [rdi+4], present, interrupt gate
  a.code(0x89, 0xc2); // mov edx, eax
  a.code(0xc1, 0xea, 0x10); // shr edx, 16
  a.code(0x66, 0x89, 0x57, 0x06); // mov [rdi+6], dx
  a.code(0x48, 0xc7, 0x47, 0x08);
  a.dword(0); // mov qword [rdi+8], 0
  a.code(0xb8);
  a.address('spurious'); // mov eax, spurious: all gates after the first
  a.code(0x83, 0xc7, 0x10); // add edi, 16
  a.code(0xff, 0xc9); // dec ecx
  a.code(0x75);
  a.short('gate'); // jnz
  a.code(0x0f, 0x01, 0x1c, 0x25);
  a.address('idtr'); // lidt
  const out = (port: number, value: number): void => a.code(0xb0, value, 0xe6, port);
  out(0x20, 0x11);
  out(0xa0, 0x11);
  out(0x21, 32);
  out(0xa1, 40);
  out(0x21, 4);
  out(0xa1, 2);
  out(0x21, 1);
  out(0xa1, 1);
  out(0x21, 0xfe);
  out(0xa1, 0xff);
  out(0x43, 0x34);
  out(0x40, 1193 & 0xff);
  out(0x40, 1193 >> 8);
}

function useInstructions(a: Assembler): void {
  // lock cmpxchg16b [SCRATCH]: zeros against zeros, so that 7 and 9 are stored.
  a.code(0x31, 0xc0, 0x31, 0xd2); // xor eax, eax; xor edx, edx
  a.code(0xbb);
  a.dword(7); // mov ebx
  a.code(0xb9);
  a.dword(9); // mov ecx
  a.code(0xf0, 0x48, 0x0f, 0xc7, 0x0c, 0x25);
  a.dword(SCRATCH);
  a.code(0x75);
  a.short('halt'); // jnz: it did not exchange
  // xsetbv: x87 and SSE; then xsave of both.
  a.code(0x31, 0xc9); // xor ecx, ecx
  a.code(0x31, 0xd2); // xor edx, edx
  a.code(0xb8);
  a.dword(3); // mov eax
  a.code(0x0f, 0x01, 0xd1); // xsetbv
  a.code(0x0f, 0xae, 0x24, 0x25);
  a.dword(XSAVE_AREA); // xsave
}

function waitForInterrupts(a: Assembler): void {
  a.code(0xfb); // sti
  a.label('wait');
  a.code(0xf4); // hlt
  a.code(0x83, 0x3c, 0x25);
  a.address('ticks');
  a.code(INTERRUPTS); // cmp dword [ticks], n
  a.code(0x72);
  a.short('wait'); // jb
}

function printAndExit(a: Assembler): void {
  a.code(0xbe);
  a.address('line'); // mov esi
  a.code(0x66, 0xba, 0xf8, 0x03); // mov dx, COM1
  a.label('next');
  a.code(0xac); // lodsb
  a.code(0x84, 0xc0); // test al, al
  a.code(0x74);
  a.short('done'); // jz
  a.code(0xee); // out dx, al
  a.code(0xeb);
  a.short('next'); // jmp
  a.label('done');
  a.code(0xb0, 0x10, 0xe6, PROBE_EXIT_PORT); // out exit port
  a.label('halt');
  a.code(0xfa, 0xf4); // cli; hlt
  a.code(0xeb);
  a.short('halt');
}

function interruptHandlers(a: Assembler): void {
  a.label('timer');
  a.code(0x50); // push rax
  a.code(0xff, 0x04, 0x25);
  a.address('ticks'); // inc dword [ticks]
  a.code(0xb0, 0x20, 0xe6, 0x20); // end of interrupt
  a.code(0x58); // pop rax
  a.code(0x48, 0xcf); // iretq
  a.label('spurious');
  a.code(0x48, 0xcf);
}

function tables(a: Assembler): void {
  a.align(16);
  a.label('gdt');
  a.code(0, 0, 0, 0, 0, 0, 0, 0);
  a.code(0xff, 0xff, 0, 0, 0, 0x9a, 0xaf, 0); // 64-bit code
  a.code(0xff, 0xff, 0, 0, 0, 0x92, 0xcf, 0); // data
  a.label('gdtr');
  a.code(23, 0);
  a.address('gdt');
  a.dword(0);
  a.label('idtr');
  a.code((48 * 16 - 1) & 0xff, (48 * 16 - 1) >> 8);
  a.dword(IDT);
  a.dword(0);
  a.align(4);
  a.label('ticks');
  a.dword(0);
  a.label('line');
  a.code(...Buffer.from(`${PROBE_LINE}\r\n\0`, 'latin1'));
}
