// Runs before the other npm scripts, on whatever Node the machine has, and so in plain JavaScript: installs what the
// lock file names, unless that is what node_modules holds already.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

if (!isInstalled()) {
  console.error('Installing what package-lock.json names; this takes a moment the first time.');
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm'];
  const { status } = spawnSync(command, [...first, ...flags], { cwd: fileURLToPath(root), stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error('npm ci failed: see above.');
    process.exit(1);
  }
}
