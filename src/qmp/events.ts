import { z } from 'zod';
import type { JsonObject } from './json-socket.ts';

/** Events of QEMU that we act on (QAPI schema of 7.2); all others are dropped where they arrive. */
const short = z.string().max(1024);
const EVENT_DATA = {
  SHUTDOWN: z.object({ guest: z.boolean(), reason: short }),
  RESET: z.object({ guest: z.boolean(), reason: short }),
  STOP: z.object({}),
  RESUME: z.object({}),
  BLOCK_IO_ERROR: z.object({
    device: short,
    'node-name': short.optional(),
    operation: z.enum(['read', 'write']),
    action: z.enum(['ignore', 'report', 'stop']),
    nospace: z.boolean().default(false),
    reason: z.string().transform((text) => text.slice(0, 1024)),
  }),
  GUEST_PANICKED: z.object({ action: short }),
  DEVICE_DELETED: z.object({ device: short.optional(), path: short }),
  DEVICE_UNPLUG_GUEST_ERROR: z.object({ device: short.optional(), path: short }),
  MIGRATION: z.object({ status: short }),
  JOB_STATUS_CHANGE: z.object({ id: short, status: short }),
} as const;

type EventData = typeof EVENT_DATA;
export type QmpEventName = keyof EventData;
/** `at`: when it happened by QEMU's clock, in milliseconds; only differences between events of one QEMU mean anything. */
export type QmpEvent = {
  [N in QmpEventName]: { readonly name: N; readonly data: z.output<EventData[N]>; readonly at: number };
}[QmpEventName];

const timestampShape = z.object({ seconds: z.number(), microseconds: z.number() });

/** The event in a message, null for one we do not act on. Throws when its data has not the shape it must have. */
export function parseQmpEvent(message: JsonObject): QmpEvent | null {
  const name = message['event'];
  if (typeof name !== 'string' || !Object.hasOwn(EVENT_DATA, name)) return null;
  const known = name as QmpEventName;
  const { seconds, microseconds } = timestampShape.parse(message['timestamp']);
  const at = seconds * 1000 + microseconds / 1000;
  return { name: known, data: EVENT_DATA[known].parse(message['data'] ?? {}), at } as QmpEvent;
}
