import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessLine, bytesOf, linesOf, metricsOf, PLATFORM_LINES } from '../../../bin/cost/log-lines.ts';
import { type KindName, type Measured, measure } from '../../../bin/cost/measure.ts';
import { measureWatch, type Tick } from '../../../bin/cost/measure-watch.ts';
import { billedMs, idleBill, monthOf, requestBill, totalOf } from '../../../bin/cost/model.ts';
import { parseCostOptions } from '../../../bin/cost/options.ts';
import { readShape, type Shape, type WatchShape } from '../../../bin/cost/shape.ts';
import { describeCost } from '../../../bin/cost/table.ts';
import { billedTickMs, measuredSources, tickOf, watchBill, watchCost } from '../../../bin/cost/watch-model.ts';
import { createStageApp } from '../../../bin/shared/stage-app.ts';
import type { StageConfig } from '../../../lib/config/read-stage.ts';

const NOTHING: Shape = {
  loadBalancers: 0,
  publicAddresses: 0,
  httpApis: 0,
  distributions: 0,
  acls: 0,
  aclRules: 0,
  natGateways: 0,
  interfaceEndpoints: 0,
  secrets: 0,
  keys: 0,
  alarmMetrics: 0,
  compositeAlarms: 0,
  dashboards: 0,
  memoryMb: 1769,
  maxReadUnits: 900,
  maxWriteUnits: 300,
  sampling: 0,
  platformLog: { bytes: 0, isInfrequent: false },
  accessLog: { bytes: 0, isInfrequent: false },
  watch: undefined,
};
const REQUEST: Measured = {
  requestBytes: 100,
  responseBytes: 400,
  cpuMs: 5,
  writeUnits: 2,
  readUnits: 0,
  storedBytes: 2 ** 30 / 1e6,
  lines: ['x'.repeat(174)],
};
const WATCH: WatchShape = { memoryMb: 512, timeoutSeconds: 55, alarmMetrics: 2 };
const TICK: Tick = { cpuMs: 100, ms: 200, waits: 10, readUnits: 800, writeUnits: 20, lines: ['x'.repeat(474)] };
const FUNCTION = { Type: 'AWS::Lambda::Function' };

describe('the options of npm run cost', () => {
  it('are numbers of requests, of sources and of notices, and a stage', () => {
    const args = ['--posts', '1e6', '--gets=100000', '--sources', '1e4', '--mails', '100', '--stage', 'prod'];
    const traffic = { posts: 1_000_000, gets: 100_000, sources: 10_000 };
    expect(parseCostOptions(args)).toEqual({ traffic, told: { mails: 100, webhooks: 0 }, stage: 'prod' });
    const nothing = { traffic: { posts: 0, gets: 0, sources: 0 }, told: { mails: 0, webhooks: 0 } };
    expect(parseCostOptions([])).toEqual({ ...nothing, stage: 'poc' });
  });

  it.each([
    [['--posts', 'many'], '--posts is "many"; it must be a whole number from 0 to 1e12, such as 1e6'],
    [['--gets=-1'], '--gets is "-1"; it must be'],
    [['--sources', '-1'], "Option '--sources' argument is ambiguous"],
    [['--sources=ten'], '--sources is "ten"; it must be'],
    [['--posts', '1.5'], '--posts is "1.5"; it must be'],
    [['--posts='], '--posts is ""; it must be'],
    [['--puts', '1'], "Unknown option '--puts'"],
    [['prod'], "Unexpected argument 'prod'"],
  ])('are refused with one line when they are %j', (args, line) => {
    expect(() => parseCostOptions(args)).toThrow(line);
  });
});

describe('the cost of a month', () => {
  it('is nothing when there is nothing, and that of the hours of what stands', () => {
    expect(totalOf(idleBill(NOTHING))).toBe(0);
    const shape = { ...NOTHING, loadBalancers: 1, publicAddresses: 2, acls: 1, aclRules: 5, secrets: 2, keys: 1 };
    expect(totalOf(idleBill(shape))).toBeCloseTo(730 * 0.0225 + 7.2 + 10 + 0.8 + 1, 6);
    const watched = { ...NOTHING, alarmMetrics: 29, compositeAlarms: 2, dashboards: 1, keys: 2 };
    expect(totalOf(idleBill(watched))).toBeCloseTo(8.9, 6); // As docs/slo.md has it.
    expect(totalOf(idleBill({ ...NOTHING, natGateways: 1, interfaceEndpoints: 2 }))).toBeCloseTo(730 * 0.065, 6);
  });

  it('is that of a million requests, by what each takes', () => {
    expect(billedMs(NOTHING, REQUEST)).toBe(10.5);
    expect(billedMs({ memoryMb: 1769 / 4 }, REQUEST)).toBe(25.5);
    const bill = requestBill({ ...NOTHING, httpApis: 1, distributions: 1, sampling: 0.05 }, REQUEST, 1e6);
    expect(Object.fromEntries(bill)).toEqual({
      'CloudFront requests': expect.closeTo(1),
      'CloudFront bytes': expect.closeTo(0.4 * 0.085 + 0.1 * 0.02),
      WAF: 0,
      'Bytes to the internet': 0,
      'HTTP API': expect.closeTo(1),
      'Load balancer': 0,
      'Lambda requests': expect.closeTo(0.2),
      'Lambda duration': expect.closeTo(1e6 * 0.0105 * (1769 / 1024) * 0.0000133334),
      'DynamoDB writes': expect.closeTo(1.25),
      'DynamoDB reads': 0,
      'DynamoDB storage, recovery': expect.closeTo(0.45),
      'Logs of the function': expect.closeTo(0.1),
      'Logs of Lambda itself': 0,
      'Logs of the HTTP API': 0,
      'X-Ray': expect.closeTo(0.25),
    });
  });

  it('is less when logs are seldom read, and counts the connections of a load balancer', () => {
    const logs = { bytes: 1000, isInfrequent: false };
    const of = (shape: Shape, service: string) => requestBill(shape, REQUEST, 1e6).get(service);
    expect(of({ ...NOTHING, accessLog: logs }, 'Logs of the HTTP API')).toBeCloseTo(0.5);
    const seldom = { ...logs, isInfrequent: true };
    expect(of({ ...NOTHING, accessLog: seldom }, 'Logs of the HTTP API')).toBeCloseTo(0.25);
    expect(of({ ...NOTHING, loadBalancers: 1 }, 'Load balancer')).toBeCloseTo((1e6 / 90_000) * 0.008);
    expect(of({ ...NOTHING, loadBalancers: 1 }, 'Bytes to the internet')).toBeCloseTo(0.4 * 0.09);
  });
});

describe('the cost of the watch', () => {
  it('is that of its ticks, one a minute, and of its alarms', () => {
    expect(billedTickMs(WATCH, TICK)).toBe(Math.ceil(100 / (512 / 1769) + 50));
    expect(billedTickMs({ memoryMb: 4096 }, TICK)).toBe(150);
    const bill = watchBill({ ...WATCH, memoryMb: 1769 }, TICK);
    expect(Object.fromEntries(bill)).toEqual({
      Scheduler: expect.closeTo(0.0438),
      'Lambda requests': expect.closeTo(0.00876),
      'Lambda duration': expect.closeTo(43_800 * 0.15 * (1769 / 1024) * 0.0000133334),
      'DynamoDB writes': expect.closeTo(43_800 * 20 * 6.25e-7),
      'DynamoDB reads': expect.closeTo(43_800 * 800 * 1.25e-7),
      'Logs of the function': expect.closeTo(0.0438 * 0.5 * 0.5),
    });
    expect(watchCost(WATCH, TICK)).toBeCloseTo(totalOf(watchBill(WATCH, TICK)) + 0.2, 6);
  });

  it('is reckoned for more sources than are measured: only what is written does not grow', () => {
    expect([10, 10_000, 1e6].map(measuredSources)).toEqual([10, 10_000, 10_000]);
    expect(tickOf(TICK, 10_000)).toEqual(TICK);
    expect(tickOf(TICK, 1e6)).toEqual({ ...TICK, cpuMs: 10_000, ms: 20_000, readUnits: 80_000 });
  });
});

describe('the lines of a log', () => {
  it('are counted as Lambda and CloudWatch write them', async () => {
    const lines = await linesOf(async () => {
      process.stdout.write('{"message":"request"}\n');
    });
    expect(lines).toEqual(['{"message":"request"}']);
    expect(bytesOf(['123', 'é'])).toBe(3 + 26 + 2 + 26);
    expect(accessLine('{"id":"$context.requestId","x":"$context.other"}')).toBe(
      '{"id":"JKJaXmPLvHcESHA=","x":"$context.other"}',
    );
  });

  it('make a custom metric for each set of dimensions', () => {
    const metric = (source: string) =>
      JSON.stringify({
        _aws: { CloudWatchMetrics: [{ Namespace: 'R', Dimensions: [['S'], []], Metrics: [{ Name: 'N' }] }] },
        S: source,
        N: 1,
      });
    expect(new Set(metricsOf([metric('a'), metric('a'), metric('b'), '{"level":"INFO"}'])).size).toBe(3);
  });
});

describe('what of a template costs money', () => {
  const shapeOf = (resources: object) => readShape([{ Resources: { ApiFunction1: FUNCTION, ...resources } }]);

  it('is what would be a surprise, too', () => {
    const interfaces = { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] };
    const shape = shapeOf({
      Nat: { Type: 'AWS::EC2::NatGateway' },
      Ip: { Type: 'AWS::EC2::EIP' },
      Logs: { Type: 'AWS::EC2::VPCEndpoint', Properties: interfaces },
      Free: { Type: 'AWS::EC2::VPCEndpoint', Properties: {} },
    });
    expect([shape.natGateways, shape.publicAddresses, shape.interfaceEndpoints]).toEqual([1, 1, 2]);
  });

  it('is less when Lambda logs only what fails, and says how much is traced', () => {
    const quiet = {
      ...FUNCTION,
      Properties: { LoggingConfig: { SystemLogLevel: 'WARN', LogGroup: { Ref: 'Group' } } },
    };
    const rule = { Type: 'AWS::XRay::SamplingRule', Properties: { SamplingRule: { FixedRate: 0.01 } } };
    const group = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupClass: 'INFREQUENT_ACCESS' } };
    expect(shapeOf({}).platformLog).toEqual({ bytes: bytesOf(PLATFORM_LINES), isInfrequent: false });
    const shape = shapeOf({ ApiFunction1: quiet, Rule: rule, Group: group });
    expect(shape).toMatchObject({ platformLog: { bytes: 0, isInfrequent: true }, sampling: 0.01 });
  });

  it('is the watch, with its alarms, if there is one', () => {
    expect(shapeOf({}).watch).toBeUndefined();
    const alarm = (AlarmName: string) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName } });
    const shape = shapeOf({
      WatchFunction1: { ...FUNCTION, Properties: { MemorySize: 512, Timeout: 55 } },
      One: alarm('rollcall-poc-api-watch-late'),
      Other: alarm('rollcall-poc-api-outbox-late'),
      Third: alarm('rollcall-poc-api-lambda-errors'),
    });
    expect(shape.watch).toEqual(WATCH);
    expect(shape.alarmMetrics).toBe(3);
  });

  it('needs a function', () => {
    expect(() => readShape([{ Resources: {} }])).toThrow('no function that answers requests');
  });
});

describe('the cost of the stage serverless', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  const environment = { ...process.env };
  let config: StageConfig;
  let shape: Shape;
  let measured: Readonly<Record<KindName, Measured>>;
  beforeAll(async () => {
    const stage = await createStageApp('serverless', folder);
    config = stage.config;
    shape = readShape(stage.app.synth().stacks.map(({ template }) => template));
    measured = await measure(stage.bundle, config, 20);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
  });

  it('is that of what it consists of: no NAT gateway, no interface endpoint, nothing by the hour', () => {
    expect(shape).toMatchObject({ httpApis: 1, distributions: 1, secrets: 2, keys: 2, memoryMb: 256 });
    const { natGateways, interfaceEndpoints, loadBalancers, publicAddresses, acls } = shape;
    expect([natGateways, interfaceEndpoints, loadBalancers, publicAddresses, acls]).toEqual([0, 0, 0, 0, 0]);
    expect(shape.accessLog.bytes).toBeGreaterThan(100);
  });

  it('is that of what one request takes', () => {
    expect(measured.post).toMatchObject({ writeUnits: 1, readUnits: 0 });
    expect(measured.postWithSource).toMatchObject({ writeUnits: 2, readUnits: 0 });
    // A page of 100 small records: of each of the 4 shards 36, of about 200 bytes each, or of one or two some more.
    expect(measured.get).toMatchObject({ writeUnits: 0, storedBytes: 0 });
    expect(measured.get.readUnits).toBeGreaterThanOrEqual(8);
    expect(measured.get.readUnits).toBeLessThanOrEqual(10);
    // About 1 MB, whatever is asked for.
    expect(measured.dearestGet.readUnits).toBeGreaterThan(200);
    expect(measured.dearestGet.readUnits).toBeLessThanOrEqual(350);
    expect(measured.get.responseBytes).toBeGreaterThan(10_000);
    for (const { lines, cpuMs } of Object.values(measured)) {
      expect(lines.map((line) => JSON.parse(line).message)).toEqual(['request']);
      expect(cpuMs).toBeGreaterThan(0);
    }
  });

  it('is at most $3.50 for a million POST /app, with its line of the log that counts it and 5% traces', () => {
    expect(shape).toMatchObject({ sampling: 0.05, platformLog: { bytes: 0 }, accessLog: { isInfrequent: true } });
    expect(metricsOf(measured.post.lines)).toEqual([expect.stringContaining('"Timestamps"')]);
    // The processor time of a busy machine that has just begun is no measure.
    expect(totalOf(requestBill(shape, { ...measured.post, cpuMs: 1 }, 1e6))).toBeLessThanOrEqual(3.5);
  });

  it('is less than $0.50 more with a watch of 10 sources that answer each minute, and $10 with one of 10,000', async () => {
    if (shape.watch === undefined) throw new Error('nobody watches');
    expect(shape.watch).toEqual(WATCH);
    // The processor time of a busy machine is no measure: ten times what a tick took on an idle one, and twice.
    const ten = await measureWatch(config, 10, 1);
    expect(ten).toMatchObject({ writeUnits: 3, lines: [expect.stringContaining('"message":"tick"')] });
    expect(watchCost(shape.watch, { ...ten, cpuMs: 30 })).toBeLessThan(0.5);
    // A fifth of 10,000, so that it takes seconds: no more than five times as much is read of all of them.
    const fifth = await measureWatch(config, 2_000, 1);
    expect(fifth.readUnits).toBeGreaterThan(100);
    // It is as much as was said of it: docs/scale.md.
    expect(fifth.readUnits).toBeLessThan(200);
    expect(fifth.writeUnits).toBeLessThan(20);
    const many = { ...fifth, readUnits: 5 * fifth.readUnits, writeUnits: 20, cpuMs: 1000 };
    expect(watchCost(shape.watch, many)).toBeLessThan(10);
  }, 120_000);

  it('is printed with what was measured and what was assumed', () => {
    const traffic = { posts: 1e6, gets: 1e5, sources: 1e6 };
    const month = monthOf(shape, measured, traffic);
    const tick = { ...TICK, cpuMs: 50_000 };
    const text = describeCost({ config, traffic, shape, measured, month, tick });
    expect(text).toMatch(/^Stage serverless, a month in dollars: prices of us-east-1, 2026-11\n/);
    expect(text).toMatch(/^Service +When idle +1M POST +100K GET +Watch +Together$/m);
    expect(text).toMatch(/^HTTP API +0\.00 +1\.00 +0\.10 +0\.00 +1\.10$/m);
    expect(text).toMatch(/^Scheduler +0\.00 +0\.00 +0\.00 +0\.04 +0\.04$/m);
    expect(text).toMatch(/^Together +10\.80 +3\.\d\d +0\.\d\d +\d+\.\d\d +\d+\.\d\d$/m);
    expect(text).toContain('The watch of 1,000,000 sources that answer each minute, its 2 alarms in it:');
    expect(text).toContain('a tick, reckoned from one of 10,000: 800.0 read units, 20.0 write units, 500 logged');
    expect(text).toContain('It would not end within 55 s');
    expect(text).not.toContain('Load balancer');
    // 300 units a second, and 100, of three tables and two indexes.
    expect(text).toMatch(/^ +DynamoDB reads +492\.75$/m);
    expect(text).toMatch(/^ +DynamoDB writes +821\.25$/m);
    expect(text).toContain('The stage is in eu-west-1, where they differ.');
    expect(text).toContain('5% are traced');
  });

  it('is printed without the watch where there is none', () => {
    const traffic = { posts: 0, gets: 0, sources: 0 };
    const unwatched = { ...shape, watch: undefined };
    const month = monthOf(unwatched, measured, traffic);
    const text = describeCost({ config, traffic, shape: unwatched, measured, month });
    expect(text).toMatch(/^Service +When idle +0 POST +0 GET +Together$/m);
    expect(text).not.toContain('watch');
  });
});
