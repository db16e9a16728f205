import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { textOf } from '../../src/client/object.ts';
import { instanceText, settingsText } from '../../src/client/settings-text.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;

/**
 * Never called: the compiler is what tests it. Where a line that is expected to be refused compiles, the types let a
 * misspelt name pass, and the compilation fails.
 */
export const refusedByCompiler = async (
  client: WsmanClient,
  v1: WsmanClient<'root\\virtualization'>,
): Promise<void> => {
  settingsText('Msvm_MemorySettingData', { VirtualQuantity: 1024, DynamicMemoryEnabled: true, Limit: 2048n });
  // @ts-expect-error no property of the class
  settingsText('Msvm_MemorySettingData', { VirtualQuantiti: 1024 });
  const spread = { VirtualQuantiti: 1024 };
  // @ts-expect-error nor when it was spread into it
  settingsText('Msvm_MemorySettingData', { InstanceID: '', ...spread });
  // @ts-expect-error a number, not a text
  settingsText('Msvm_MemorySettingData', { VirtualQuantity: '1024' });
  // @ts-expect-error an array
  settingsText('Msvm_VirtualSystemSettingData', { Notes: 'one' });
  // @ts-expect-error no class
  settingsText('Msvm_MemorySettings', { VirtualQuantity: 1024 });

  const machine = await client.first(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${client.namespace}'`);
  textOf(machine?.properties['ElementName']);
  // @ts-expect-error no property of the class that is asked for
  textOf(machine?.properties['ElementNam']);
  for await (const { properties } of client.query('SELECT * FROM Msvm_KvpExchangeComponent')) {
    textOf(properties['GuestExchangeItems']?.toString());
    // @ts-expect-error
    textOf(properties['GuestItems']);
  }
  const none = await client.first('SELECT * FROM Msvm_ComputerSystm');
  // @ts-expect-error nothing is known of a class that there is not
  textOf(none?.properties['Name']);
  const settings = await client.get({ className: 'Msvm_VirtualSystemSettingData', selectors: { InstanceID: 'x' } });
  // @ts-expect-error
  textOf(settings.properties['Elementname']);

  await client.run(SERVICE, 'DestroySystem', { AffectedSystem: 'x' });
  // @ts-expect-error no method
  await client.run(SERVICE, 'DestroySystm', {});
  // @ts-expect-error no parameter
  await client.run(SERVICE, 'DestroySystem', { AffectedSytem: 'x' });
  const { out } = await client.run(SERVICE, 'DefineSystem', { SystemSettings: '' });
  textOf(out['ResultingSystem']);
  // @ts-expect-error no output
  textOf(out['DefinedSystem']);

  // The namespaces of one client are not those of another: these names are of 2008.
  const old = await v1.run(SERVICE, 'DefineVirtualSystem', { SystemSettingData: '' });
  textOf(old.out['DefinedSystem']);
  // @ts-expect-error
  await client.run(SERVICE, 'DefineVirtualSystem', {});
};

test('a class and its properties that only the running program knows are written as they come', () => {
  assert.equal(
    instanceText('My_Class', { Some: 1, Others: ['<a>'] }),
    '<INSTANCE CLASSNAME="My_Class"><PROPERTY NAME="Some" TYPE="string"><VALUE>1</VALUE></PROPERTY>' +
      '<PROPERTY.ARRAY NAME="Others" TYPE="string"><VALUE.ARRAY><VALUE>&lt;a&gt;</VALUE></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>',
  );
  assert.equal(
    settingsText('Msvm_MemorySettingData', { VirtualQuantity: 5 }),
    instanceText('Msvm_MemorySettingData', { VirtualQuantity: 5 }),
  );
});
