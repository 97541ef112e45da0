/** Whether what runbooks tell people to type names things that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../lambda/api/app.ts';
import { createDeps } from '../lambda/api/deps.ts';
import { routes } from '../lambda/api/routes.ts';
import { StoreUnavailableError } from '../lambda/core/dynamo/errors.ts';
import { QUESTIONS } from '../lib/function/log-queries.ts';
import { createInvoker } from '../local/invoker.ts';
import packageJson from '../package.json' with { type: 'json' };
import albEvent from './fixtures/alb.json' with { type: 'json' };
import { alarmsOf } from './lib/alarms/template.ts';
import { STAGES } from './lib/requirements/expected.ts';
import { unreachableEnv } from './support/stores.ts';
import { synthesise, type Templates } from './support/synth.ts';

const FOLDER = new URL('../docs/runbooks/', import.meta.url);
const runbooks = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));

/** What Logs Insights understands by itself (CloudWatch user guide, "CloudWatch Logs Insights language query syntax"). */
const WORDS = new Set(['fields', 'filter', 'stats', 'sort', 'limit', 'by', 'and', 'or', 'asc', 'desc']);

/** What stands in the blocks of a language. */
function blocksOf(language: string): { name: string; block: string }[] {
  return runbooks.flatMap(({ name, text }) =>
    [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, block = '']) => ({ name, block })),
  );
}

let stages: Templates[];
beforeAll(async () => {
  const oidc = { issuer: 'https://login.example.com', clientId: 'x', allow: { sub: '*' }, scopes: ['read'] };
  const all = STAGES.map(({ stage }) => synthesise({}, stage));
  // No stage of cdk.json names an identity provider.
  stages = await Promise.all([...all, synthesise({ oidc }, 'staging')]);
});

describe('the runbooks', () => {
  it('say of each alarm what it means, how to confirm it, what to do and how to roll back', () => {
    const named = new Set(JSON.stringify(stages).match(/docs\/runbooks\/[a-z0-9-]+(?=\.md)/g));
    expect(named.size).toBeGreaterThan(8);
    for (const path of named) {
      const text = readFileSync(new URL(`../${path}.md`, import.meta.url), 'utf8');
      const parts = text.match(/^## .*/gm);
      expect(parts, path).toEqual(['## What it means', '## Confirm', '## Do', '## Roll back']);
    }
  });

  it('name each alarm that tells in the runbook that it names', () => {
    const alarms = stages.flatMap(({ api, edge }) => [
      ...Object.values(api.Resources),
      ...Object.values(edge.Resources),
    ]);
    const telling = alarms.filter(
      ({ Type, Properties }) => /Alarm$/.test(Type) && Properties?.AlarmActions !== undefined,
    );
    expect(telling.length).toBeGreaterThan(40);
    for (const { Properties: { AlarmName, AlarmDescription } = {} } of telling) {
      const [runbook = ''] = /[a-z0-9-]+\.md/.exec(String(AlarmDescription)) ?? [];
      const name = String(AlarmName).replace(/^rollcall-[a-z]+-(api|edge)-/, '');
      expect(runbooks.find((one) => one.name === runbook)?.text, `${AlarmName} in ${runbook}`).toContain(`\`${name}\``);
    }
  });

  it('are all in the list, and link to what exists', () => {
    const list = runbooks.find(({ name }) => name === 'README.md')?.text ?? '';
    for (const { name, text } of runbooks) {
      if (name !== 'README.md') expect(list).toContain(`](${name})`);
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)) {
        expect(existsSync(new URL(target, FOLDER)), `${name}: ${target}`).toBe(true);
      }
    }
  });

  it('ask for resources that are one in a stage', () => {
    const asked = [
      ...blocksOf('sh')
        .map(({ block }) => block)
        .join('\n')
        .matchAll(/resource (\w+) (\w+) (AWS::[\w:]+)/g),
    ];
    expect(asked.length).toBeGreaterThan(8);
    for (const [call, stack, start = '', type] of asked) {
      const counts = stages.map((templates) => {
        const template = Object.entries(templates).find(([name]) => name === stack)?.[1];
        expect(template, call).toBeDefined();
        const resources = Object.entries(template?.Resources ?? {});
        return resources.filter(([id, { Type }]) => Type === type && id.startsWith(start)).length;
      });
      expect(Math.max(...counts), call).toBe(1);
    }
  });

  it('name stacks, npm scripts and values of a stage that exist', () => {
    const cdkJson = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
    const values = JSON.stringify(cdkJson.context.stages);
    for (const { name, text } of runbooks) {
      for (const [call, script = ''] of text.matchAll(/npm run ([\w:]+)/g)) {
        expect(Object.keys(packageJson.scripts), `${name}: ${call}`).toContain(script);
      }
      for (const [call, stack = ''] of text.matchAll(/rollcall-(?:STAGE|\$STAGE)-([a-z]+)/g)) {
        expect(['network', 'data', 'api', 'edge', 'monitoring', 'delivery'], `${name}: ${call}`).toContain(stack);
      }
      for (const [call, section, value] of text.matchAll(/`(waf|cdn|throttle)\.(\w+)`/g)) {
        expect(values, `${name}: ${call}`).toMatch(new RegExp(`"${section}":\\{[^}]*"${value}"`));
      }
    }
  });
});

describe('docs/slo.md', () => {
  const slo = readFileSync(new URL('../docs/slo.md', import.meta.url), 'utf8');

  it.each(STAGES)('has each alarm of the stage $stage with its minutes, and what they cost', (expected) => {
    const { stage } = expected;
    const templates = stages[STAGES.indexOf(expected)];
    const alarms = templates ? alarmsOf(templates) : [];
    expect(alarms.length).toBeGreaterThan(15);
    for (const { name, description, actions } of alarms) {
      const [, minutes] = /Tells within (\d+) minutes/.exec(description) ?? [];
      if (actions.length === 0) continue;
      const row = new RegExp(
        `^\\|.*\`${name.replace(/^rollcall-[a-z]+-(api|edge)-/, '')}\`.*\\b${minutes} minutes`,
        'm',
      );
      expect(slo, name).toMatch(row);
    }
    const metrics = alarms.reduce((sum, alarm) => sum + (alarm.kind === 'metric' ? alarm.inputs.length : 0), 0);
    const composites = alarms.filter(({ kind }) => kind === 'composite').length;
    const keys = new Set(alarms.map(({ stack }) => stack)).size;
    const price = (metrics * 0.1 + composites * 0.5 + keys + 3).toFixed(2);
    expect(slo).toContain(`| \`${stage}\` | ${alarms.length} | ${metrics} | ${composites} | ${keys} | $${price} |`);
  });

  it('multiplies right', () => {
    const rows = [...slo.matchAll(/\| ([\d.]+(?: x [\d.]+)+) \| ([\d.]+)% \| (\d+) minutes/g)];
    expect(rows).toHaveLength(3);
    for (const [, factors = '', percent, minutes] of rows) {
      const product = factors.split(' x ').reduce((value, factor) => value * Number(factor), 1);
      expect((100 * product).toFixed(2)).toBe(percent);
      expect(Math.round((1 - product) * 30 * 1440)).toBe(Number(minutes));
    }
  });
});

describe('the queries of runbooks', () => {
  const lines: unknown[] = [];
  beforeAll(async () => {
    const log = (line: unknown) => lines.push(line);
    const deps = { ...createDeps(unreachableEnv()), log };
    const event = { ...albEvent, httpMethod: 'GET', path: '/ready', queryStringParameters: {}, body: '' };
    const failed = Object.assign(new Error('failed'), { $metadata: { requestId: 'of AWS' } });
    const check = () => Promise.reject(new StoreUnavailableError('gone', { cause: failed }));
    for (const checkTables of [deps.checkTables, check]) {
      const invoke = createInvoker({ handler: createApp({ ...deps, checkTables }) });
      expect(JSON.parse(await invoke(JSON.stringify(event))).statusCode).toBe(503);
    }
  });

  /** The paths to all values of a line, as Logs Insights names them. */
  function pathsOf(value: unknown, path: string): string[] {
    if (typeof value !== 'object' || value === null) return [path];
    const inside = Object.entries(value).flatMap(([key, inner]) =>
      pathsOf(inner, path === '' ? key : `${path}.${key}`),
    );
    return path === '' ? inside : [path, ...inside];
  }

  /** The fields that a query names: neither its words and functions, nor texts, spans of time and names of its own. */
  function fieldsOf(query: string): string[] {
    const bare = query.replaceAll(/"[^"]*"|\bas \w+|@\w+/g, '');
    const own = [...query.matchAll(/\bas (\w+)/g)].map(([, name]) => name);
    const names = [...bare.matchAll(/\b[a-z][\w.]*\b(?!\()/gi)].map(([name]) => name);
    return names.filter((name) => !WORDS.has(name) && !own.includes(name));
  }

  it('use fields that the function logs', () => {
    expect(lines.length).toBeGreaterThan(1);
    const logged = lines.flatMap((line) => pathsOf(line, ''));
    const queries = [...blocksOf('sql'), ...Object.values(QUESTIONS).map((block) => ({ block }))];
    const asked = queries.filter(({ block }) => /message = "request/.test(block));
    expect(asked.length).toBeGreaterThan(14);
    const used = new Set(asked.flatMap(({ block }) => fieldsOf(block)));
    expect(used.size).toBeGreaterThan(12);
    expect([...used].filter((field) => !logged.includes(field))).toEqual([]);
    expect(fieldsOf('filter mesage = "request" | stats count(*) as n by bin(5m), stauts | sort n desc')).toEqual([
      'mesage',
      'stauts',
    ]);
  });

  it('look for messages and routes that there are', () => {
    const text = JSON.stringify(lines);
    for (const { block } of blocksOf('sql')) {
      for (const [, message] of block.matchAll(/message = "([^"]+)"/g)) expect(text).toContain(`"${message}"`);
      for (const [, route] of block.matchAll(/route = "([^"]+)"/g)) {
        expect(routes.map(({ path }) => path)).toContain(route);
      }
    }
  });
});
