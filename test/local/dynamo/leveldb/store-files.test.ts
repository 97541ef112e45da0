import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStoreFiles, type StoreFiles } from '../../../../local/dynamo/leveldb/store-files.ts';

/** Small, so that there are several tables, some of them rewritten, and a log of several blocks. */
const SMALL = { writeBufferSize: 64 * 1024 };
const parent = mkdtempSync(join(tmpdir(), 'rollcall-'));
const sound = join(parent, 'sound');
const copy = join(parent, 'copy');
let written: Map<string, string>;

beforeAll(async () => {
  const db = new ClassicLevel(sound, SMALL);
  for (let at = 0; at < 4000; at++) await db.put(`key ${(at * 7) % 3001}`, `${at} ${'value '.repeat(at % 20)}`);
  // Some of them again, in other files: has tables only, and a new log, in which the rest finds room.
  await db.compactRange('', '~');
  for (let at = 0; at < 40; at++) await db.put(`new ${at}`, 'value '.repeat(at));
  for (let at = 0; at < 100; at++) await db.del(`key ${at}`);
  await db.put('large', 'x'.repeat(34_000));
  written = new Map(await db.iterator().all());
  await db.close();
});
afterAll(() => rmSync(parent, { recursive: true }));

/** Of each key the newest write, unless it deletes the key. */
function newest({ entries }: StoreFiles): Map<string, string> {
  const found = new Map<string, { sequence: bigint; value: Buffer | undefined }>();
  for (const { key, sequence, value } of entries()) {
    const before = found.get(key.toString());
    if (before === undefined || before.sequence < sequence) found.set(key.toString(), { sequence, value });
  }
  return new Map([...found].flatMap(([key, { value }]) => (value ? [[key, value.toString()]] : [])));
}

function fileOf(ending: RegExp): string {
  const sizes = readdirSync(sound).filter((file) => ending.test(file));
  return sizes.toSorted((a, b) => readFileSync(join(sound, b)).length - readFileSync(join(sound, a)).length)[0] ?? '';
}

function damagedCopy(file: string, spoil: (bytes: Buffer) => void): StoreFiles {
  rmSync(copy, { recursive: true, force: true });
  cpSync(sound, copy, { recursive: true });
  const bytes = readFileSync(join(copy, file));
  spoil(bytes);
  writeFileSync(join(copy, file), bytes);
  return readStoreFiles(copy);
}

describe('the files of LevelDB', () => {
  it('are read as LevelDB reads them', () => {
    const files = readStoreFiles(sound);
    expect(readdirSync(sound).filter((file) => file.endsWith('.ldb')).length).toBeGreaterThan(0);
    expect(files.damage).toEqual([]);
    expect(newest(files)).toEqual(written);
  });

  it('are none in an empty folder, which is sound', () => {
    const empty = mkdtempSync(join(parent, 'empty-'));
    const files = readStoreFiles(empty);
    expect([files.damage, [...files.entries()]]).toEqual([[], []]);
  });

  it.each([
    ['the log', /\.log$/],
    ['a table', /\.ldb$/],
    ['the manifest', /^MANIFEST-/],
  ])('say so when any byte of %s is another, or hold what they held', (_, ending) => {
    const file = fileOf(ending);
    const length = readFileSync(join(sound, file)).length;
    fc.assert(
      fc.property(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const files = damagedCopy(file, (bytes) => {
          bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        });
        if (files.damage.length === 0) expect(newest(files)).toEqual(written);
        else expect(files.damage).toEqual([{ file, problem: expect.stringMatching(/damaged/) }]);
      }),
      {
        numRuns: 60,
        examples: [
          [length - 1, 1],
          [0, 255],
          [4, 64],
          [5, 64],
        ],
      },
    );
  });

  it('lose of a log one write for one damaged byte, and say that it is one', () => {
    const file = fileOf(/\.log$/);
    const { damage, ...files } = damagedCopy(file, (bytes) => bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200));
    expect(damage).toEqual([
      { file, problem: expect.stringMatching(/^is damaged from byte \d+ to \d+: 1 write stood there$/) },
    ]);
    expect(written.size - newest({ damage, ...files }).size).toBeLessThanOrEqual(1);
  });

  it('are sound when a log was cut off in its last write, which nobody was told of', () => {
    const file = fileOf(/\.log$/);
    damagedCopy(file, () => {});
    truncateSync(join(copy, file), readFileSync(join(copy, file)).length - 10);
    expect(readStoreFiles(copy).damage).toEqual([]);
  });

  it('are looked for in a table whose list of blocks is damaged', () => {
    const file = fileOf(/\.ldb$/);
    const files = damagedCopy(file, (bytes) =>
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 60) ^ 1, bytes.length - 60),
    );
    expect(files.damage).toHaveLength(1);
    expect(newest(files)).toEqual(written);
  });

  it.each(['.ldb', '.log', 'CURRENT', 'MANIFEST'])('say so when one (%s) is missing', (part) => {
    const file = fileOf(new RegExp(`${part.replace('.', '\\.')}`));
    damagedCopy(file, () => {});
    rmSync(join(copy, file));
    expect(readStoreFiles(copy).damage).toEqual([
      { file: part === 'MANIFEST' ? 'CURRENT' : file, problem: expect.stringMatching(/missing|names no manifest/) },
    ]);
  });

  it('say so when a table is shorter than it was', () => {
    const file = fileOf(/\.ldb$/);
    damagedCopy(file, () => {});
    truncateSync(join(copy, file), 5000);
    expect(readStoreFiles(copy).damage[0]).toEqual({ file, problem: expect.stringMatching(/^has 5000 bytes of \d+$/) });
  });
});
