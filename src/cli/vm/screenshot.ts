import { writeFile } from 'node:fs/promises';
import { encodePng } from '../../png/encode.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { connect, type ConnectOptions } from '../connect.ts';
import { wholeNumber } from '../whole-number.ts';

/** vsms vm screenshot VM FILE */
export async function screenshot(
  name: string,
  file: string,
  options: ConnectOptions & { width: string; height: string },
): Promise<void> {
  const width = wholeNumber(options.width, '--width');
  const height = wholeNumber(options.height, '--height');
  const client = await connect(options);
  try {
    const machines = new VirtualMachines(client);
    const { id } = await machines.find(name);
    const rgb565 = await machines.thumbnail(id, width, height);
    await writeFile(file, await encodePng(rgb565, width, height));
    console.log(file);
  } finally {
    client.close();
  }
}
