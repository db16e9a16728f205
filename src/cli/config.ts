import { explainConfig } from '../daemon/config/config.ts';
import { documentText, type Format, type Listing, listingText } from './print/listing.ts';

/** Whoever sees a list of settings is to see no password. */
const shown = (name: string, value: unknown): unknown =>
  name === 'admin_password' && value !== null ? '(set)' : value;

interface Row {
  readonly setting: string;
  readonly value: unknown;
  /** A file, a variable of the environment, or the defaults. */
  readonly from: string;
}

const LISTING: Listing<Row> = {
  name: ({ setting }) => setting,
  columns: [
    { name: 'setting', text: ({ setting }) => setting },
    { name: 'value', text: ({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)) },
    { name: 'from', text: ({ from }) => from },
  ],
};

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

/** `paths.style`, ...: settings of tables by their whole names. */
const rowsOf = (table: object, origins: ReadonlyMap<string, string>, prefix = ''): readonly Row[] =>
  Object.entries(table).flatMap(([name, value]: [string, unknown]) => {
    const setting = `${prefix}${name}`;
    if (isTable(value)) return rowsOf(value, origins, `${setting}.`);
    const origin = origins.get(setting) ?? 'the defaults';
    const from = origin === 'the environment' ? `VSMS_${setting.replaceAll('.', '_').toUpperCase()}` : origin;
    return [{ setting, value: shown(setting, value), from }];
  });

/** vsms config [--origin] */
export async function showConfig(options: { readonly origin?: boolean; readonly output?: Format }): Promise<void> {
  const { config, origins } = explainConfig({ environment: process.env, root: process.getuid?.() === 0 });
  if (options.origin === true || (options.output !== 'json' && options.output !== 'yaml')) {
    console.log(await listingText(rowsOf(config, origins), options.output ?? 'table', LISTING));
    return;
  }
  const plain = { ...config, admin_password: shown('admin_password', config.admin_password) };
  console.log(await documentText(plain, options.output));
}
