import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dropBlankVariables, forgetAws } from '../../local/forget-aws.ts';

describe('a process that uses no AWS', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
  });
  afterEach(() => vi.unstubAllEnvs());

  const known = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')));
  const FILES = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const KEYS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

  it('knows nothing of it but credentials, of which any will do', () => {
    forgetAws();
    expect(known()).toEqual({ ...FILES, ...KEYS });
  });

  it('keeps what it is told to, but no half of a pair of keys', () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'mine');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    forgetAws(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    expect(known()).toMatchObject({
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'mine',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    forgetAws(['AWS_ACCESS_KEY_ID']);
    expect(known()).toEqual({ ...FILES, ...KEYS });
  });

  it('has no blank variables', () => {
    vi.stubEnv('AWS_PROFILE', '');
    vi.stubEnv('TIMESTAMPS_TABLE', ' ');
    vi.stubEnv('PEOPLE_TABLE', ' P ');
    dropBlankVariables();
    expect(process.env).not.toHaveProperty('AWS_PROFILE');
    expect(process.env).not.toHaveProperty('TIMESTAMPS_TABLE');
    expect(process.env.PEOPLE_TABLE).toBe(' P ');
  });
});
