import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Stats } from 'node:fs';

/** Bytes of a file from `start` up to `end`. */
export interface FileExtent {
  readonly start: number;
  readonly end: number;
}

/** Smaller holes are read like data: to skip them saves nothing. */
const HOLE_BYTES = 1024 * 1024;
/** What lies behind that many is told as one: a list has an end, however a file is torn. */
const MOST_EXTENTS = 128 * 1024;
const LIMIT_MS = 60_000;

/**
 * Node has no call for holes (lseek with SEEK_DATA and SEEK_HOLE), and Perl is there on every Debian. Prints start and end of
 * each stretch of data, and puts the offset of the file, which is the caller's too, back to where it began.
 */
const PROGRAM = `
use strict;
my ($size, $hole, $most) = @ARGV;
open(my $file, '<&=', 3) or die $!;
my ($start, $end, $told) = (undef, 0, 0);
for (my $at = 0; $at < $size; $at = $end) {
  my $data = sysseek($file, $at, 3);
  if (!defined $data) { last if $!{ENXIO}; die $! }
  my $next = sysseek($file, $data, 4);
  die if !defined $next || $data < $at || $next <= $data;
  if (defined $start && $data - $end >= $hole) {
    print $start + 0, ' ', $end, "\\n";
    undef $start;
    if (++$told == $most - 1) { $start = $data + 0; $end = $size; last }
  }
  $start = $data + 0 if !defined $start;
  $end = $next < $size ? $next : $size;
}
print $start, ' ', $end, "\\n" if defined $start;
sysseek($file, 0, 0);
`;

interface OpenFile {
  readonly fd: number;
  stat(): Promise<Pick<Stats, 'size' | 'blocks'>>;
}

/**
 * Where a plain file holds data, in order; between them, before the first and behind the last are holes of a megabyte or more,
 * which read as zeros. All of the file where its file system cannot tell.
 */
export const dataExtents = async (file: OpenFile): Promise<readonly FileExtent[]> => {
  const { size, blocks } = await file.stat();
  const whole = size === 0 ? [] : [{ start: 0, end: size }];
  if (!(size - blocks * 512 >= HOLE_BYTES)) return whole;
  return (await askKernel(file.fd, size)) ?? whole;
};

const askKernel = async (fd: number, size: number): Promise<readonly FileExtent[] | null> => {
  const words = [size, HOLE_BYTES, MOST_EXTENTS].map(String);
  const said: Buffer[] = [];
  try {
    const child: ChildProcess = spawn('perl', ['-MErrno', '-e', PROGRAM, ...words], {
      stdio: ['ignore', 'pipe', 'ignore', fd],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      timeout: LIMIT_MS,
    });
    child.stdout?.on('data', (text: Buffer) => said.push(text));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) return null;
  } catch {
    // It cannot be started: some refusals of the kernel are thrown (ENOMEM), others told later.
    return null;
  }
  const lines = Buffer.concat(said).toString('latin1').split('\n').slice(0, -1);
  const extents = lines.map((line): FileExtent => {
    const [start = Number.NaN, end = Number.NaN] = line.split(' ').map(Number);
    return { start, end };
  });
  return extents.every(({ start, end }) => start < end && end <= size) ? extents : null;
};
