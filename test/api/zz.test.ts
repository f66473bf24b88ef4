import { it } from 'vitest';
import { startWithTenants } from '../kit/tenant.ts';
import { openTestDatabase } from '../kit/database.ts';
import { startTestGateway } from '../kit/gateway.ts';
it('smoke', async () => {
  const lap = (() => { let t=performance.now(); return (n:string)=>{const x=performance.now(); console.log(n,(x-t).toFixed(0)); t=x;}; })();
  const d = await openTestDatabase(); lap('open1'); 
  const d2 = await openTestDatabase(); lap('open2'); await d.close(); lap('close'); await d2.close(); lap('close');
  const g = await startTestGateway(); lap('gateway');
  await g.close(); lap('close');
  const w = await startWithTenants(); lap('tenants');
  const a = await w.as(w.ofAcme.ADMIN);lap('signin');
  for (let k=0;k<3;k++){
  for(let i=0;i<20;i++) await a.send('mutation($id:ID!){updatePortfolio(input:{portfolioId:$id,name:"x"}){portfolio{id}}}',{id:w.portfolios.centre.id});
  lap('20 mut');
  w.gateway.takeStatements();
  for(let i=0;i<20;i++) await a.send('{viewer{user{id}}}');
  lap('20 viewer'); console.log(w.gateway.takeStatements().length/20);
  }
  await w.gateway.close();
});
