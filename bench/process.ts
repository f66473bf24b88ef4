import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../src/root.ts';

/** A gateway in a process of its own, as `npm start` runs it after its build. */
export async function startProcess(environment: Record<string, string>) {
  const start = performance.now();
  const child = spawn(process.execPath, await startArguments(), {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += chunk;
    if (output.includes('Parkgate is ready')) break;
  }
  const seconds = (performance.now() - start) / 1_000;
  return {
    seconds,
    url: /http:\S+/.exec(output)?.[0] as string,
    /** Resident memory in MiB. */
    residentMiB: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
    },
    /** Stands still, as in a long collection of garbage or on a starved machine: whatever it is in the middle of, it goes on with later. */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** What `npm start` gives node, flags included. */
async function startArguments(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.replace(/^.*?node /, '').split(' ');
}
