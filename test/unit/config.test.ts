import { describe, expect, it } from 'vitest';
import { ConfigurationError, readConfig } from '../../src/server/config.ts';

/** The mistakes that an environment has, one string each. */
function mistakes(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
}

const POSTGRES = 'postgres://parkgate:hunter2@db.example/parkgate';
const APP_SECRET = 'thirty-two characters at the least';
const SMTP_URL = 'smtps://gate:hunter2@mail.example';
/** PostgreSQL with what belongs to it. */
const SERVICE = { DATABASE_URL: POSTGRES, APP_SECRET, SMTP_URL };

describe('without any variable', () => {
  it('the gateway serves the demo world on this machine, from an embedded database', () => {
    expect(readConfig({})).toEqual({
      port: 4000,
      host: '127.0.0.1',
      database: { kind: 'pglite', directory: './data' },
      demoData: true,
      admin: null,
      publicUrl: 'http://127.0.0.1:4000',
      appSecret: null,
      smtpUrl: null,
      mailFrom: { name: 'Parkgate', address: 'no-reply@localhost' },
      invitationDays: 7,
      trustedProxies: [],
      logLevel: 'info',
      metricsToken: null,
    });
  });

  it('an empty variable is as good as none', () => {
    const names = [
      'PORT',
      'HOST',
      'DATABASE_URL',
      'DATA_DIR',
      'DEMO_DATA',
      'ADMIN_EMAIL',
      'ADMIN_PASSWORD',
      'METRICS_TOKEN',
      'APP_SECRET',
      'SMTP_URL',
      'MAIL_FROM',
      'INVITATION_DAYS',
    ];
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}));
  });
});

describe('with all variables', () => {
  it('each has its place', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: POSTGRES,
      DATABASE_MIGRATION_URL: 'postgresql://owner@db.example/parkgate',
      DEMO_DATA: '1',
      ADMIN_EMAIL: 'Root@Example.ORG',
      ADMIN_PASSWORD: 'correct horse battery',
      PUBLIC_URL: 'https://gateway.example/parks/',
      APP_SECRET,
      SMTP_URL,
      MAIL_FROM: 'The Gate <Gate@Example.ORG>',
      INVITATION_DAYS: '14',
      TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16,fd00::/8',
      LOG_LEVEL: 'debug',
      METRICS_TOKEN: 'let-me-see',
    });
    expect(config).toEqual({
      port: 0,
      host: '::1',
      database: { kind: 'postgresql', url: POSTGRES, migrationUrl: 'postgresql://owner@db.example/parkgate' },
      demoData: true,
      admin: { email: 'root@example.org', password: 'correct horse battery' },
      publicUrl: 'https://gateway.example/parks',
      appSecret: APP_SECRET,
      smtpUrl: SMTP_URL,
      mailFrom: { name: 'The Gate', address: 'gate@example.org' },
      invitationDays: 14,
      trustedProxies: ['10.0.0.1', '192.168.0.0/16', 'fd00::/8'],
      logLevel: 'debug',
      metricsToken: 'let-me-see',
    });
  });

  it('defaults follow from what is given', () => {
    const config = readConfig({ HOST: '::1', PORT: '8080', ...SERVICE });
    expect(config.publicUrl).toBe('http://[::1]:8080');
    expect(config.demoData).toBe(false);
    expect(config.database).toEqual({ kind: 'postgresql', url: POSTGRES, migrationUrl: POSTGRES });
    expect(readConfig({ DATA_DIR: 'memory' }).database).toEqual({ kind: 'pglite', directory: null });
    expect(readConfig({ PUBLIC_URL: 'https://gateway.example' })).toMatchObject({
      publicUrl: 'https://gateway.example',
      mailFrom: { name: 'Parkgate', address: 'no-reply@gateway.example' },
    });
    for (const PUBLIC_URL of ['http://[::1]:8080', 'http://192.0.2.1'])
      expect(readConfig({ PUBLIC_URL }).mailFrom.address).toBe('no-reply@localhost');
  });

  it.each([
    ['gate@example.org', { name: '', address: 'gate@example.org' }],
    ['<gate@example.org>', { name: '', address: 'gate@example.org' }],
    ['"Gate, the" <gate@EXAMPLE.org>', { name: 'Gate, the', address: 'gate@example.org' }],
    ['Parkgate Grün <gate@bücher.example>', { name: 'Parkgate Grün', address: 'gate@xn--bcher-kva.example' }],
  ])('mails are from %s', (MAIL_FROM, mailFrom) => {
    expect(readConfig({ MAIL_FROM }).mailFrom).toEqual(mailFrom);
  });
});

describe('a mistake names the variable, what was given and what is expected', () => {
  it.each([
    ['PORT', ['65536', '-1', '4e3', '0x10', '4000.0', ' 80', 'http', '99999999999']],
    ['HOST', ['[::1]', 'a b', 'http://localhost', '127.0.0.1:4000', '10.0.0.0/8', '-']],
    ['DATA_DIR', ['a\nb', 'a\0b']],
    ['DEMO_DATA', ['yes', 'TRUE', 'on', '2']],
    ['LOG_LEVEL', ['verbose', 'INFO', '30']],
    [
      'TRUSTED_PROXIES',
      ['loopback', '10.0.0.1,', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.1;10.0.0.2', 'true', '1'],
    ],
    ['ADMIN_EMAIL', ['root', 'root@', 'a b@example.org']],
    [
      'MAIL_FROM',
      [
        'gate',
        'Gate <gate>',
        'Gate <gate@example.org',
        'a@example.org, b@example.org',
        'A <a@example.org>, B <b@example.org>',
        'Gate\r\nBcc: all@example.org <gate@example.org>',
      ],
    ],
    ['INVITATION_DAYS', ['0', '61', '-1', '7.5', '1e1', 'week']],
  ])('%s', (name, values) => {
    for (const given of values) {
      const others = name === 'ADMIN_EMAIL' ? { ADMIN_PASSWORD: 'correct horse battery' } : {};
      expect(mistakes({ ...others, [name]: given })).toEqual([
        expect.stringMatching(new RegExp(`^${name}: given .*, expected .+\\.$`)),
      ]);
      expect(mistakes({ ...others, [name]: given })[0]).toContain(JSON.stringify(given));
    }
  });

  it.each([
    ['DATABASE_URL', 'mysql://parkgate:hunter2@db/x', 'a mysql: URL with credentials'],
    ['DATABASE_URL', 'postgres//parkgate:hunter2@db/x', 'a value that is no URL'],
    [
      'DATABASE_URL',
      'https:parkgate:hunter2@db/x?password=hunter2',
      'a https: URL with credentials and a query',
    ],
    ['PUBLIC_URL', 'https://someone:hunter2@gateway.example', 'a https: URL with credentials'],
    [
      'PUBLIC_URL',
      'https://gateway.example/?token=hunter2#hunter2',
      'a https: URL with a query and a fragment',
    ],
    ['PUBLIC_URL', 'ftp://gateway.example', 'a ftp: URL,'],
    ['PUBLIC_URL', 'gateway.example', 'a value that is no URL'],
    ['METRICS_TOKEN', 'hunter2 hunter2', 'a value of 15 bytes'],
    ['APP_SECRET', 'hunter2 hunter2', 'a value of 15 bytes'],
    ['SMTP_URL', 'http://gate:hunter2@mail.example', 'a http: URL with credentials'],
    ['SMTP_URL', 'smtp://gate:hunter2@mail.example/#hunter2', 'a smtp: URL with credentials and a fragment'],
    ['SMTP_URL', 'smtp:', 'a smtp: URL with no host'],
    ['SMTP_URL', 'mail.example', 'a value that is no URL'],
    ['ADMIN_PASSWORD', 'hunter2', 'a value of 7 bytes'],
    ['ADMIN_PASSWORD', 'hunter2'.repeat(200), 'a value of 1400 bytes'],
  ])('%s without telling a secret (case %#)', (name, given, shown) => {
    const env = {
      ...(name === 'ADMIN_PASSWORD' && { ADMIN_EMAIL: 'root@example.org' }),
      ...(name === 'DATABASE_URL' && SERVICE),
      [name]: given,
    };
    const [mistake, ...others] = mistakes(env);
    expect(others).toEqual([]);
    expect(mistake).toContain(`${name}: given ${shown}`);
    expect(mistake).not.toContain('hunter2');
  });

  it('a long value is cut off', () => {
    expect(mistakes({ LOG_LEVEL: 'x'.repeat(10_000) })[0]?.length).toBeLessThan(250);
  });
});

describe('variables that belong together', () => {
  it('the demo world is refused where others can reach it, asked for or by default', () => {
    for (const HOST of ['0.0.0.0', '::', '192.168.1.5', 'gateway.example', '127.0.0.1.example']) {
      for (const env of [{ HOST }, { HOST, DEMO_DATA: 'true' }, { HOST, DEMO_DATA: '1', ...SERVICE }]) {
        expect(mistakes(env)).toEqual([
          expect.stringMatching(/^DEMO_DATA: .*HOST.*expected DEMO_DATA=false/i),
        ]);
      }
      expect(mistakes({ HOST, DEMO_DATA: 'false', SMTP_URL })).toEqual([]);
      expect(mistakes({ HOST, ...SERVICE })).toEqual([]);
    }
    for (const HOST of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', 'localhost']) {
      expect(mistakes({ HOST })).toEqual([]);
    }
  });

  it('the first administrator needs both address and password', () => {
    expect(mistakes({ ADMIN_EMAIL: 'root@example.org' })).toEqual([
      expect.stringMatching(/^ADMIN_PASSWORD: not given/),
    ]);
    expect(mistakes({ ADMIN_PASSWORD: 'correct horse battery' })).toEqual([
      expect.stringMatching(/^ADMIN_EMAIL: not given/),
    ]);
  });

  it('PostgreSQL needs the secret of its links', () => {
    expect(mistakes({ DATABASE_URL: POSTGRES, SMTP_URL })).toEqual([
      expect.stringMatching(/^APP_SECRET: not given, expected together with DATABASE_URL/),
    ]);
    expect(mistakes({ APP_SECRET })).toEqual([]);
  });

  it('mails need a server, but for the demo world', () => {
    for (const env of [{ DEMO_DATA: 'false' }, { DATABASE_URL: POSTGRES, APP_SECRET }]) {
      expect(mistakes(env)).toEqual([expect.stringMatching(/^SMTP_URL: not given/)]);
      expect(mistakes({ ...env, SMTP_URL })).toEqual([]);
    }
    expect(mistakes({ DATABASE_URL: POSTGRES, APP_SECRET, DEMO_DATA: 'true' })).toEqual([]);
  });

  it('a URL for migrations needs the one they are for', () => {
    expect(mistakes({ DATABASE_MIGRATION_URL: POSTGRES })).toEqual([
      expect.stringMatching(/^DATABASE_MIGRATION_URL: /),
    ]);
  });
});

it('all mistakes are named at once, one a line', () => {
  const env = {
    APP_SECRET: 'x',
    SMTP_URL: 'x',
    MAIL_FROM: 'x',
    INVITATION_DAYS: 'x',
    PORT: 'x',
    HOST: '0.0.0.0',
    DATABASE_URL: 'mysql://db',
    DEMO_DATA: 'true',
    ADMIN_EMAIL: 'root',
    PUBLIC_URL: 'x',
    TRUSTED_PROXIES: 'x',
    LOG_LEVEL: 'x\ny',
  };
  expect(() => readConfig(env)).toThrow(ConfigurationError);
  expect(mistakes(env).map((mistake) => mistake.split(':')[0])).toEqual([
    'PORT',
    'DATABASE_URL',
    'ADMIN_EMAIL',
    'PUBLIC_URL',
    'APP_SECRET',
    'SMTP_URL',
    'MAIL_FROM',
    'INVITATION_DAYS',
    'TRUSTED_PROXIES',
    'LOG_LEVEL',
    'DEMO_DATA',
    'ADMIN_PASSWORD',
  ]);
  const { message } = new ConfigurationError(mistakes(env));
  expect(message.split('\n')).toHaveLength(1 + 12);
});
