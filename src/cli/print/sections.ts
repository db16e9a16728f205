import { printable, table } from './output.ts';

/** One table of a report. */
export interface Section {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables that have rows, one below the other; what comes from files is made harmless for a terminal. */
export const sectionsText = (sections: readonly Section[]): string =>
  sections
    .filter(({ rows }) => rows.length > 0)
    .map(({ columns, rows }) =>
      table(
        columns,
        rows.map((row) => row.map(printable)),
      ),
    )
    .join('\n\n');
