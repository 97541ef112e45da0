import { describe, expect, it } from 'vitest';
import { parseEraseOptions } from '../../../bin/erase/options.ts';
import { describeRemains } from '../../../bin/erase/remains.ts';
import { subjectOf } from '../../../bin/records/subject.ts';
import { readStageConfig } from '../../../bin/shared/open-tables.ts';

describe('the command line of npm run erase', () => {
  it('names one subject', () => {
    expect(parseEraseOptions(['--source', 'door', '--dry-run', '--stage', 'prod'])).toEqual({
      subject: { kind: 'source', name: 'door', spellings: ['door'] },
      stage: 'prod',
      isDry: true,
      yes: false,
    });
    expect(parseEraseOptions(['--address', '2001:DB8::1', '--yes']).subject.spellings).toEqual([
      '2001:DB8::1',
      '2001:db8::1',
      '2001:db8:0:0:0:0:0:1',
      '2001:0db8:0000:0000:0000:0000:0000:0001',
    ]);
    expect(parseEraseOptions(['--address', '203.0.113.7']).subject.spellings).toEqual(['203.0.113.7']);
  });

  it.each([
    ['', 'None of --source, --person, --address is given; it takes one'],
    ['--source a --person b', 'More than one of --source, --person, --address is given'],
    ['--source=', '--source is empty'],
    ['--source a --yes --dry-run', '--dry-run and --yes are both given'],
    ['--source a b', "Unexpected argument 'b'"],
    ['--all', "Unknown option '--all'"],
  ])('is refused, with what is wrong: %s', (line, message) => {
    expect(() => parseEraseOptions(line.split(' ').filter(Boolean))).toThrow(message);
  });
});

describe('what remains of a subject', () => {
  const now = Date.UTC(2026, 0, 1);

  it('has a day for each thing of a stage, by the values of the stage', () => {
    const lines = describeRemains(subjectOf('source', 'door'), readStageConfig('prod'), now, true).join('\n');
    expect(lines).toContain('Point-in-time recovery, from which a table can be restored as it was: until 2026-02-05.');
    expect(lines).toMatch(/Access logs of the load balancer and of CloudFront.*: until 2026-04-01/);
    expect(lines).toMatch(/Logs of the functions.*: until 2026-04-01/);
    expect(lines).toContain('mails that were sent');
    expect(lines).not.toContain('vault');
    const backedUp = { ...readStageConfig('prod'), backupDays: 90 };
    const more = describeRemains(subjectOf('source', 'door'), backedUp, now, true);
    expect(more).toContain('Backups in the vault of AWS Backup: until 2026-04-01.');
    expect(lines).toContain('Notices that were composed, with the names of sources: until 2026-04-01.');
    expect(lines).not.toContain('npm run keys');
    const unwatched = describeRemains(subjectOf('source', 'door'), readStageConfig('prod'), now, false).join('\n');
    const address = describeRemains(subjectOf('address', '192.0.2.1'), readStageConfig('prod'), now, true).join('\n');
    expect(unwatched + address).not.toMatch(/Notices that were composed|tick of the watch/);
  });

  it('of somebody has keys of that name; of this machine it has what somebody copied', () => {
    const lines = describeRemains(subjectOf('person', 'anna'), undefined, now, false).join('\n');
    expect(lines).toContain('npm run keys -- revoke --name anna');
    expect(lines).toContain('backups of the folder');
    expect(lines).not.toContain('2026');
  });
});
