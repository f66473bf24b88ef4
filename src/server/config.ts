import { BlockList, isIP, isIPv6 } from 'node:net';
import { CONFIG_VARIABLES, type ConfigValue, type ConfigVariable } from './config-variables.ts';

/** What the gateway is told by its environment. */
export interface Config {
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly host: string;
  readonly database:
    | { readonly kind: 'postgresql'; readonly url: string; readonly migrationUrl: string }
    /** Null keeps everything in memory. */
    | { readonly kind: 'pglite'; readonly directory: string | null };
  readonly demoData: boolean;
  /** The first system administrator. */
  readonly admin: { readonly email: string; readonly password: string } | null;
  /** Where clients reach the gateway, without a slash at its end. */
  readonly publicUrl: string;
  /** What the secrets of links are derived from. Null has one made and kept beside the database (`keepAppSecret`). */
  readonly appSecret: string | null;
  /** The server that takes the mails. Null sends none and shows them on a page instead, for development. */
  readonly smtpUrl: string | null;
  readonly mailFrom: { readonly name: string; readonly address: string };
  /** How long an invitation is good. */
  readonly invitationDays: number;
  /** Addresses and CIDR ranges whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: ConfigValue<'LOG_LEVEL'>;
  readonly metricsToken: string | null;
}

/** The environment can't be used as it is. The message names every mistake, one a line, and tells no secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly mistakes: readonly string[]) {
    super(['The configuration can not be used:', ...mistakes].join('\n  '));
  }
}

/**
 * Reads and checks the whole configuration. A variable that is empty counts as absent.
 * @throws ConfigurationError with all mistakes at once
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const mistakes: string[] = [];

  function read<Name extends ConfigVariable>(name: Name): ConfigValue<Name> | undefined {
    const given = env[name] || undefined;
    if (given === undefined) return undefined;
    const { schema, expected, show } = CONFIG_VARIABLES[name];
    const result = schema.safeParse(given);
    if (result.success) return result.data as ConfigValue<Name>;
    mistakes.push(`${name}: given ${show(given)}, expected ${expected}.`);
    return undefined;
  }

  const port = read('PORT') ?? 4000;
  const host = read('HOST') ?? '127.0.0.1';
  const url = read('DATABASE_URL');
  const migrationUrl = read('DATABASE_MIGRATION_URL');
  const directory = read('DATA_DIR') ?? './data';
  const demoData = read('DEMO_DATA') ?? !env.DATABASE_URL;
  const email = read('ADMIN_EMAIL');
  const password = read('ADMIN_PASSWORD');
  const publicUrl = read('PUBLIC_URL') ?? `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const appSecret = read('APP_SECRET') ?? null;
  const smtpUrl = read('SMTP_URL') ?? null;
  const mailFrom = read('MAIL_FROM') ?? { name: 'Parkgate', address: `no-reply@${mailDomain(publicUrl)}` };
  const invitationDays = read('INVITATION_DAYS') ?? 7;
  const trustedProxies = read('TRUSTED_PROXIES') ?? [];
  const logLevel = read('LOG_LEVEL') ?? 'info';
  const metricsToken = read('METRICS_TOKEN') ?? null;

  if (demoData && !isLoopback(host)) {
    const why = env.DEMO_DATA ? '' : ', the default without DATABASE_URL,';
    mistakes.push(
      `DEMO_DATA: true${why} is refused with HOST ${host}: everyone knows the passwords of the demo world. ` +
        'Expected DEMO_DATA=false, or a HOST that is a loopback address.',
    );
  }
  if (env.DATABASE_MIGRATION_URL && !env.DATABASE_URL) {
    mistakes.push('DATABASE_MIGRATION_URL: given without DATABASE_URL, expected both or neither.');
  }
  if (!env.ADMIN_EMAIL !== !env.ADMIN_PASSWORD) {
    const [given, missing] = env.ADMIN_EMAIL
      ? ['ADMIN_EMAIL', 'ADMIN_PASSWORD']
      : ['ADMIN_PASSWORD', 'ADMIN_EMAIL'];
    mistakes.push(`${missing}: not given, expected together with ${given}.`);
  }
  if (env.DATABASE_URL && !env.APP_SECRET) {
    mistakes.push('APP_SECRET: not given, expected together with DATABASE_URL.');
  }
  // With the demo world the HOST is a loopback address, or a mistake already.
  if (!env.SMTP_URL && !demoData) {
    mistakes.push('SMTP_URL: not given, expected unless DEMO_DATA is on: nobody would get the mails.');
  }
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);

  return {
    port,
    host,
    database: url
      ? { kind: 'postgresql', url, migrationUrl: migrationUrl ?? url }
      : { kind: 'pglite', directory: directory === 'memory' ? null : directory },
    demoData,
    admin: email && password ? { email, password } : null,
    publicUrl,
    appSecret,
    smtpUrl,
    mailFrom,
    invitationDays,
    trustedProxies,
    logLevel,
    metricsToken,
  };
}

/** A bare address is no domain for mail. */
function mailDomain(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : 'localhost';
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address or name to listen on is reached by this machine alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && LOOPBACK.check(host, isIPv6(host) ? 'ipv6' : 'ipv4'));
