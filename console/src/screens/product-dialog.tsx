// Price, stock and whether it is on sale, of one product.
import { type ReactNode, useState } from 'react'
import { Input, Radio, Switch } from 'tdesign-react'
import { fenFromYuan, piecesFrom, plainYuan } from '../amounts.ts'
import type { ProductChange } from '../api/api.ts'
import type { Product } from '../api/shapes.ts'
import { useTexts } from '../language.ts'
import { type Saving, SavingDialog } from '../parts/saving-dialog.tsx'
import { useSession } from '../session.ts'

interface Draft {
  price: string
  limited: boolean
  stock: string
  active: boolean
}

export function ProductDialog({ product, ...saving }: Saving & { product: Product }) {
  const texts = useTexts()
  const { api } = useSession()
  const [draft, setDraft] = useState(() => draftOf(product))
  const change = changeOf(draft)
  return (
    <SavingDialog
      header={product.name}
      words={texts('save')}
      testId="save-product"
      send={change && (async () => await api.changeProduct(product, change))}
      {...saving}
    >
      <ProductForm draft={draft} change={(part) => setDraft((now) => ({ ...now, ...part }))} />
    </SavingDialog>
  )
}

function ProductForm({ draft, change }: { draft: Draft; change(part: Partial<Draft>): void }) {
  const texts = useTexts()
  const badPrice = fenFromYuan(draft.price) === null
  const badStock = draft.limited && piecesFrom(draft.stock) === null
  return (
    <div className="form" data-testid="product-form">
      <Field
        name={texts('price')}
        hint={texts(badPrice ? 'priceShape' : 'priceOfNew')}
        bad={badPrice}
      >
        <span data-testid="price">
          <Input
            label="¥"
            value={draft.price}
            status={badPrice ? 'error' : 'default'}
            onChange={(price) => change({ price })}
          />
        </span>
      </Field>
      <Field name={texts('stock')} hint={badStock ? texts('stockShape') : ''} bad={badStock}>
        <Radio.Group
          value={draft.limited ? 'limited' : 'unlimited'}
          onChange={(value) => change({ limited: value === 'limited' })}
        >
          <Radio value="limited">
            <span data-testid="stock-limited">{texts('limited')}</span>
          </Radio>
          <Radio value="unlimited">
            <span data-testid="stock-unlimited">{texts('unlimited')}</span>
          </Radio>
        </Radio.Group>
        {draft.limited && (
          <span data-testid="stock">
            <Input
              value={draft.stock}
              status={badStock ? 'error' : 'default'}
              onChange={(stock) => change({ stock })}
            />
          </span>
        )}
      </Field>
      <Field name={texts('active')} hint="" bad={false}>
        <span data-testid="active">
          <Switch value={draft.active} onChange={(value) => change({ active: value === true })} />
        </span>
      </Field>
    </div>
  )
}

function Field(props: { name: string; hint: string; bad: boolean; children: ReactNode }) {
  return (
    <div className="field">
      <b>{props.name}</b>
      {props.children}
      {props.hint !== '' && (
        <small className={props.bad ? 'bad' : ''} data-testid={props.bad ? 'field-error' : 'hint'}>
          {props.hint}
        </small>
      )}
    </div>
  )
}

function draftOf(product: Product): Draft {
  return {
    price: plainYuan(product.priceFen),
    limited: product.stock !== null,
    stock: String(product.stock ?? ''),
    active: product.active,
  }
}

/** What to send, or null while something is not as it must be. */
function changeOf(draft: Draft): ProductChange | null {
  const priceFen = fenFromYuan(draft.price)
  const stock = draft.limited ? piecesFrom(draft.stock) : null
  if (priceFen === null || (draft.limited && stock === null)) return null
  return { priceFen, stock, active: draft.active }
}
