// The ledger's balances, and whether they add up to nothing, as they must.
import { Alert, type PrimaryTableCol, Table } from 'tdesign-react'
import { yuanText } from '../amounts.ts'
import type { Balance } from '../api/shapes.ts'
import { useTexts, wordText } from '../language.ts'
import { useLoaded } from '../loading.ts'
import { EmptyState, Screen } from '../parts/screen.tsx'
import { useSession } from '../session.ts'

export function Money() {
  const { api } = useSession()
  const loaded = useLoaded(api.balances)
  return (
    <Screen title="money" about="moneyAbout" loaded={loaded}>
      {(balances) =>
        balances.length === 0 ? (
          <div className="card">
            <EmptyState icon="money" title="noBalances" about="noBalancesAbout" />
          </div>
        ) : (
          <Balances balances={balances} />
        )
      }
    </Screen>
  )
}

function Balances({ balances }: { balances: Balance[] }) {
  const texts = useTexts()
  const sum = balances.reduce((total, { amountFen }) => total + amountFen, 0n)
  const columns: PrimaryTableCol<Balance>[] = [
    {
      colKey: 'account',
      title: texts('account'),
      cell: ({ row }) => (
        <span className="two-lines">
          <b>{wordText(texts, row.account)}</b>
          <code>{row.account}</code>
        </span>
      ),
    },
    {
      colKey: 'amount',
      title: texts('balance'),
      align: 'right',
      cell: ({ row }) => <span className="amount">{yuanText(row.amountFen)}</span>,
    },
  ]
  return (
    <>
      <div className="card">
        <Table
          rowKey="account"
          data={balances}
          columns={columns}
          rowAttributes={{ 'data-testid': 'balance-row' }}
        />
        <footer className="sum" data-testid="balance-sum">
          <b>{texts('sum')}</b>
          <span className={sum === 0n ? 'amount' : 'amount bad'}>{yuanText(sum)}</span>
        </footer>
      </div>
      <div data-testid={sum === 0n ? 'zero-sum' : 'not-zero-sum'}>
        <Alert
          theme={sum === 0n ? 'success' : 'error'}
          message={texts(sum === 0n ? 'zeroSum' : 'notZeroSum')}
        />
      </div>
    </>
  )
}
