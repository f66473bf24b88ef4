/** `npm run admin`: what only the operator of the gateway may do. */
import { Command, Option } from 'commander';
import { SYSTEM_ROLES, type SystemRole } from '../authz/roles.ts';
import { printable } from './printable.ts';
import { EXIT_CODE_HELP, runProgram } from './run-program.ts';
import { setSystemRole } from './set-system-role.ts';
import { withDatabase } from './with-database.ts';

const program = new Command('admin')
  .description('Administers the platform; takes no part in any organization.')
  .addHelpText('after', EXIT_CODE_HELP)
  .exitOverride();

program
  .command('set-role')
  .description('Sets the standing of an account on the platform.')
  .requiredOption('--email <address>', "the account's address")
  .addOption(
    new Option('--role <role>', 'ADMINISTRATOR runs the platform, DEMO only reads (D1), USER is neither')
      .choices(SYSTEM_ROLES)
      .makeOptionMandatory(),
  )
  .addHelpText('after', EXIT_CODE_HELP)
  .action(async ({ email, role }: { email: string; role: SystemRole }) => {
    const before = await withDatabase((database) => setSystemRole(database, email, role));
    const change =
      before === role ? `is ${role} already; nothing changed` : `was ${before} and is ${role} now`;
    process.stdout.write(`${printable(email)} ${change}.\n`);
  });

await runProgram(program, process.argv);
