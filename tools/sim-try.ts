import '../tests/simulation/engine/ambient.ts'
const { SimulatedDatabase } = await import('../tests/simulation/engine/database.ts')
const { simulate } = await import('../tests/simulation/run.ts')
const { planOf } = await import('../tests/simulation/plan.ts')
const db = await SimulatedDatabase.open()
const [from='1', n='5', verbose=''] = process.argv.slice(2)
for (let s=+from; s<+from+ +n; s++) { const a=performance.now()
 const v = await simulate(planOf(s), db)
 console.log(s, v.hash, 'payments', v.payments, 'paid', v.paid, 'refunds', v.refunds, 'steps', v.steps, 'crashes', v.crashes, Math.round(performance.now()-a),'ms', JSON.stringify(v.violation))
 if (verbose || v.violation) console.log(v.lines.slice(-40).join('\n'))
}
process.exit(0)
