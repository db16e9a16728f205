import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The bare HTTP server, running. */
export interface BareHttp extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts bare-http.ts in a process of its own, as our service has one: waking another process is part of the cost.
 * `sync`: it answers after two pages are on the disk.
 */
export async function bareHttp(replyBytes: number, mode: 'memory' | 'sync' = 'memory'): Promise<BareHttp> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-http.ts'), String(replyBytes), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: chunk.toString().trim(),
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
