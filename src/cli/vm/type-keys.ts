import { MethodError } from '../../client/method-error.ts';
import { textOf } from '../../client/object.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { wqlText } from '../../client/texts.ts';
import { connect, type ConnectOptions, UsageError } from '../connect.ts';

export interface TypeFlags extends ConnectOptions {
  readonly enter?: boolean;
  readonly ctrlAltDel?: boolean;
}

/** Key of the enter key as Msvm_Keyboard.TypeKey numbers them (virtual-key codes). */
const ENTER = 13;

/** vsms vm type VM [TEXT] [--enter] [--ctrl-alt-del]: on the keyboard of a running machine. */
export const typeKeys = async (vm: string, text: string | undefined, flags: TypeFlags): Promise<void> => {
  if ((text ?? '') === '' && flags.enter !== true && flags.ctrlAltDel !== true)
    throw new UsageError('Say what to type: a text, --enter or --ctrl-alt-del.');
  const client = await connect(flags);
  try {
    const { id } = await new VirtualMachines(client).find(vm);
    const found = await client.first(`SELECT * FROM Msvm_Keyboard WHERE SystemName = ${wqlText(id)}`);
    if (found === null || found === undefined)
      throw new MethodError('The machine does not run: it has no keyboard. Start it first.', 32775, null);
    const keyboard = {
      className: 'Msvm_Keyboard' as const,
      selectors: Object.fromEntries(
        (['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName'] as const).map((name) => [
          name,
          textOf(found.properties[name]) ?? '',
        ]),
      ),
    };
    if (flags.ctrlAltDel === true) await client.run(keyboard, 'TypeCtrlAltDel', {});
    if (text !== undefined && text !== '') await client.run(keyboard, 'TypeText', { AsciiText: text });
    if (flags.enter === true) await client.run(keyboard, 'TypeKey', { KeyCode: ENTER });
  } finally {
    client.close();
  }
};
