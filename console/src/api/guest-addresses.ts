import { type CallOptions, send } from './http.ts';

/** Addresses of a guest by the id of the adapter that has them. */
export type GuestAddresses = ReadonlyMap<string, readonly string[]>;

interface Found {
  readonly items: readonly {
    readonly properties: { readonly InstanceID: string; readonly IPAddresses: readonly string[] | null };
  }[];
}

/** As the guest says them, while it runs and answers; of an adapter that it says nothing of there is nothing. @throws Problem */
export const readGuestAddresses = async (machine: string, options?: CallOptions): Promise<GuestAddresses> => {
  const query = `SELECT * FROM Msvm_GuestNetworkAdapterConfiguration WHERE InstanceID LIKE 'Microsoft:GuestNetwork\\\\${machine}%'`;
  const { items } = await send<Found>('POST', '/cim/query', { query }, options);
  return new Map(
    items.map(({ properties: { InstanceID, IPAddresses } }) => [
      InstanceID.split('\\').at(-1) ?? '',
      IPAddresses ?? [],
    ]),
  );
};

/** Of one adapter; the id of an emulated one has a number behind its GUID. */
export const addressesOf = (addresses: GuestAddresses | undefined, nic: string): readonly string[] =>
  addresses?.get(nic.split('~')[0] ?? '') ?? [];
