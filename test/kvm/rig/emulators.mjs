// The emulators: what each needs, and how it is started. Each has two serial ports, the kernel's console and the report.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MissingError } from './error.mjs';

/** Of every kernel: the console, no delay for what is no concern here, and parameters of a KVM that is built in. */
const COMMAND_LINE = [
  'console=ttyS0,115200 quiet panic=-1 mitigations=off nokaslr no_timer_check random.trust_cpu=1',
  'kvm.force_emulation_prefix=1',
].join(' ');

/**
 * QEMU's own emulation, with AMD's extension and no PCIDs. In Bochs a processor of Intel's, with PCIDs and INVPCID; it
 * takes minutes to boot.
 */
export const EMULATORS = {
  qemu: {
    program: 'qemu-system-x86_64',
    packages: 'qemu-system-x86',
    files: [],
    vendor: 'kvm-amd',
    tables: 'npt',
    start: startQemu,
  },
  bochs: {
    program: 'bochs-bin',
    packages: 'bochs bochs-term bochsbios vgabios isolinux syslinux-common xorriso',
    files: [
      '/usr/share/bochs/BIOS-bochs-latest',
      '/usr/share/bochs/VGABIOS-lgpl-latest',
      '/usr/lib/ISOLINUX/isolinux.bin',
      '/usr/lib/syslinux/modules/bios/ldlinux.c32',
      '/usr/bin/xorriso',
    ],
    vendor: 'kvm-intel',
    tables: 'ept',
    start: startBochs,
  },
};

/** @throws MissingError that names what is missing, and the line that gets it */
export function expectInstalled({ program, packages, files }) {
  const missing = [...(isProgram(program) ? [] : [program]), ...files.filter((file) => !existsSync(file))];
  if (missing.length > 0)
    throw new MissingError(`no ${missing.join(', no ')}. On Debian: apt-get install ${packages}`);
}

function isProgram(name) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, name)));
}

function startQemu({ program }, { image, initrd, console, report, parameters }) {
  const machine = ['-accel', 'tcg', '-cpu', 'EPYC,+svm', '-m', '768', '-smp', '1'];
  const ports = ['-serial', `file:${console}`, '-serial', `file:${report}`];
  const quiet = ['-display', 'none', '-nodefaults', '-no-reboot'];
  const append = `${COMMAND_LINE} ${parameters}`;
  const args = [...machine, ...ports, ...quiet, '-kernel', image, '-initrd', initrd, '-append', append];
  return spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** From a CD with a loader: Bochs has no loader of its own. */
function startBochs({ files: [bios, videoBios, loader, loaderPart] }, rig) {
  const { folder, image, initrd, console, report, parameters } = rig;
  const boot = join(folder, 'cd', 'isolinux');
  mkdirSync(boot, { recursive: true });
  for (const [from, to] of [
    [image, 'vmlinuz'],
    [initrd, 'initrd.gz'],
    [loader, 'isolinux.bin'],
    [loaderPart, 'ldlinux.c32'],
  ])
    copyFileSync(from, join(boot, to));
  // The first kernels of each line fall over XSAVE as Bochs has it; nothing here needs it.
  const append = `initrd=initrd.gz ${COMMAND_LINE} edd=off lpj=4000000 nosmp noxsave ${parameters}`;
  writeFileSync(
    join(boot, 'isolinux.cfg'),
    `DEFAULT rig\nPROMPT 0\nTIMEOUT 1\nLABEL rig\n KERNEL vmlinuz\n APPEND ${append}\n`,
  );
  const cd = join(folder, 'boot.iso');
  const options = ['-b', 'isolinux/isolinux.bin', '-c', 'isolinux/boot.cat', '-no-emul-boot'];
  const size = ['-boot-load-size', '4', '-boot-info-table'];
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-o', cd, ...options, ...size, join(folder, 'cd')], {
    stdio: 'ignore',
  });
  writeFileSync(
    join(folder, 'bochsrc'),
    [
      'display_library: term',
      'cpu: model=corei7_skylake_x, count=1, ips=100000000, reset_on_triple_fault=0',
      'memory: guest=512, host=512',
      `romimage: file=${bios}`,
      `vgaromimage: file=${videoBios}`,
      'ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14',
      `ata0-master: type=cdrom, path=${cd}, status=inserted`,
      'boot: cdrom',
      `com1: enabled=1, mode=file, dev=${console}`,
      `com2: enabled=1, mode=file, dev=${report}`,
      `log: ${join(folder, 'bochs.log')}`,
      'panic: action=fatal',
      'error: action=ignore',
      'info: action=ignore',
      'clock: sync=none, time0=local',
      'mouse: enabled=0',
      '',
    ].join('\n'),
  );
  // Debian's Bochs has its debugger in it, which waits for a command.
  writeFileSync(join(folder, 'commands'), 'c\n');
  // It wants a terminal, which `script` gives it.
  const command = `exec bochs-bin -q -f '${join(folder, 'bochsrc')}' -rc '${join(folder, 'commands')}'`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TERM: 'linux' },
    detached: true,
  });
  readScreen(child);
  return child;
}

/** Its screen is another terminal, which it opens and names. It stops for good once that is full and nobody reads it. */
function readScreen(child) {
  let text = '';
  let screen = null;
  child.stdout.on('data', (data) => {
    if (screen !== null) return;
    text = `${text}${data}`.slice(-10_000);
    const [, path] = /connected to screen "([^"]+)"/.exec(text) ?? [];
    if (path === undefined) return;
    screen = spawn('cat', [path], { stdio: 'ignore' });
    screen.on('error', () => {});
  });
  child.on('exit', () => screen?.kill());
}
