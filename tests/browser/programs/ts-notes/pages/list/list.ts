import { letters } from '../../utils/count'

interface Note {
  id: number
  text: string
}

const notes: Note[] = [
  { id: 1, text: '买 龙井' },
  { id: 2, text: '给妈妈打电话' },
]

Page({
  data: { notes: notes.map((note) => ({ ...note, letters: letters(note.text) })) },
  onOpen(event: { currentTarget: { dataset: { id: number } } }) {
    wx.navigateTo({ url: `/pages/note/note?id=${event.currentTarget.dataset.id}` })
  },
})
