import { writeFile } from 'node:fs/promises';
import { encodePng } from '../../png/encode.ts';
import type { ConnectOptions } from '../connect.ts';
import { withMachines } from './vm.ts';
import { wholeNumber } from '../whole-number.ts';

/** vsms vm screenshot VM FILE */
export async function screenshot(
  name: string,
  file: string,
  options: ConnectOptions & { width: string; height: string },
): Promise<void> {
  const width = wholeNumber(options.width, '--width');
  const height = wholeNumber(options.height, '--height');
  await withMachines(options, async (machines) => {
    const { id } = await machines.find(name);
    const rgb565 = await machines.thumbnail(id, width, height);
    await writeFile(file, await encodePng(rgb565, width, height));
    console.log(file);
  });
}
