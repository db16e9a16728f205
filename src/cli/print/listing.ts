import { jsonText, printable, table } from './output.ts';

/** How lists are printed; `wide` is a table with more columns. */
export const FORMATS = ['table', 'wide', 'json', 'yaml', 'csv', 'name'] as const;
export type Format = (typeof FORMATS)[number];

/** A column of a list of `T`. */
export interface Column<T> {
  readonly name: string;
  readonly text: (row: T) => string;
  /** Only in `-o wide` and `-o csv`. */
  readonly wide?: boolean;
}

/** How a kind of thing is listed. */
export interface Listing<T> {
  readonly columns: readonly Column<T>[];
  /** What other commands take it by. */
  readonly name: (row: T) => string;
  /** What programs get; the row itself where missing. */
  readonly plain?: (row: T) => unknown;
}

/** Rows in a format. What comes from a service is made harmless for a terminal. '' when there is nothing to print. */
export const listingText = async <T>(
  rows: readonly T[],
  format: Format,
  { columns, name, plain = (row) => row }: Listing<T>,
): Promise<string> => {
  switch (format) {
    case 'name':
      return rows.map((row) => printable(name(row))).join('\n');
    case 'json':
      return jsonText(rows.map(plain));
    case 'yaml':
      return (await import('./yaml-text.ts')).yamlText(rows.map(plain));
    case 'csv':
      return [columns.map((column) => column.name), ...rows.map((row) => columns.map(({ text }) => text(row)))]
        .map((cells) => cells.map(csvCell).join(','))
        .join('\n');
    default: {
      const shown = columns.filter(({ wide }) => wide !== true || format === 'wide');
      return table(
        shown.map((column) => column.name),
        rows.map((row) => shown.map(({ text }) => printable(text(row)))),
      );
    }
  }
};

/** RFC 4180; a line of the file is a row. */
const csvCell = (text: string): string => {
  const safe = printable(text);
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A thing as JSON or YAML; null when neither was asked for. */
export const documentText = async (value: unknown, format: string): Promise<string | null> => {
  if (format === 'json') return jsonText(value);
  return format === 'yaml' ? (await import('./yaml-text.ts')).yamlText(value) : null;
};
