// The catalogue: what costs how much, what is left, what is on sale.
import { useState } from 'react'
import { Button, MessagePlugin, type PrimaryTableCol, Table, Tag } from 'tdesign-react'
import { yuanText } from '../amounts.ts'
import type { Product } from '../api/shapes.ts'
import { type Texts, useTexts } from '../language.ts'
import { usePages } from '../loading.ts'
import { EmptyState, MoreRows, Screen } from '../parts/screen.tsx'
import { useSession } from '../session.ts'
import { ProductDialog } from './product-dialog.tsx'

export function Catalogue() {
  const { api } = useSession()
  const texts = useTexts()
  const loaded = usePages(api.products)
  const [edited, setEdited] = useState<Product | null>(null)
  const saved = () => {
    setEdited(null)
    void MessagePlugin.success(texts('saved'))
    loaded.reload()
  }
  return (
    <>
      <Screen title="catalogue" about="catalogueAbout" loaded={loaded}>
        {(products) => (
          <div className="card">
            {products.length === 0 ? (
              <EmptyState icon="catalogue" title="noProducts" about="noProductsAbout" />
            ) : (
              <Table
                rowKey="id"
                tableLayout="auto"
                data={products}
                columns={columns(texts, setEdited)}
                rowAttributes={{ 'data-testid': 'product-row' }}
              />
            )}
            {loaded.hasMore && <MoreRows {...loaded} />}
          </div>
        )}
      </Screen>
      {edited !== null && (
        <ProductDialog product={edited} saved={saved} close={() => setEdited(null)} />
      )}
    </>
  )
}

function columns(texts: Texts, edit: (product: Product) => void): PrimaryTableCol<Product>[] {
  return [
    {
      colKey: 'name',
      title: texts('product'),
      cell: ({ row }) => (
        <span className="two-lines">
          <b>{row.name}</b>
          <small>{row.description}</small>
          <code>{row.id}</code>
        </span>
      ),
    },
    {
      colKey: 'price',
      title: texts('price'),
      align: 'right',
      cell: ({ row }) => <span className="amount">{yuanText(row.priceFen)}</span>,
    },
    {
      colKey: 'stock',
      title: texts('stock'),
      align: 'right',
      cell: ({ row }) =>
        row.stock === null ? (
          <span className="faint">{texts('unlimited')}</span>
        ) : (
          <span className={row.stock === 0 ? 'amount bad' : 'amount'}>{row.stock}</span>
        ),
    },
    {
      colKey: 'active',
      title: texts('status'),
      cell: ({ row }) => (
        <Tag theme={row.active ? 'success' : 'default'} variant="light" shape="round">
          {texts(row.active ? 'active' : 'inactive')}
        </Tag>
      ),
    },
    {
      colKey: 'edit',
      title: '',
      align: 'right',
      cell: ({ row }) => (
        <Button
          variant="text"
          theme="primary"
          data-testid={`edit-${row.id}`}
          onClick={() => edit(row)}
        >
          {texts('edit')}
        </Button>
      ),
    },
  ]
}
