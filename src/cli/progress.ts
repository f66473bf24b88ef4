import { SingleBar } from 'cli-progress';

/** Something that goes on for a while. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** Shows on `stream` how many of `total` `what` are done: a bar on a terminal, else a line now and then. */
export function showProgress(stream: NodeJS.WriteStream, total: number, what: string): Progress {
  if (!stream.isTTY) {
    return { update: (done) => stream.write(`${done} of ${total} ${what}\n`), stop: () => undefined };
  }
  // gracefulExit would swallow the first Ctrl-C.
  const bar = new SingleBar({
    stream,
    format: `{bar} {value} of {total} ${what}`,
    clearOnComplete: true,
    gracefulExit: false,
  });
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
