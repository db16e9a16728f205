import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** `of('L', 11)`: L1 to L11. */
const of = (prefix: string, last: number): readonly string[] =>
  Array.from({ length: last }, (_, index) => `${prefix}${index + 1}`);

/** `numbered('W', [[1, 119]])`: W-001 to W-119. */
const numbered = (prefix: string, ranges: readonly (readonly [number, number])[]): readonly string[] =>
  ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => `${prefix}-${String(first + index).padStart(3, '0')}`),
  );

/** The numbered statements of the specification; each has a test whose title names it. */
const STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  'wire-wsman': numbered('W', [[1, 119]]),
  'wire-auth': numbered('A', [[1, 41]]),
  'wire-cimxml': numbered('X', [[1, 42]]),
  wql: [
    ...numbered('Q', [
      [1, 7],
      [10, 15],
      [20, 34],
      [40, 45],
      [50, 59],
      [60, 61],
      [70, 77],
      [80, 82],
    ]),
    'Q-033b',
  ],
  lifecycle: of('L', 11),
  'management-service': of('M', 15),
  'jobs-and-errors': of('J', 11),
  'embedded-instances': of('E', 9),
  'client-usage, scenarios': of('A', 22),
  'client-usage, os-win': of('O', 27),
  'client-usage, libvirt': of('V', 10),
  'planned-systems': of('P', 17),
  snapshots: of('S', 13),
};

/** Titles of tests and of the groups they are in; rows of a table that tests are made of count by their first words. */
const titles = (): string => {
  const title = /\b(?:test|describe)\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g;
  const row = /^\s*\[\s*'([A-Z]-?\d+[^']*)'/gm;
  return globSync('**/*.ts', { cwd: import.meta.dirname })
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .flatMap((source) => [
      ...[...source.matchAll(title)].map((match) => match[2] ?? ''),
      ...[...source.matchAll(row)].map((match) => match[1] ?? ''),
    ])
    .join('\n');
};

/** Numbers that the text names, one by one or as the first and last of a row: `L1 to L9`. */
const namedIn = (text: string): ReadonlySet<string> => {
  const named = new Set(text.match(/(?<![A-Za-z0-9-])[A-Z]-?\d+b?(?![0-9A-Za-z])/g) ?? []);
  for (const [, prefix = '', first = '', last = ''] of text.matchAll(/(?<![A-Za-z0-9-])([A-Z]-?)(\d+) to \1(\d+)/g))
    for (let number = Number(first); number <= Number(last); number++)
      named.add(prefix + String(number).padStart(first.length, '0'));
  return named;
};

const all = titles();
const named = namedIn(all);

for (const [specification, statements] of Object.entries(STATEMENTS)) {
  test(`every statement of ${specification} has a test that names it`, () => {
    assert.deepEqual(
      statements.filter((statement) => !named.has(statement)),
      [],
    );
  });
}

/** Rows of the specification that have no numbers, and the titles of tests that would fail if they broke. */
const ROWS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'object-model': Object.fromEntries(
    ['object-model §7', 'object-model §12', 'object-model §13'].map((section) => [section, [section]]),
  ),
  paths: {
    POSIX: ['POSIX: itself; `.`, `..`', 'POSIX: a backslash separates too'],
    drive: ['drive: C is drives/c', 'drive: names match without regard to case', 'drive: an unknown one is refused'],
    UNC: ['UNC: a mapped share in any case'],
    'prefixes, environment': ['what is no path of a file is refused with the reason'],
    'named pipe': ['serial ports: a pipe is a socket below pipes/'],
    relative: ['relative properties are resolved against their data root'],
    'Round trip': ['a disk: the text as it was written in HostResource'],
    'New files made by the service': ['new files are named in the style of their folder'],
    'Defaults of the host': ['defaults of the host: POSIX, or in the style of Windows'],
    'Allowed roots': [
      'outside of the roots nothing is told',
      'a link put in place after the check is not followed',
      'FIFOs, sockets, devices and folders are refused',
    ],
    Comparison: ['paths, Comparison'],
    Import: ['paths, Import, 90017', '90003: a disk that is not there, with the file that it may be'],
    Exports: [
      'holds the definition and the disk, and the machine is as before',
      'parents are named as a Windows host will find them',
    ],
  },
  qemu: {
    '§0, §11 accelerator': ['spec qemu §11: the accelerator is chosen by booting something'],
    '§2 the device itself is gone': ['spec qemu §2'],
    '§2 Generation 2 with Secure Boot and TPM': ['generation 2: Secure Boot, TPM, agent'],
    '§2 processors': [
      'spec qemu §2: a guest has as many processors as a machine may have',
      'spec qemu §2: no processor is taken from a guest that runs',
    ],
    '§2 the folder of swtpm': ['spec qemu §2: swtpm finds its state'],
    '§3 the format is named, locking stays on': ['every image has a named format, and locking stays on'],
    '§3 the size of a VHD': ['spec qemu §3: a VHD has exactly the size that was asked for'],
    '§3 fixed VHD': ['a fixed VHD whose guest wrote a footer into its first sector'],
    '§3 differencing VHD': ['qemu §3 a differencing VHD is told by its footer', 'differencing VHD and VHDX'],
    '§4 one moment of disks and memory': ['checkpoints of a running machine: disks and memory of one moment'],
    '§4 live copying that does not converge': ['spec qemu §4, K29: a guest that writes faster'],
    '§4 save and restore': ['save and restore: the guest goes on where it was'],
    '§5, §11 private memory of forks': ['nobody writes to it: neither a QEMU that was broken into'],
    '§6 one monitor, one client': ['spec qemu §6'],
    '§7 outlives the manager': ['a new service adopts a running and a paused machine'],
    '§7 a stopped QEMU': ['spec qemu §7: a QEMU that falls silent', 'spec qemu §7: a stopped QEMU costs time limits'],
    '§7 identity': ['spec qemu §7: identity of a process'],
    '§7 image locks': ['hardening 29: a disk in use is refused'],
    '§7 sandbox': ['every machine has the sandbox', 'runs without privileges and with seccomp'],
  },
};

for (const [specification, rows] of Object.entries(ROWS))
  test(`every row of ${specification} has the tests that hold it`, () => {
    assert.deepEqual(
      Object.entries(rows).flatMap(([row, wanted]) =>
        wanted.filter((title) => !all.includes(title)).map((title) => `${row}: ${title}`),
      ),
      [],
    );
  });
