import { escaped, harmlessJson, TURNING } from '../../core/terminal-text.ts';

/** Rows as an aligned table; the first line names the columns. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(columns.map((name) => name.toUpperCase())), ...rows.map(line)].join('\n');
}

/**
 * Text of a guest or client made harmless for a terminal: control characters are shown, not obeyed, and neither are
 * those that turn the direction of writing or begin another line.
 */
export const printable = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(TURNS, escaped);

const TURNS = new RegExp(`[${TURNING}]`, 'g');

/** JSON for people and programs, harmless for a terminal as well. */
export const jsonText = (value: unknown): string => harmlessJson(JSON.stringify(value, null, 2));

/** `1d 02:03:04` of milliseconds. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const time = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}d ${time}` : time;
}
