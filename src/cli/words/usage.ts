import type { Command } from 'commander';

/** How the command is written that a line begins with: commander says what it refused, and not what would do. */
export const usageOf = (program: Command, words: readonly string[]): string => {
  let at = program;
  const path = ['vsms'];
  for (const word of words) {
    const next = at.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (next === undefined) break;
    at = next;
    path.push(at.name());
  }
  return `Usage: ${at.createHelp().commandUsage(at)}\n${path.join(' ')} --help lists its options.`;
};
