import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../bin/keys/options.ts';

describe('the command line of npm run keys', () => {
  it('says what a key is to be good for, and where', () => {
    const line = 'create --name backup-host --scope record --source backup-* --expires 90d --stage prod';
    expect(parseCommand(line.split(' '))).toEqual({
      verb: 'create',
      stage: 'prod',
      name: 'backup-host',
      scopes: ['record'],
      sources: ['backup-*'],
      lifetime: 90 * 86_400,
    });
    const many = 'create --name x --scope record,read --scope people --scope read --source a,b --source c';
    expect(parseCommand(many.split(' '))).toMatchObject({
      scopes: ['record', 'read', 'people'],
      sources: ['a', 'b', 'c'],
      lifetime: undefined,
    });
    expect(parseCommand(['create', '--name', 'x', '--scope', 'read'])).not.toHaveProperty('sources');
  });

  it('says how long keys before stay good, otherwise a day', () => {
    expect(parseCommand(['rotate', '--name', 'x'])).toMatchObject({ verb: 'rotate', overlap: 86_400 });
    expect(parseCommand(['rotate', '--name', 'x', '--overlap', '30m'])).toMatchObject({ overlap: 1800 });
    expect(parseCommand(['revoke', '--name', 'x'])).toEqual({ verb: 'revoke', stage: undefined, name: 'x' });
    expect(parseCommand(['list', '--stage', 'prod'])).toEqual({ verb: 'list', stage: 'prod' });
  });

  it.each([
    ['', 'A verb is missing'],
    ['erase', "Unknown verb 'erase'"],
    ['toString', "Unknown verb 'toString'"],
    ['create --scope read', '--name is missing'],
    ['create --name x', '--scope is missing'],
    ['create --name a/b --scope read', "--name is 'a/b'; it must be 1 to 64 of A-Z a-z 0-9 . _ -"],
    ['create --name x --scope all', "--scope is 'all'; it must be one of record, read, people"],
    ['create --name x --scope read --source a(b', "--source is 'a(b'; it must be 1 to 64 of"],
    ['create --name x --scope read --expires 90', "--expires is '90'; it must be such as 30m, 12h or 90d"],
    ['create --name x --scope read --expires 0x1d', "--expires is '0x1d'; it must be"],
    ['rotate --name x --scope read', "rotate takes no 'scope'"],
    ['list --name x', "list takes no 'name'"],
    ['list everything', "list takes no 'everything'"],
    ['list --key x', "Unknown option '--key'"],
  ])('is refused, with what is wrong: %s', (line, message) => {
    expect(() => parseCommand(line.split(' ').filter(Boolean))).toThrow(message);
  });
});
