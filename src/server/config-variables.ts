import { z } from 'zod';
import { canonicalEmail } from '../identity/email.ts';
import { PASSWORD_MAX_BYTES, PASSWORD_MIN_LENGTH, passwordFault } from '../identity/passwords.ts';

interface Variable {
  /** Turns what was given, never empty, into a value. */
  readonly schema: z.ZodType<unknown, string>;
  /** Completes the sentence "expected …". */
  readonly expected: string;
  /** What a message may tell of the value that was given. */
  readonly show: (given: string) => string;
}

const quoted = (given: string) => JSON.stringify(given.length > 80 ? `${given.slice(0, 80)}…` : given);

const hidden = (given: string) => `a value of ${Buffer.byteLength(given)} bytes`;

/** A mistyped URL may hold its credentials anywhere: nothing of it is told but its scheme and which parts it has. */
function urlParts(given: string): string {
  if (!URL.canParse(given)) return 'a value that is no URL';
  const { protocol, host, username, password, search, hash } = new URL(given);
  const parts = {
    'no host': !host,
    credentials: username || password,
    'a query': search,
    'a fragment': hash,
  };
  const present = Object.entries(parts).flatMap(([part, is]) => (is ? part : []));
  return `a ${protocol} URL${present.length > 0 ? ` with ${present.join(' and ')}` : ''}`;
}

const url = (accepts: (url: URL) => boolean) =>
  z.string().refine((given) => URL.canParse(given) && accepts(new URL(given)));

const postgresUrl = {
  schema: url(({ protocol }) => protocol === 'postgres:' || protocol === 'postgresql:'),
  expected: 'a postgres:// or postgresql:// URL',
  show: urlParts,
};

/** `Name <address>`, or the address alone. */
function senderOf(given: string): { name: string; address: string } | null {
  const [, name = '', inBrackets, alone] =
    /^(?:([^<>\p{Cc}]*)<([^<>]+)>|([^<>]+))$/u.exec(given.trim()) ?? [];
  const address = canonicalEmail(inBrackets ?? alone ?? '');
  return address === null ? null : { name: name.trim().replace(/^"(.*)"$/, '$1'), address };
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** A prefix of 0 would believe everyone. */
const proxy = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).refine((range) => !/\/0+$/.test(range));

/** The environment variables that the gateway reads, and what each accepts. */
export const CONFIG_VARIABLES = {
  PORT: {
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .refine((port) => port <= 65_535),
    expected: 'an integer from 0 to 65535',
    show: quoted,
  },
  HOST: {
    schema: z.union([z.ipv4(), z.ipv6(), z.hostname()]),
    expected: 'an address or a host name to listen on, without port and brackets',
    show: quoted,
  },
  DATABASE_URL: postgresUrl,
  DATABASE_MIGRATION_URL: postgresUrl,
  DATA_DIR: {
    schema: z.string().regex(/^\P{Cc}+$/u),
    expected: 'a directory, or "memory"',
    show: quoted,
  },
  DEMO_DATA: {
    schema: z.enum(['true', 'false', '1', '0']).transform((given) => given === 'true' || given === '1'),
    expected: 'true, false, 1 or 0',
    show: quoted,
  },
  ADMIN_EMAIL: {
    schema: z
      .string()
      .transform(canonicalEmail)
      .refine((email) => email !== null),
    expected: 'an e-mail address',
    show: quoted,
  },
  ADMIN_PASSWORD: {
    schema: z.string().refine((password) => passwordFault(password) === null),
    expected: `at least ${PASSWORD_MIN_LENGTH} characters in at most ${PASSWORD_MAX_BYTES} bytes`,
    show: hidden,
  },
  PUBLIC_URL: {
    schema: url(
      ({ protocol, username, password, search, hash }) =>
        /^https?:$/.test(protocol) && !username && !password && !search && !hash,
    ).transform((given) => new URL(given).href.replace(/\/+$/, '')),
    expected: 'an http:// or https:// URL without credentials, query and fragment',
    show: urlParts,
  },
  APP_SECRET: {
    schema: z.string().min(16),
    expected: 'at least 16 characters',
    show: hidden,
  },
  SMTP_URL: {
    schema: url(({ protocol, hostname, hash }) => /^smtps?:$/.test(protocol) && hostname !== '' && !hash),
    expected: 'an smtp:// or smtps:// URL with a host and without fragment',
    show: urlParts,
  },
  MAIL_FROM: {
    schema: z
      .string()
      .transform(senderOf)
      .refine((sender) => sender !== null),
    expected: 'an e-mail address, or Name <address>',
    show: quoted,
  },
  INVITATION_DAYS: {
    schema: z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number)
      .refine((days) => days >= 1 && days <= 60),
    expected: 'an integer from 1 to 60',
    show: quoted,
  },
  TRUSTED_PROXIES: {
    schema: z
      .string()
      .transform((given) => given.split(',').map((range) => range.trim()))
      .pipe(z.array(proxy)),
    expected: 'addresses or CIDR ranges, separated by commas, with a prefix of at least 1',
    show: quoted,
  },
  LOG_LEVEL: { schema: z.enum(LOG_LEVELS), expected: LOG_LEVELS.join(', '), show: quoted },
  METRICS_TOKEN: {
    schema: z.string().regex(/^[\x21-\x7e]+$/),
    expected: 'visible ASCII characters without spaces',
    show: hidden,
  },
} satisfies Readonly<Record<string, Variable>>;

export type ConfigVariable = keyof typeof CONFIG_VARIABLES;
export type ConfigValue<Name extends ConfigVariable> = z.output<(typeof CONFIG_VARIABLES)[Name]['schema']>;
