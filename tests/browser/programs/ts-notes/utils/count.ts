/** How many letters a note has, blanks left out. */
export function letters(text: string): number {
  return text.replace(/\s/g, '').length
}
