import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import type { Database } from '../db/client.ts';
import type { Clock } from '../db/instant.ts';
import type { LimitName } from '../identity/limits/limit-table.ts';
import { Limits } from '../identity/limits/limits.ts';
import { linkSigner } from '../identity/links.ts';
import type { MailRenderer } from '../identity/mail/render-mail.ts';
import { createApollo } from './apollo.ts';
import { buildServedSchema } from './build-schema.ts';
import { type Config, isLoopback } from './config.ts';
import { developmentMail } from './development-mail.ts';
import { graphiql } from './graphiql.ts';
import { graphqlRoute } from './graphql-route.ts';
import { healthRoutes } from './health.ts';
import { frameworkErrors, httpErrors } from './http-errors.ts';
import { logging } from './logging.ts';
import { metricsRoute } from './metrics.ts';
import { linkPages } from './pages/link-pages.ts';
import { reportRoute } from './report-route.ts';

/** One mebibyte: a thousand parks fit in. */
const BODY_LIMIT = 1_048_576;

export interface GatewayOptions {
  readonly config: Pick<Config, 'host' | 'publicUrl' | 'trustedProxies' | 'logLevel' | 'metricsToken'>;
  /** Whom GraphiQL's example signs in. */
  readonly demoAccount?: { readonly email: string; readonly password: string } | undefined;
  readonly database: Database;
  /** APP_SECRET: the same in every gateway of one database. */
  readonly appSecret: string;
  readonly invitationDays?: number | undefined;
  /** Called when a command that queued mail has committed. */
  readonly onMailQueued?: (() => void) | undefined;
  /** Makes the mails that the development page shows; without it there is no such page. */
  readonly developmentMail?: MailRenderer | undefined;
  /** Other points than those of the table of limits, in tests. */
  readonly limitPoints?: Partial<Readonly<Record<LimitName, number>>> | undefined;
  /** Answers the instant of every request, in tests. */
  readonly clock?: Clock | undefined;
  readonly logDestination?: DestinationStream | undefined;
}

/** The gateway's HTTP application; it does not listen yet. Closing it finishes the requests in flight. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { config, database, appSecret } = options;
  let stopping = false;
  const app = Fastify({
    ...logging(config.logLevel, options.logDestination),
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    // A body that comes one byte a second is not waited for.
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors,
  });
  app.addHook('preClose', async () => {
    stopping = true;
  });
  // A client that keeps its connection would otherwise keep the gateway from stopping.
  app.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('connection', 'close');
  });
  httpErrors(app);
  await app.register(cookie);
  await app.register(graphiql, options.demoAccount ? { demoAccount: options.demoAccount } : {});
  healthRoutes(app, database, () => stopping);
  metricsRoute(app, { token: config.metricsToken, isLoopback: isLoopback(config.host), database });
  if (options.developmentMail) developmentMail(app, database, options.developmentMail);

  const apollo = createApollo(buildServedSchema(), (error, requestId) => {
    app.log.error({ err: error, requestId }, 'a request failed');
  });
  await apollo.start();
  app.addHook('onClose', () => apollo.stop());
  const limits = new Limits({
    database,
    appSecret,
    points: options.limitPoints,
    onFault: (error) =>
      app.log.warn({ err: error }, 'points of a limit were not given back, or expired ones not deleted'),
  });
  const contexts = {
    database,
    limits,
    appSecret,
    links: linkSigner(appSecret),
    invitationDays: options.invitationDays ?? 7,
    onMailQueued: options.onMailQueued,
    clockOf: () => options.clock,
    secure: config.publicUrl.startsWith('https:'),
  };
  graphqlRoute(app, { apollo, contexts });
  reportRoute(app, contexts);
  await app.register(linkPages, { contexts, publicUrl: config.publicUrl });
  return app;
}
