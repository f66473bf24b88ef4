import closeWithGrace from 'close-with-grace';
import { DataDirectoryInUseError } from './db/pglite.ts';
import { ConfigurationError, readConfig } from './server/config.ts';
import { startGateway } from './server/start.ts';

try {
  const gateway = await startGateway(readConfig());
  closeWithGrace({ delay: 20_000, logger: gateway.log }, () => gateway.close());
} catch (error) {
  const expected = error instanceof ConfigurationError || error instanceof DataDirectoryInUseError;
  console.error(expected ? error.message : error);
  process.exitCode = 1;
}
