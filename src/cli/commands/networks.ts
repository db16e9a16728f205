import type { Command } from 'commander';
import { listed, remote, sure } from './options.ts';

const onNic = (command: Command): Command =>
  remote(command).option('--nic <name>', 'which one, by name or number, where there are several');

/** switch, nic */
export const networkCommands = (program: Command): void => {
  const virtualSwitch = program.command('switch').description('virtual Ethernet switches');
  listed(virtualSwitch.command('list').alias('ls').description('all switches')).action(async (options) =>
    (await import('../switch.ts')).listSwitches(options),
  );
  listed(virtualSwitch.command('show <switch>').description('one switch, by name or id')).action(
    async (name, options) => (await import('../switch.ts')).showSwitch(name, options),
  );
  listed(virtualSwitch.command('adapters').description('network adapters of the host that a switch can have')).action(
    async (options) => (await import('../switch.ts')).listHostAdapters(options),
  );
  remote(virtualSwitch.command('create <name>').description('a private switch, or what the options make of it'))
    .option('--internal', 'the host is a station on it')
    .option('--adapter <name>', 'external: it leads out of the host by this adapter')
    .option('--notes <text>', 'notes', '')
    .action(async (name, options) => (await import('../switch.ts')).createSwitch(name, options));
  sure(
    remote(
      virtualSwitch
        .command('delete <switch>')
        .alias('rm')
        .description('delete it; machines that are on it are disconnected'),
    ),
  ).action(async (name, options) => (await import('../switch.ts')).deleteSwitch(name, options));
  const nic = program.command('nic').description('network adapters of a machine');
  listed(nic.command('list <vm>').alias('ls').description('its adapters and what they are plugged into')).action(
    async (name, options) => (await import('../nic.ts')).listNics(name, options),
  );
  remote(nic.command('add <vm>').description('one more adapter; of generation 1 while the machine is off'))
    .option('--switch <name>', 'plug it in there')
    .option('--name <name>', 'its name')
    .action(async (name, options) => (await import('../nic.ts')).addNic(name, options));
  onNic(nic.command('remove <vm>').alias('rm').description('take an adapter out, with what is set of its port')).action(
    async (name, options) => (await import('../nic.ts')).removeNic(name, options),
  );
  onNic(
    nic.command('connect <vm> <switch>').description('plug it in, also while it runs; a first adapter is made'),
  ).action(async (name, target, options) => (await import('../nic.ts')).connectNic(name, target, options));
  onNic(nic.command('disconnect <vm>').description('pull the cable')).action(async (name, options) =>
    (await import('../nic.ts')).disconnectNic(name, options),
  );
  onNic(nic.command('set <vm>').description('address, VLAN, limit and guards of its port'))
    .option('--vlan <id>', 'access VLAN, or none')
    .option('--mac <address>', 'a static address, or dynamic')
    .option('--limit <Mbit/s>', 'what it may send at most, or none')
    .option('--mac-spoofing <on|off>', 'may it send from other addresses')
    .option('--dhcp-guard <on|off>', 'answers of a DHCP server that it sends are dropped')
    .option('--router-guard <on|off>', 'router advertisements that it sends are dropped')
    .action(async (name, options) => (await import('../nic.ts')).setNic(name, options));
};
