import { startPostgres } from './test/kit/postgres-server.ts';
import { spawn } from 'node:child_process';
const s = await startPostgres(); let c;
try {
 const env = {...process.env, DATABASE_URL: s.url, PORT:'0'};
 c = spawn(process.execPath, ['dist/src/main.js'], {env, stdio:['ignore','pipe','inherit']});
 let out=''; c.stdout.on('data', d=>out+=d);
 while(!out.includes('ready:')) await new Promise(r=>setTimeout(r,100));
 const url=/http:\S+\/graphql/.exec(out)[0];
 await fetch(url.replace('/graphql','/readyz'));
 const t=Date.now(); c.kill('SIGTERM'); await new Promise(r=>c.on('exit',(...a)=>{console.log('exit',a,Date.now()-t,'ms');r()}));
 console.log(out.split('\n').slice(-4).join('\n'));
} finally { c?.kill(); await s.stop(); }
