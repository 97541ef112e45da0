// Each npm script begins with this, on whatever Node the machine has, and so in plain JavaScript: installs what the lock
// file names, unless that is what node_modules holds already. Not a script `pre...`: with ignore-scripts, npm runs none.
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} Package */

/** @param {string} file @returns {Record<string, Package>} the packages of a lock file by path; none if it is missing */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(new URL(file, root), 'utf8')).packages;
  } catch {
    return {};
  }
}

function isInstalled() {
  const { '': _, ...wanted } = packagesOf('package-lock.json');
  // npm keeps here what it installed last.
  const installed = packagesOf('node_modules/.package-lock.json');
  const missing = Object.entries(wanted).some(([path, { version, integrity, optional, devOptional }]) => {
    const there = installed[path];
    // Packages for other systems are optional, and absent.
    if (!there) return !optional && !devOptional;
    return there.version !== version || there.integrity !== integrity;
  });
  return !missing && Object.keys(installed).every((path) => path in wanted);
}

/** What a machine's or a user's settings of npm may say otherwise, and must not here. */
const FLAGS = [
  // NODE_ENV=production and omit leave out what runs the server, too.
  ...['--include=dev', '--include=optional'],
  // The packages run on the Node that is one of them.
  '--engine-strict=false',
  ...['--global=false', '--dry-run=false', '--package-lock=true', '--package-lock-only=false'],
  ...['--bin-links=true', '--install-links=false', '--install-strategy=hoisted'],
  ...['--no-audit', '--no-fund', '--loglevel=error'],
];

/** @param {string[]} args @returns {boolean} whether npm did it */
function npm(...args) {
  const path = process.env.npm_execpath;
  const [command, ...first] = path ? [process.execPath, path] : ['npm'];
  const { status } = spawnSync(command, [...first, ...args, ...FLAGS], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 2, 2],
  });
  return status === 0;
}

/** @param {string} path @returns {string} */
const pathOf = (path) => fileURLToPath(new URL(path, root));
const NODE = pathOf('node_modules/node/bin/node');
const NODE_LINK = pathOf('node_modules/.bin/node');

/**
 * The package `node` has its program placed by a script of its own, and some users let packages run none. Then the same
 * is done here: the program is in another package, which differs by the machine.
 *
 * @param {string} version @returns {boolean} whether it is there now
 */
function placeNode(version) {
  const { platform, arch } = process;
  const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`;
  const folder = pathOf('node_modules/.node');
  mkdirSync(folder, { recursive: true });
  const got = npm('install', `${name}@${version}`, '--ignore-scripts', '--no-save', `--prefix=${folder}`);
  const program = `${folder}/node_modules/${name}/bin/node`;
  if (!got || !existsSync(program)) return false;
  mkdirSync(dirname(NODE), { recursive: true });
  linkSync(program, NODE);
  rmSync(NODE_LINK, { force: true });
  symlinkSync('../node/bin/node', NODE_LINK);
  rmSync(folder, { recursive: true });
  return true;
}

/** @returns {boolean} whether the Node of the machine runs TypeScript by itself (nodejs.org, release notes of 22.18) */
function runsTypeScript() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}

if (!isInstalled()) {
  console.error('Installing what package-lock.json names; this takes a moment the first time.');
  // What some packages would compile in scripts of theirs, nothing here uses.
  if (!npm('ci', '--ignore-scripts')) {
    console.error('npm ci failed: see above.');
    process.exit(1);
  }
}
const version = packagesOf('package-lock.json')['node_modules/node']?.version;
if (version !== undefined && !existsSync(NODE) && !placeNode(version) && !runsTypeScript()) {
  console.error(`Node ${version} could not be installed, and ${process.version} runs no TypeScript: install Node 24.`);
  process.exit(1);
}
