/** `npm run bench:data`: how fast records go in and out of the embedded store, and what the exporting process holds. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createWriteStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { lineOf } from '../../../bin/records/record-text.ts';
import { recordOf } from '../../../lambda/core/timestamps/record.ts';
import { createIdSource } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { readArguments, refuse } from '../../../local/usage.ts';

const USAGE = `Usage: npm run bench:data [-- RECORDS]
Imports so many records (1000000) into an embedded store, exports them, and ends with 1 if that is too slow or too large.`;
/** What is promised: records a second, and MB. */
const GOALS = { import: 2000, export: 20_000, megabytes: 200 };
const FLAGS = ['--max-old-space-size=96', '--max-semi-space-size=4'];
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const count = Number(positionals[0] ?? 1_000_000);
if (!Number.isInteger(count) || count < 1) refuse(`RECORDS is ${positionals[0]}; it must be a whole number`, USAGE);

const folder = mkdtempSync(join(tmpdir(), 'rollcall-data-'));
const given = join(folder, 'given.ndjson');
const got = join(folder, 'got.ndjson');

/** Records as they are in most logs: one a second, of some sources. */
function* lines() {
  let micros = Date.UTC(2026, 0, 1) * 1000;
  const nextId = createIdSource({ shards: 4, now: () => (micros += 1_000_000) });
  for (let index = 0; index < count; index++) {
    const fields = {
      source: `host-${index % 50}`,
      note: 'nightly run finished',
      clientIp: '203.0.113.7',
      protocol: 'https',
    };
    yield lineOf('ndjson', recordOf(nextId(), { ...fields, requestId: '00000000-0000-4000-8000-000000000000' }));
  }
}

interface Measured {
  readonly perSecond: number;
  /** The most memory that the process has held, in MB; 0 where the system does not say. */
  readonly megabytes: number;
}

async function measure(script: string, args: readonly string[], output: number | 'ignore'): Promise<Measured> {
  const begun = performance.now();
  // As package.json calls them.
  const child = spawn(process.execPath, [...FLAGS, join(ROOT, script), ...args], {
    env: { ...process.env, DATA_DIR: join(folder, 'store') },
    stdio: ['ignore', output, 'inherit'],
  });
  let megabytes = 0;
  const look = setInterval(() => {
    megabytes = Math.max(megabytes, peakOf(child.pid));
  }, 50);
  const [code] = await once(child, 'close');
  clearInterval(look);
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
  return { perSecond: (count / (performance.now() - begun)) * 1000, megabytes };
}

/** The high-water mark of a process (proc(5), VmHWM). */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

try {
  await pipeline(lines(), createWriteStream(given));
  const imported = await measure('bin/import/main.ts', [given], 'ignore');
  const file = openSync(got, 'w');
  const exported = await measure('bin/export/main.ts', [], file);
  closeSync(file);
  const isSame = readFileSync(given).equals(readFileSync(got));
  const rows = [
    [`import, records a second (at least ${GOALS.import})`, imported.perSecond, imported.perSecond >= GOALS.import],
    [`export, records a second (at least ${GOALS.export})`, exported.perSecond, exported.perSecond >= GOALS.export],
    [`export, MB held (at most ${GOALS.megabytes})`, exported.megabytes, exported.megabytes <= GOALS.megabytes],
  ] as const;
  for (const [what, value, reached] of rows) console.log(`${reached ? 'pass' : 'FAIL'}  ${what}: ${Math.round(value)}`);
  console.log(
    `${isSame ? 'pass' : 'FAIL'}  the same bytes come out: ${count} records; import held ${Math.round(imported.megabytes)} MB`,
  );
  if (!isSame || rows.some(([, , reached]) => !reached)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
