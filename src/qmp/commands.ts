import { z } from 'zod';

/**
 * The QMP commands we use: what they take, what they answer, how long they may take. Answers are checked against their
 * shape, because a guest that has broken into QEMU writes them. Names and members are QEMU's own (QAPI schema of 7.2).
 */
export interface CommandRow<A, R> {
  readonly result: z.ZodType<R>;
  readonly timeoutMs: number;
  /** Never there; carries the type of the arguments. */
  readonly takes?: A;
}

function row<A>(): <R>(result: z.ZodType<R>, timeoutMs?: number) => CommandRow<A, R> {
  return (result, timeoutMs = 10_000) => ({ result, timeoutMs });
}

type None = Record<string, never>;
const nothing = z.unknown().transform(() => undefined);
const count = z.number().nonnegative();

export const RUN_STATES = [
  'debug',
  'inmigrate',
  'internal-error',
  'io-error',
  'paused',
  'postmigrate',
  'prelaunch',
  'finish-migrate',
  'restore-vm',
  'running',
  'save-vm',
  'shutdown',
  'suspended',
  'watchdog',
  'guest-panicked',
  'colo',
  'preconfig',
] as const;
const status = z.object({ status: z.enum(RUN_STATES), running: z.boolean() });

const migration = z.object({
  /** Absent before the first migration. */
  status: z.string().max(64).optional(),
  'error-desc': z.string().optional(),
  ram: z.object({ transferred: count, remaining: count, total: count }).optional(),
});

const job = z.object({
  id: z.string().max(128),
  status: z.string().max(64),
  'current-progress': count,
  'total-progress': count,
  error: z.string().optional(),
});

/** `qdev`: id or QOM path of the device that has the drive. */
const blockDevice = z.object({
  qdev: z.string().max(1024).optional(),
  inserted: z.object({ 'node-name': z.string().max(64).optional() }).optional(),
});

/** `qdev`: id or QOM path of the device that has the drive. Times are nanoseconds. */
const blockStats = z.object({
  qdev: z.string().max(1024).optional(),
  stats: z.object({
    rd_bytes: count,
    wr_bytes: count,
    rd_operations: count,
    wr_operations: count,
    rd_total_time_ns: count,
    wr_total_time_ns: count,
  }),
});

/** Answer of qom-get for `guest-stats` of a balloon; a statistic the guest does not give is 2^64-1. */
const balloonStats = z.object({ 'last-update': count, stats: z.record(z.string().max(64), z.number()) });

const throttle = {} as {
  id: string;
  bps: number;
  bps_rd: number;
  bps_wr: number;
  iops: number;
  iops_rd: number;
  iops_wr: number;
};

export type InputEvent =
  | { type: 'key'; data: { down: boolean; key: { type: 'qcode'; data: string } } }
  | { type: 'btn'; data: { down: boolean; button: string } }
  | { type: 'abs' | 'rel'; data: { axis: 'x' | 'y'; value: number } };

export type ChardevBackend =
  | { type: 'null'; data: None }
  | {
      type: 'socket';
      data: { addr: { type: 'unix'; data: { path: string } }; server: true; wait: false };
    };

export const QMP_COMMANDS = {
  'query-status': row<None>()(status),
  'query-uuid': row<None>()(z.object({ UUID: z.string().max(64) })),
  'query-version': row<None>()(
    z.object({ qemu: z.object({ major: count, minor: count, micro: count }), package: z.string().max(256) }),
  ),
  stop: row<None>()(nothing, 60_000),
  cont: row<None>()(nothing, 60_000),
  'set-action': row<{ reboot: 'reset' | 'shutdown' }>()(nothing),
  system_reset: row<None>()(nothing),
  system_powerdown: row<None>()(nothing),
  quit: row<None>()(nothing),
  'inject-nmi': row<None>()(nothing),
  screendump: row<{ filename: string; format?: 'ppm' | 'png' }>()(nothing, 20_000),
  'input-send-event': row<{ events: InputEvent[] }>()(nothing),
  balloon: row<{ value: number }>()(nothing),
  'query-balloon': row<None>()(z.object({ actual: count })),
  'qom-set': row<{ path: string; property: string; value: unknown }>()(nothing),
  'qom-get': row<{ path: string; property: string }>()(z.unknown()),
  'qom-list': row<{ path: string }>()(z.array(z.object({ name: z.string().max(1024) }))),
  'blockdev-add': row<{ readonly [member: string]: unknown }>()(nothing, 30_000),
  'blockdev-del': row<{ 'node-name': string }>()(nothing, 30_000),
  'blockdev-open-tray': row<{ id: string; force?: boolean }>()(nothing),
  'blockdev-close-tray': row<{ id: string }>()(nothing),
  'blockdev-remove-medium': row<{ id: string }>()(nothing, 30_000),
  'blockdev-insert-medium': row<{ id: string; 'node-name': string }>()(nothing, 30_000),
  'human-monitor-command': row<{ 'command-line': string }>()(z.string(), 60_000),
  block_resize: row<{ 'node-name': string; size: number }>()(nothing, 60_000),
  block_set_io_throttle: row<typeof throttle>()(nothing),
  device_add: row<{ readonly [member: string]: unknown }>()(nothing, 30_000),
  device_del: row<{ id: string }>()(nothing),
  netdev_add: row<{ readonly [member: string]: unknown }>()(nothing),
  netdev_del: row<{ id: string }>()(nothing),
  set_link: row<{ name: string; up: boolean }>()(nothing),
  'chardev-change': row<{ id: string; backend: ChardevBackend }>()(nothing),
  'migrate-set-parameters': row<{ 'max-bandwidth'?: number; 'downtime-limit'?: number }>()(nothing),
  migrate: row<{ uri: string }>()(nothing),
  migrate_cancel: row<None>()(nothing),
  'migrate-incoming': row<{ uri: string }>()(nothing),
  'query-migrate': row<None>()(migration),
  'migrate-set-capabilities': row<{ capabilities: readonly { capability: string; state: boolean }[] }>()(nothing),
  transaction: row<{ actions: readonly { type: 'blockdev-snapshot'; data: { node: string; overlay: string } }[] }>()(
    nothing,
    60_000,
  ),
  'block-commit': row<{
    'job-id': string;
    device: string;
    'top-node': string;
    'base-node': string;
    'backing-file'?: string;
    'auto-dismiss': false;
  }>()(nothing, 30_000),
  /** Everything that lies below the node goes into it; it lies over nothing then. `speed`: bytes per second. */
  'block-stream': row<{ 'job-id': string; device: string; speed: number; 'auto-dismiss': false }>()(nothing, 30_000),
  'query-jobs': row<None>()(z.array(job)),
  'job-complete': row<{ id: string }>()(nothing, 30_000),
  'job-cancel': row<{ id: string }>()(nothing, 30_000),
  'job-dismiss': row<{ id: string }>()(nothing),
  'query-block': row<None>()(z.array(blockDevice)),
  'query-blockstats': row<None>()(z.array(blockStats)),
  'query-named-block-nodes': row<{ flat: true }>()(
    z.array(z.object({ 'node-name': z.string().max(64).optional(), ro: z.boolean() })),
  ),
} as const satisfies Record<string, CommandRow<unknown, unknown>>;

export type QmpCommands = typeof QMP_COMMANDS;
export type QmpCommand = keyof QmpCommands;
export type QmpArguments<N extends QmpCommand> = QmpCommands[N] extends CommandRow<infer A, unknown> ? A : never;
export type QmpResult<N extends QmpCommand> = z.output<QmpCommands[N]['result']>;
export type RunState = (typeof RUN_STATES)[number];
export const balloonStatsResult = balloonStats;
