import { CALL_NUMBERS, type CallName } from './call-numbers.ts';

/*
 * A filter of system calls is a program of classic BPF that the kernel runs before each call (seccomp(2)): it reads the
 * number of the call and its arguments, and returns what becomes of the call.
 */

/** What only the process that is about to be the helper knows; its loader writes it into the program. */
export type Blank = 'ownProcess' | 'programLow' | 'programHigh';

/** One word of one argument must be one of these. Of pointers and other 64 bits there are two words. */
export interface Condition {
  readonly argument: 0 | 1 | 2 | 3 | 4 | 5;
  readonly word?: 'high';
  /** Only these bits are looked at. */
  readonly mask?: number;
  readonly oneOf: readonly (number | Blank)[];
}

/** What becomes of a call that is not let through: the process is killed, or the call fails with this number of an error. */
export type Refusal = 'kill' | number;

export interface CallRule {
  readonly call: CallName;
  /** All must hold; none: always let through. */
  readonly when: readonly Condition[];
  readonly otherwise: Refusal;
}

export interface FilterProgram {
  readonly instructions: Buffer;
  /** Index of the instruction whose constant is to be filled in. */
  readonly blanks: readonly { readonly blank: Blank; readonly at: number }[];
}

/** linux/bpf_common.h */
const LOAD_WORD = 0x20;
const AND = 0x54;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;
const INSTRUCTION_BYTES = 8;
/** struct seccomp_data: number, architecture, address of the call, six arguments of 64 bits. */
const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
const ARGUMENTS_AT = 16;
/** linux/audit.h: calls of 32 bits have other numbers, and come under another architecture. */
const AUDIT_ARCH_X86_64 = 0xc000003e;
/** Calls of the x32 kind have these numbers and above, under the same architecture. */
const X32_CALLS = 0x40000000;
/** linux/seccomp.h */
const KILL_PROCESS = 0x80000000;
const ERROR = 0x00050000;
const ALLOW = 0x7fff0000;

interface Instruction {
  readonly code: number;
  /** How many instructions are left out if the comparison holds, and if not. */
  readonly yes: number;
  readonly no: number;
  readonly constant: number | Blank;
}

const load = (at: number): Instruction => ({ code: LOAD_WORD, yes: 0, no: 0, constant: at });
const ends = (what: number): Instruction => ({ code: RETURN, yes: 0, no: 0, constant: what });
const ifEqual = (constant: number | Blank, yes: number, no: number): Instruction => ({
  code: JUMP_IF_EQUAL,
  yes,
  no,
  constant,
});
const refuse = (refusal: Refusal): Instruction => ends(refusal === 'kill' ? KILL_PROCESS : ERROR | refusal);

/** Goes on behind its own end if it holds; else `toRefusal` instructions further. */
const conditionOf = ({ argument, word, mask, oneOf }: Condition, toRefusal: number): readonly Instruction[] => [
  load(ARGUMENTS_AT + 8 * argument + (word === 'high' ? 4 : 0)),
  ...(mask === undefined ? [] : [{ code: AND, yes: 0, no: 0, constant: mask }]),
  ...oneOf.map((value, i) => {
    const left = oneOf.length - 1 - i;
    return ifEqual(value, left, left === 0 ? toRefusal : 0);
  }),
];

const ruleOf = ({ call, when, otherwise }: CallRule): readonly Instruction[] => {
  // From the end, since each jumps to the refusal behind all of them.
  let body: readonly Instruction[] = [ends(ALLOW), ...(when.length === 0 ? [] : [refuse(otherwise)])];
  for (const condition of when.toReversed()) body = [...conditionOf(condition, body.length - 1), ...body];
  return [ifEqual(CALL_NUMBERS[call], 0, body.length), ...body];
};

/** The program that lets these calls through, in the order of `rules`; the others end as `killed` and `other` say. */
export const filterProgram = (
  rules: readonly CallRule[],
  killed: readonly CallName[],
  other: Refusal,
): FilterProgram => {
  const program: readonly Instruction[] = [
    load(ARCHITECTURE_AT),
    ifEqual(AUDIT_ARCH_X86_64, 1, 0),
    refuse('kill'),
    load(NUMBER_AT),
    { code: JUMP_IF_AT_LEAST, yes: 0, no: 1, constant: X32_CALLS },
    refuse('kill'),
    ...rules.flatMap(ruleOf),
    ...killed.flatMap((call) => [ifEqual(CALL_NUMBERS[call], 0, 1), refuse('kill')]),
    refuse(other),
  ];
  const instructions = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  const blanks: { blank: Blank; at: number }[] = [];
  for (const [at, { code, yes, no, constant }] of program.entries()) {
    const start = at * INSTRUCTION_BYTES;
    instructions.writeUInt16LE(code, start);
    instructions.writeUInt8(yes, start + 2);
    instructions.writeUInt8(no, start + 3);
    if (typeof constant === 'number') instructions.writeUInt32LE(constant >>> 0, start + 4);
    else blanks.push({ blank: constant, at });
  }
  return { instructions, blanks };
};
