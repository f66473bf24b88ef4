import { afterAll, describe, expect, it } from 'vitest';
import { startTestGateway } from '../kit/gateway.ts';

describe('/metrics', async () => {
  const open = await startTestGateway();
  const guarded = await startTestGateway({ database: open.database, metricsToken: 'let-me-see' });
  afterAll(async () => {
    await guarded.close();
    await open.close();
  });
  const ask = (origin: string, authorization?: string) =>
    fetch(`${origin}/metrics`, { headers: authorization ? { authorization } : {} });

  it('counts requests by route and status, for this machine alone without a token', async () => {
    await fetch(`${open.origin}/healthz`);
    await fetch(`${open.origin}/nowhere?secret=1`);
    const text = await (await ask(open.origin)).text();
    expect(text).toContain('parkgate_http_request_duration_seconds_count{route="/healthz",status="200"} 1');
    expect(text).toContain('{route="unknown",status="404"} 1');
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain('secret');
  });

  it('asks for METRICS_TOKEN, and looks absent without it', async () => {
    const absent = await (await fetch(`${guarded.origin}/nowhere`)).json();
    for (const authorization of [undefined, 'Bearer let-me', 'Bearer let-me-see2', 'Basic let-me-see']) {
      const answer = await ask(guarded.origin, authorization);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual(absent);
    }
    expect((await ask(guarded.origin, 'Bearer let-me-see')).status).toBe(200);
  });
});
