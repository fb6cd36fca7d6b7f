import '/work/simulation/tests/simulation/engine/ambient.ts'
const { SyncPostgres } = await import('/work/simulation/tests/simulation/engine/pglite.ts')
const m = new Map<string,[number,number]>()
for (const name of ['script','query'] as const) { const f=(SyncPostgres.prototype as any)[name]; (SyncPostgres.prototype as any)[name]=function(s:string,v:any){ if(name==='query'&&!(v?.length)) return f.call(this,s,v); const a=performance.now(); try{return f.call(this,s,v)} finally{ const k=name[0]+' '+s.replace(/\s+/g,' ').slice(0,90); const e=m.get(k)??[0,0]; e[0]++; e[1]+=performance.now()-a; m.set(k,e)} } }
const { SimulatedDatabase } = await import('/work/simulation/tests/simulation/engine/database.ts')
const { simulate } = await import('/work/simulation/tests/simulation/run.ts')
const { planOf } = await import('/work/simulation/tests/simulation/plan.ts')
const db = await SimulatedDatabase.open(); m.clear()
const a=performance.now()
const v = await simulate(planOf(2), db)
console.log(v.steps, performance.now()-a)
for (const [k,[c,ms]] of [...m].sort((x,y)=>y[1][1]-x[1][1]).slice(0,40)) console.log(ms.toFixed(0).padStart(7), String(c).padStart(6), (ms/c*1000).toFixed(0).padStart(6)+'us', k)
process.exit(0)
