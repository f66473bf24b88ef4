import { type Browser, chromium } from 'playwright-core';

/**
 * Debian's Chromium (`apt-get install chromium`), or the one that CHROMIUM_PATH names, which looks for nothing but what a test opens.
 * `parkgate.test` is this machine too: a host that no browser takes for a secure one, as it does 127.0.0.1.
 */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP parkgate.test 127.0.0.1',
    ],
  });
