import type { Database } from '../db/client.ts';
import { DEMO_PASSWORD, describeCast } from '../demo/cast.ts';
import { holdsDemoWorld, loadDemoWorld } from '../demo/load-demo-world.ts';
import { linkSigner } from '../identity/links.ts';
import { mailWorker } from '../identity/mail/mail-worker.ts';
import { mailRenderer } from '../identity/mail/render-mail.ts';
import { smtpTransport } from '../identity/mail/smtp-transport.ts';
import { keepAppSecret } from './app-secret.ts';
import { type Config, ConfigurationError, isLoopback } from './config.ts';
import { showsMails } from './development-mail.ts';
import { createFirstAdministrator } from './first-administrator.ts';
import { createGateway } from './gateway.ts';
import { openDatabase } from './open-database.ts';

/** Opens the database, fills it if it is asked to, listens, and says where to go. Closing gives everything back. */
export async function startGateway(config: Config) {
  const database = await openDatabase(config);
  try {
    await refusePublicDemoWorld(database, config);
    if (config.demoData) await loadDemoWorld(database, console.log);
    if (config.admin) await createFirstAdministrator(database, config.admin);
    const [first] = describeCast();
    const demoAccount =
      config.demoData && first ? { email: first.email, password: DEMO_PASSWORD } : undefined;
    const appSecret = await keepAppSecret(config);
    const render = mailRenderer({ publicUrl: config.publicUrl, links: linkSigner(appSecret) });
    const app = await createGateway({
      config,
      database,
      appSecret,
      demoAccount,
      invitationDays: config.invitationDays,
      onMailQueued: () => worker?.wake(),
      developmentMail: showsMails(config) ? render : undefined,
    });
    const worker =
      config.smtpUrl === null
        ? null
        : mailWorker({
            database,
            render,
            send: smtpTransport({ smtpUrl: config.smtpUrl, from: config.mailFrom }),
            logger: app.log,
          });
    app.addHook('onClose', async () => {
      await worker?.stop();
      await database.close();
    });
    const address = await app.listen({ port: config.port, host: config.host });
    worker?.start();
    console.log(greeting(address, config));
    return app;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The passwords of the demo world are known to everybody, whichever start has loaded it. */
async function refusePublicDemoWorld(database: Database, { host }: Config): Promise<void> {
  if (isLoopback(host) || !(await holdsDemoWorld(database))) return;
  throw new ConfigurationError([
    `HOST: given ${host}, expected a loopback address, because the database holds the demo world, whose passwords everybody knows.`,
  ]);
}

function greeting(address: string, config: Config): string {
  const lines = ['', `Parkgate is ready: ${address}/graphql`];
  if (config.demoData) {
    const rows = describeCast().map((row) => `  ${row.email.padEnd(44)} ${row.note}`);
    lines.push(`Open it in a browser, and sign in with the password ${DEMO_PASSWORD} as one of`, ...rows);
  }
  if (showsMails(config)) lines.push(`Mails are sent to nobody: read them at ${address}/dev/mail`);
  return [...lines, ''].join('\n');
}
