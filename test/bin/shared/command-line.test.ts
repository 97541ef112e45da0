import { describe, expect, it } from 'vitest';
import { cdkArguments, parseCommandLine, synthArguments } from '../../../bin/shared/command-line.ts';

function synthOf(...args: string[]): string {
  return synthArguments(parseCommandLine(args)).join(' ');
}

function cdkOf(...args: string[]): string {
  return cdkArguments(parseCommandLine(args)).join(' ');
}

const SYNTH = 'synth --quiet --output=cdk.out --no-notices --no-version-reporting';
const APP = '--app=cdk.out --no-notices --no-version-reporting';

describe('The command line', () => {
  it('synthesises the poc stage, quietly', () => {
    expect(synthOf('synth')).toBe(`${SYNTH} --context=stage=poc`);
  });

  it('synthesises the stage that is named, by each way to name it, the last one if there are several', () => {
    const prod = `${SYNTH} --context=stage=prod`;
    expect(synthOf('deploy', '-c', 'stage=prod')).toBe(prod);
    expect(synthOf('deploy', '-cstage=prod')).toBe(prod);
    expect(synthOf('deploy', '--context', 'stage=poc', '--context=stage=prod')).toBe(prod);
    expect(parseCommandLine(['deploy', '-c', 'stage=prod']).stage).toBe('prod');
  });

  it('passes on other context values, with what stands after their first equals sign', () => {
    expect(synthOf('synth', '-c', 'a=b=c')).toBe(`${SYNTH} --context=stage=poc --context=a=b=c`);
  });

  it('plans by a comparison that only reads, of what was synthesised', () => {
    expect(cdkOf('plan')).toBe(`diff ${APP} --method=template`);
  });

  it.each(['--method=change-set', '--change-set', '--no-change-set', '--template=x'])(
    'plans by another comparison with %s',
    (option) => {
      expect(cdkOf('plan', option)).toBe(`diff ${APP} ${option}`);
    },
  );

  it('deploys all stacks without a question, and has the outputs written', () => {
    expect(cdkOf('deploy')).toBe(`deploy ${APP} --all --require-approval=never --outputs-file=cdk.out/outputs.json`);
  });

  it('leaves questions to cdk where they are wanted', () => {
    const options = '--require-approval=broadening';
    expect(cdkOf('deploy', '--require-approval', 'broadening')).toBe(
      `deploy ${APP} --all --outputs-file=cdk.out/outputs.json ${options}`,
    );
  });

  it('destroys all stacks; whoever is asked is asked before', () => {
    expect(cdkOf('destroy', '-y')).toBe(`destroy ${APP} --all --force -y`);
    expect(parseCommandLine(['destroy', '-y']).yes).toBe(true);
    expect(parseCommandLine(['destroy', '--force']).yes).toBe(false);
  });

  it('takes a folder of templates as it is, but nothing to run, and not for a synthesis', () => {
    expect(cdkOf('deploy', '--app', 'release/prod')).toContain('deploy --app=release/prod ');
    expect(cdkOf('deploy', '-a', 'x')).toMatch(/--outputs-file=x[/\\]outputs\.json$/);
    expect([parseCommandLine(['deploy', '--app=x']).isKept, parseCommandLine(['deploy']).isKept]).toEqual([
      true,
      false,
    ]);
    expect(() => parseCommandLine(['synth', '--app=x'])).toThrow("Unknown option '--app'");
    expect(() => parseCommandLine(['deploy', '--app=x', '--output=y'])).toThrow(
      '--app and --output exclude each other',
    );
  });

  it('reads the templates where it was told to write them', () => {
    const args = ['deploy', '-o', 'elsewhere', '-O', 'urls.json'];
    expect(synthOf(...args)).toContain('--output=elsewhere');
    expect(cdkOf(...args)).toContain('--app=elsewhere');
    expect(cdkOf(...args)).toContain('--outputs-file=urls.json');
    expect(parseCommandLine(['deploy', '-o', 'elsewhere']).outputsFile).toBe('elsewhere/outputs.json');
  });

  it('passes other options of cdk to where they belong', () => {
    const args = ['deploy', '--profile', 'me', '--strict', '--no-rollback', '-t', 'a=b', '--build=make', '-vv'];
    expect(synthOf(...args)).toBe(`${SYNTH} --context=stage=poc --strict --build=make -v -v`);
    expect(cdkOf(...args)).toMatch(/outputs\.json --profile=me --strict --no-rollback --tags=a=b -v -v$/);
    expect(parseCommandLine(args).profile).toBe('me');
  });

  it.each([
    [[], 'A verb is missing'],
    [['destory'], "Unknown verb 'destory'"],
    [['toString'], "Unknown verb 'toString'"],
    [['deploy', '--exclusvely'], "Unknown option '--exclusvely'"],
    [['synth', '--require-approval=never'], "Unknown option '--require-approval'"],
    [['deploy', 'rollcall-poc-api'], "Unexpected argument 'rollcall-poc-api'"],
    [['deploy', '--profile'], "Option '--profile <value>' argument missing"],
    [['synth', '-c', 'stage'], "-c takes KEY=VALUE, not 'stage'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ name: 'UsageError', message }));
  });
});
