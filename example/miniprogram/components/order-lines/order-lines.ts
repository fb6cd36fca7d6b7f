// The lines of an order with pictures, as the server computed them.
Component({
  properties: {
    lines: { type: Array, value: [] },
  },
})
