// Price, stock and whether it is on sale, of one product.
import { type ReactNode, useState } from 'react'
import { Alert, Dialog, Input, Radio, Switch } from 'tdesign-react'
import { fenFromYuan, piecesFrom, plainYuan } from '../amounts.ts'
import type { ApiFailure, ProductChange } from '../api/api.ts'
import type { Product } from '../api/shapes.ts'
import { useTexts } from '../language.ts'
import { SaveButton } from '../parts/save-button.tsx'
import { failureTitle } from '../parts/screen.tsx'
import { failureOf, useSession } from '../session.ts'

interface Draft {
  price: string
  limited: boolean
  stock: string
  active: boolean
}

interface DialogProps {
  product: Product
  saved(): void
  close(): void
}

export function ProductDialog({ product, saved, close }: DialogProps) {
  const texts = useTexts()
  const { api, signOut } = useSession()
  const [draft, setDraft] = useState(() => draftOf(product))
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [busy, setBusy] = useState(false)
  const change = changeOf(draft)
  const save = async () => {
    if (change === null || busy) return
    setBusy(true)
    try {
      await api.changeProduct(product, change)
      saved()
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setFailure(why)
      setBusy(false)
    }
  }
  return (
    <Dialog
      visible
      header={product.name}
      width="min(480px, 94vw)"
      confirmBtn={
        <SaveButton
          words={texts('save')}
          blocked={change === null || busy}
          testId="save-product"
          save={save}
        />
      }
      cancelBtn={texts('cancel')}
      onClose={close}
    >
      <ProductForm draft={draft} change={(part) => setDraft((now) => ({ ...now, ...part }))} />
      {failure !== null && (
        <Alert theme="error" title={failureTitle(failure, texts)} message={failure.message} />
      )}
    </Dialog>
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
