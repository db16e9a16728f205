import type { QueryClient } from '@tanstack/react-query';
import { send } from '../api/http.ts';
import type { SerialPort } from '../api/types.ts';

/** A pipe that no other port has. */
export const pipeFor = (machine: string, { number }: SerialPort): string => `\\\\.\\pipe\\${machine}-com${number}`;

/** Leads a port to another pipe, or to none. @throws Problem */
export const connectSerial = async (
  client: QueryClient,
  machine: string,
  port: SerialPort,
  pipe: string | null,
): Promise<void> => {
  await send('PATCH', `/vms/${machine}/serial-ports/${encodeURIComponent(port.id)}`, { pipe });
  await client.invalidateQueries({ queryKey: ['devices', `vms/${machine}`] });
};
