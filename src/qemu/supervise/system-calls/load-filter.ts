import { runCommand } from '../run-command.ts';
import { triedOnce } from '../shortage.ts';
import { helperFilter, type SocketUse } from './helper-calls.ts';

/**
 * Puts the filter on itself and becomes the program: no tool of Debian 12 takes a filter, and Perl is there on every Debian.
 * It fills in what only it knows: its number, which stays that of the program, and where the program's name lies in its
 * memory, which is the one address from which the filter lets a program be started; it is gone with this program.
 */
const LOADER = `
use strict;
my ($filter, $blanks, @words) = (pack('H*', shift), @ARGV);
my $program = $words[0];
my ($file) = $program =~ m{/} ? $program : grep { -f && -x _ } map { "$_/$program" } split /:/, $ENV{PATH};
defined $file or die "$program is not there\\n";
my @settings = map { "$_=$ENV{$_}" } keys %ENV;
my ($words, $settings) = (pack('p*', @words, undef), pack('p*', @settings, undef));
my ($name_at, $words_at, $settings_at) = unpack 'Q3', pack 'P P P', $file, $words, $settings;
my %known = (ownProcess => $$, programLow => $name_at & 0xffffffff, programHigh => $name_at >> 32);
for (split /,/, $blanks) {
  my ($blank, $at) = split /:/;
  substr($filter, $at * 8 + 4, 4) = pack 'L', $known{$blank};
}
my ($prctl, $execve, $set_seccomp, $mode_filter) = (157, 59, 22, 2);
my $rules = pack 'S x6 P', length($filter) / 8, $filter;
syscall($prctl, $set_seccomp, $mode_filter, unpack('Q', pack 'P', $rules), 0, 0) == 0 or die "no filter: $!\\n";
syscall($execve, $name_at, $words_at, $settings_at);
die "$program: $!\\n";
`;

const prefixOf = (use: SocketUse): readonly string[] => {
  const { instructions, blanks } = helperFilter(use);
  return [
    'perl',
    '-e',
    LOADER,
    '--',
    instructions.toString('hex'),
    blanks.map(({ blank, at }) => `${blank}:${at}`).join(),
  ];
};

const findOut = async (): Promise<Readonly<Record<SocketUse, readonly string[]>> | null> => {
  if (process.arch !== 'x64') return null;
  const none = prefixOf('none');
  await runCommand('setpriv', ['--no-new-privs', '--', ...none, 'true']);
  return { none, answers: prefixOf('answers'), connects: prefixOf('connects'), mounts: prefixOf('mounts') };
};

const prefixes = triedOnce(findOut, null);

/**
 * The words that put the filter of system calls on the program that follows them. It must have no way to new rights
 * (no-new-privs) before. Empty: this host lets us not. Rejects with DomainError when it cannot be told now.
 */
export const filterPrefix = async (use: SocketUse): Promise<readonly string[]> => (await prefixes())?.[use] ?? [];
