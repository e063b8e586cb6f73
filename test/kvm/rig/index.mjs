// Boots a kernel in an emulator, has its KVM run what it is given, and hands back what that came to.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EMULATORS, expectInstalled } from './emulators.mjs';
import { MissingError, StoppedError } from './error.mjs';
import { initrd } from './initrd.mjs';
import { cacheFolder, MODULES, modulesIn, packagedKernel } from './kernels.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCES = ['guest.S', 'vmm.c', 'vmx.c', 'multiboot.c', 'init.c'];
const PARAMETERS = { kvm: 'force_emulation_prefix=1' };

const END = 'end of the plan\n';

/**
 * Boots, and runs each pass in turn with KVM's vendor module loaded anew.
 *
 * @param kernel the name of a version, or the paths `{ image, modules }`; modules may be undefined
 * @param emulator the name of one
 * @param files by path: what else there is for the passes to use
 * @param passes `shadow`: whether KVM shadows the guest's tables; `plan`: lines of init.c
 * @param say is told how far it is
 * @returns the kernel's release, and the text that each pass reported
 * @throws MissingError when something that is needed is not there
 * @throws StoppedError when it comes to no end
 */
export async function boot({ kernel, emulator: name, files, passes, say, seconds, signal }) {
  const emulator = EMULATORS[name];
  expectInstalled(emulator);
  const { image, modules } = typeof kernel === 'string' ? packagedKernel(kernel) : kernel;
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-kvm-'));
  try {
    const rig = {
      folder,
      image,
      initrd: join(folder, 'initrd.gz'),
      console: join(folder, 'console'),
      report: join(folder, 'report'),
      // Of a vendor module that is built in, which cannot be loaded anew: as the first pass wants it.
      parameters: `${emulator.vendor.replace('-', '_')}.${emulator.tables}=${passes[0].shadow ? 0 : 1}`,
    };
    const own = [...(modules === undefined ? [] : modulesIn(modules))].map(([module, content]) => [
      `modules/${module}.ko`,
      content,
    ]);
    const all = new Map([
      ['init', readFileSync(program())],
      ['plan', planOf(emulator, passes)],
      ...own,
      ...files,
    ]);
    writeFileSync(rig.initrd, initrd(all));
    for (const port of [rig.console, rig.report]) closeSync(openSync(port, 'w'));
    const text = await run(emulator, rig, { say, seconds, signal });
    return reported(text, emulator, passes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first process, compiled; it is built once for all boots. */
function program() {
  const digest = createHash('sha256');
  for (const file of [...SOURCES, 'rig.h']) digest.update(readFileSync(join(HERE, file)));
  const product = join(cacheFolder(), 'kvm', `init-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(product)) return product;
  mkdirSync(dirname(product), { recursive: true });
  const part = `${product}.${process.pid}`;
  const sources = SOURCES.map((file) => join(HERE, file));
  try {
    execFileSync('gcc', ['-static', '-O2', '-Wall', '-o', part, ...sources], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const why = error.code === 'ENOENT' ? 'no gcc' : String(error.stderr);
    throw new MissingError(`the rig cannot be compiled: ${why}. On Debian: apt-get install gcc libc6-dev`);
  }
  renameSync(part, product);
  return product;
}

function planOf({ vendor, tables }, passes) {
  const lines = passes.flatMap(({ shadow, plan }, i) => [
    `insmod ${vendor} ${tables}=${shadow ? 0 : 1}`,
    `show ${parameterFile(vendor, tables)}`,
    `say pass ${i}`,
    ...plan,
    `say pass ${i} is over`,
    ...(i + 1 < passes.length ? [`rmmod ${vendor.replace('-', '_')}`] : []),
  ]);
  const common = MODULES.filter((module) => !module.startsWith('kvm-'));
  return [
    ...common.map((module) => `insmod ${module} ${PARAMETERS[module] ?? ''}`.trimEnd()),
    ...lines,
    '',
  ].join('\n');
}

function parameterFile(vendor, tables) {
  return `/sys/module/${vendor.replace('-', '_')}/parameters/${tables}`;
}

/** Waits for the end of the plan, whatever else becomes of the emulator. */
async function run(emulator, rig, { say, seconds, signal }) {
  const child = emulator.start(emulator, rig);
  let complaint = '';
  let hasEnded = false;
  child.stdout?.resume();
  child.stderr.on('data', (data) => {
    complaint = `${complaint}${data}`.slice(-2000);
  });
  child.on('error', (error) => {
    complaint = error.message;
    hasEnded = true;
  });
  child.on('exit', () => {
    hasEnded = true;
  });
  const start = performance.now();
  try {
    for (;;) {
      const over = hasEnded;
      const text = readFileSync(rig.report, 'latin1').replaceAll('\r', '');
      if (text.endsWith(END)) return text;
      const elapsed = (performance.now() - start) / 1000;
      const why = signal?.aborted
        ? 'it was told to stop'
        : elapsed > seconds
          ? `it took longer than ${seconds} s`
          : over
            ? 'the emulator ended'
            : null;
      if (why !== null) throw new StoppedError(`${why}. ${lastWords(text, rig, complaint)}`);
      say(progressOf(text));
      await sleep(100);
    }
  } finally {
    if (!hasEnded) endAll(child);
  }
}

/** The emulator, and where it runs in a group of its own what runs it, too. */
function endAll(child) {
  try {
    process.kill(child.spawnfile === 'script' ? -child.pid : child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function progressOf(text) {
  if (text === '') return 'the kernel boots';
  const streams = text.match(/^stream \d+ /gm)?.length ?? 0;
  const tests = text.match(/^booted /gm)?.length ?? 0;
  return `KVM has run ${streams} traces${tests > 0 ? ` and ${tests} tests` : ''}`;
}

function lastWords(text, { console }, complaint) {
  const said = [readFileSync(console, 'latin1'), text, complaint].map((each) =>
    each.trim().split('\n').slice(-3),
  );
  return `The last that was said: ${said.flat().join(' / ')}`;
}

/** @throws StoppedError where KVM does not page as it was told to: nothing that it did would say anything */
function reported(text, { vendor, tables }, passes) {
  const [, release = '', version = ''] = /^kernel (\S+) (.*)$/m.exec(text) ?? [];
  // Of the kernels of Debian 12 the release does not say which stable version they are.
  const [debian] = /Debian [\d.]+/.exec(version) ?? [];
  const failure = /^failed .*$/m.exec(text);
  if (failure !== null) throw new StoppedError(`the rig ${failure[0]}`);
  const reports = passes.map(({ shadow }, i) => {
    const [, value, report] =
      new RegExp(`^${parameterFile(vendor, tables)}: (.*)\npass ${i}\n([^]*?)^pass ${i} is over$`, 'm').exec(
        text,
      ) ?? [];
    if (value !== (shadow ? 'N' : 'Y'))
      throw new StoppedError(
        `${vendor} has ${tables}=${value ?? 'absent'}, and ${shadow ? 'N' : 'Y'} was asked for`,
      );
    return report;
  });
  return { release: debian === undefined ? release : `${release} (${debian})`, reports };
}
