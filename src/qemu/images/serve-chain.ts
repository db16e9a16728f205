import type { DiskSource } from '../command-line/layout.ts';
import type { Programs } from '../host-services.ts';
import { startChainServer } from '../supervise/chain-server.ts';
import type { MachineDirectories } from '../supervise/socket-directory.ts';
import { startStorageDaemon } from '../supervise/storage-daemon.ts';
import type { CheckedImage } from './check-image.ts';

interface ServeOptions {
  readonly programs: Pick<Programs, 'storageDaemon' | 'chainServer'>;
  readonly directories: MachineDirectories;
  readonly endsWithService: boolean;
}

/**
 * What a QEMU program opens for a checked chain that no machine has; what it must not open itself is served, by processes of the
 * service's own user. Rejects with DomainError.
 */
export async function serveChain(
  holder: string,
  chain: readonly CheckedImage[],
  { programs, directories, endsWithService }: ServeOptions,
): Promise<DiskSource> {
  const options = { directories, user: null, endsWithService };
  let source: DiskSource | null = null;
  for (const checked of chain.toReversed()) {
    switch (checked.kind) {
      case 'direct':
        source = { ...checked.source, ...(source === null ? {} : { backing: source }) };
        break;
      case 'chain': {
        const served = await startChainServer(holder, checked.chain, { ...options, program: programs.chainServer });
        // Below an overlay it is only read, until something is merged into it.
        source = chain.length === 1 ? served.source : { ...served.source, readOnly: true };
        break;
      }
      case 'served':
        ({ source } = await startStorageDaemon(holder, checked.image, { ...options, program: programs.storageDaemon }));
        break;
    }
  }
  if (source === null) throw new Error('an image without a file');
  return source;
}
