/**
 * `npm run smoke -- --url URL`: uses a deployment, says what it does, and ends with 1 and what differs if anything does.
 * `--outputs FILE` takes the URL from what a deployment has written; `--release VERSION` also wants that version. A stage
 * that asks for keys wants one: `--key KEY`, or ROLLCALL_KEY in the environment, which other users of the machine do not see.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../local/error-message.ts';
import { readArguments } from '../../local/usage.ts';
import { type Outputs, urlOf } from '../shared/outputs.ts';
import { smoke } from './steps.ts';

const USAGE = 'Usage: npm run smoke -- (--url URL | --outputs FILE) [--release VERSION] [--key KEY]';

const { values } = readArguments(USAGE, {
  options: {
    url: { type: 'string' },
    outputs: { type: 'string' },
    release: { type: 'string' },
    key: { type: 'string' },
  },
});
try {
  const url = readUrl(values.url, values.outputs);
  // A tag of git is the version with a v in front.
  const version = values.release?.replace(/^v/, '');
  // Of a stage that is open, a workflow has an empty one.
  const key = (values.key ?? process.env.ROLLCALL_KEY) || undefined;
  console.log(`Smoke test of ${url.origin}`);
  const outcomes = await smoke({ url, version, key }, console.log, pause);
  const failed = outcomes.filter(({ differences }) => differences.length > 0);
  console.log(failed.length === 0 ? 'All is as it should be.' : `${failed.length} of ${outcomes.length} steps failed.`);
  if (failed.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(`${messageOf(error)}\n${USAGE}`);
  process.exitCode = 2;
}

function readUrl(url: string | undefined, file: string | undefined): URL {
  if ((url === undefined) === (file === undefined)) throw new Error('One of --url and --outputs is needed.');
  const text = file === undefined ? url : urlOf(readOutputs(file));
  const parsed = URL.parse(text ?? '');
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new Error(`The address is ${text ?? 'missing'}; it must begin with https:// or http://.`);
  }
  return parsed;
}

function readOutputs(file: string): Outputs {
  return JSON.parse(readFileSync(file, 'utf8'));
}
