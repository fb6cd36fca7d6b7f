// What a page shows when it has nothing else to show: loading, empty, error, offline, a login.
Component({
  properties: {
    kind: { type: String, value: 'loading' },
    title: { type: String, value: '' },
    hint: { type: String, value: '' },
    action: { type: String, value: '' },
  },
  data: { picture: '' },
  observers: {
    kind(kind: string) {
      const pictures: Record<string, string> = { empty: 'empty', login: 'empty', paid: 'paid' }
      const name = kind === 'wait' || kind === 'loading' ? 'wait' : (pictures[kind] ?? 'offline')
      this.setData({ picture: `/assets/state-${name}.svg` })
    },
  },
  methods: {
    onAction() {
      this.triggerEvent('action')
    },
  },
})
