import { NbdServer } from '../../src/nbd/server.ts';
import { openChain } from '../../src/vhd/chain/chain.ts';
import { besideChild, plainFile } from '../../src/vhd/chain/parent-names.ts';
import type { ReadMode } from '../../src/vhd/source.ts';

/** Serves one disk until its input ends. Arguments: file, socket, mode of reading. */
const [file = '', path = '', mode = 'threads'] = process.argv.slice(2);
const { source } = await openChain(plainFile(file), besideChild, { mode: mode as ReadMode });
const server = await NbdServer.listen({ path, exports: [{ name: '', source, sink: null }] });
console.log('ready');
process.stdin.resume();
process.stdin.once('end', () => void server.close().then(() => source.close()));
