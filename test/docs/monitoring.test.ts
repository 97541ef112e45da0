import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GAUGES } from '../../lambda/api/monitoring/openmetrics.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const namesIn = (text: string) => new Set(text.match(/\brollcall_[a-z_]+/g));

describe('what is given for other tools', () => {
  const dashboard = JSON.parse(read('grafana/rollcall.json'));
  const rules = parse(read('prometheus/rules.yml'));

  it('is a dashboard of Grafana that uses the gauges that there are, and no others', () => {
    const expressions = dashboard.panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
      targets.map(({ expr }) => expr),
    );
    expect(expressions.length).toBeGreaterThan(5);
    const used = namesIn(expressions.join(' '));
    const shown = new Set(Object.keys(GAUGES).filter((name) => !/standing$|left_out$/.test(name)));
    expect(used).toEqual(shown);
  });

  it('is a set of rules for Prometheus with gauges that there are', () => {
    const expressions = rules.groups.flatMap(({ rules: all }: { rules: { expr: string }[] }) =>
      all.map(({ expr }) => expr),
    );
    for (const name of namesIn(expressions.join(' '))) expect(Object.keys(GAUGES)).toContain(name);
    expect(expressions.length).toBeGreaterThan(3);
  });

  it('is a dashboard for CloudWatch that asks for what the function counts', () => {
    const log = readFileSync(new URL('../../lambda/core/observe/log.ts', import.meta.url), 'utf8');
    const { panels } = JSON.parse(read('grafana/rollcall-cloudwatch.json'));
    const targets = panels.flatMap(({ targets: all }: { targets: { metricName: string; namespace: string }[] }) => all);
    for (const { metricName, namespace } of targets) {
      expect([namespace, log.includes(`'${metricName}'`)]).toEqual(['Rollcall', true]);
    }
  });
});
