import { z } from 'zod';
import { DomainError } from '../../core/errors.ts';
import type { GuestCopy } from '../../core/ports.ts';
import { ANSWER_LIMIT_MS, askGuest, errorShape } from './ask-guest.ts';
import type { GuestAgent } from './guest-agent.ts';

/** A piece in one request. The agent holds all of it, and base64 of it, in the memory of the guest. */
const PIECE_BYTES = 64 * 1024;
/** Between two looks whether a program in the guest has ended. */
const POLL_MS = 100;
const MAXIMUM_POLLS = 200;

/** What a copy is called in the guest until it is whole, where nobody may see a part of it. */
const UNFINISHED = '.unfinished';

const handleShape = z.object({ return: z.number().int().nonnegative() });
const writtenShape = z.object({ return: z.object({ count: z.number().int() }) });
const startedShape = z.object({ return: z.object({ pid: z.number().int() }) });
const statusShape = z.object({ return: z.object({ exited: z.boolean(), exitcode: z.number().int().optional() }) });

/**
 * Writes a file in the guest by its agent (guest-file-*). What was written is removed again when it does not become whole, as
 * far as the agent can. All that the guest answers is checked: it may be hostile (hardening 16).
 * @throws DomainError
 */
export const copyToGuest = async (
  agent: GuestAgent,
  copy: GuestCopy,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { destination } = copy;
  if (copy.createFolders) await makeFolders(agent, folderOf(destination), signal);
  if (!copy.overwrite && (await isThere(agent, destination)))
    throw new DomainError(
      'failed',
      'The guest has a file of that name already. Choose another name, or set OverwriteExisting.',
      { hresult: '0x80070050' },
    );
  signal.throwIfAborted();
  const written = copy.atOnce === true ? `${destination}${UNFINISHED}` : destination;
  const file = await openFile(agent, written, 'wb');
  let open = true;
  try {
    await write(agent, file, copy, progress, signal);
    await askGuest(agent, 'guest-file-flush', { handle: file });
    open = false;
    await askGuest(agent, 'guest-file-close', { handle: file });
    if (written !== destination) await rename(agent, written, destination, signal);
  } catch (error) {
    if (open) await askGuest(agent, 'guest-file-close', { handle: file }).catch(() => undefined);
    // Without it a part of the file is left; the agent has no other way to remove one.
    await run(agent, removal(written), AbortSignal.timeout(ANSWER_LIMIT_MS)).catch(() => undefined);
    throw error;
  }
};

const write = async (
  agent: GuestAgent,
  handle: number,
  { size, read }: GuestCopy,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; at < size; ) {
    signal.throwIfAborted();
    const length = Math.min(piece.length, size - at);
    await read(at, piece.subarray(0, length));
    for (let done = 0; done < length; ) {
      const rest = piece.subarray(done, length);
      const answer = await askGuest(agent, 'guest-file-write', { handle, 'buf-b64': rest.toString('base64') });
      const written = writtenShape.safeParse(answer);
      const count = written.success ? written.data.return.count : 0;
      if (count <= 0 || count > rest.length) throw nonsense();
      done += count;
    }
    at += length;
    progress(at);
  }
};

const openFile = async (agent: GuestAgent, path: string, mode: 'rb' | 'wb'): Promise<number> => {
  const answer = handleShape.safeParse(await askGuest(agent, 'guest-file-open', { path, mode }));
  if (!answer.success) throw nonsense();
  return answer.data.return;
};

/** The agent cannot ask for a file without opening it. What cannot be read for another reason counts as there. */
const isThere = async (agent: GuestAgent, path: string): Promise<boolean> => {
  const answer = await agent.ask({ execute: 'guest-file-open', arguments: { path, mode: 'rb' } }, ANSWER_LIMIT_MS);
  const opened = handleShape.safeParse(answer);
  if (opened.success) {
    await askGuest(agent, 'guest-file-close', { handle: opened.data.return });
    return true;
  }
  const refused = errorShape.safeParse(answer);
  if (!refused.success) throw nonsense();
  return !/no such file|cannot find/i.test(refused.data.error.desc);
};

interface GuestProgram {
  readonly path: string;
  readonly arg: readonly string[];
}

const isWindows = (path: string): boolean => /^[a-z]:/i.test(path);

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));

/** PowerShell's literal text: nothing in it means anything. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const powerShell = (command: string): GuestProgram => ({
  path: 'powershell.exe',
  arg: ['-NoProfile', '-NonInteractive', '-Command', command],
});

const removal = (path: string): GuestProgram =>
  isWindows(path)
    ? powerShell(`Remove-Item -Force -LiteralPath ${literal(path)}`)
    : { path: 'rm', arg: ['-f', '--', path] };

const makeFolders = async (agent: GuestAgent, folder: string, signal: AbortSignal): Promise<void> => {
  if (folder === '' || /^[a-z]:$/i.test(folder)) return;
  const program = isWindows(folder)
    ? powerShell(`New-Item -Force -ItemType Directory -Path ${literal(folder)}`)
    : { path: 'mkdir', arg: ['-p', '--', folder] };
  const code = await run(agent, program, signal);
  if (code !== 0)
    throw new DomainError('failed', `The guest could not make the folders of the destination (its answer is ${code}).`);
};

/** The agent makes files that everybody may write to. */
const rename = async (agent: GuestAgent, from: string, to: string, signal: AbortSignal): Promise<void> => {
  const program: GuestProgram = isWindows(to)
    ? powerShell(`Move-Item -Force -LiteralPath ${literal(from)} -Destination ${literal(to)}`)
    : { path: 'sh', arg: ['-c', 'chmod 644 -- "$1" && mv -f -- "$1" "$2"', 'sh', from, to] };
  const code = await run(agent, program, signal);
  if (code !== 0)
    throw new DomainError('failed', `The guest could not give the file its name (its answer is ${code}).`);
};

/** Answers its exit code. */
const run = async (agent: GuestAgent, program: GuestProgram, signal: AbortSignal): Promise<number> => {
  const started = startedShape.safeParse(await askGuest(agent, 'guest-exec', { ...program }));
  if (!started.success) throw nonsense();
  for (let poll = 0; poll < MAXIMUM_POLLS; poll++) {
    signal.throwIfAborted();
    const status = statusShape.safeParse(await askGuest(agent, 'guest-exec-status', { pid: started.data.return.pid }));
    if (!status.success) throw nonsense();
    if (status.data.return.exited) return status.data.return.exitcode ?? -1;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new DomainError('timeout', 'A program that the guest was asked to run has not ended in time.');
};

const nonsense = (): DomainError =>
  new DomainError('failed', 'The guest agent answered what no agent answers. Nothing of it is believed.');
