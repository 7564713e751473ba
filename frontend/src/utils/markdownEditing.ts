/** A text and what is selected in it. */
export interface Selected {
  text: string
  start: number
  end: number
}

/** Replace a range of a text, and select a range of the result. */
export interface Edit {
  from: number
  to: number
  insert: string
  select: [start: number, end: number]
}

export type Command = (selected: Selected) => Edit

/** Put the selection between two markers, or take them away. */
export function wrapIn(marker: string): Command {
  const { length } = marker
  return ({ text, start, end }) => {
    const chosen = text.slice(start, end)
    const isWrapped = text.slice(start - length, start) === marker && text.slice(end, end + length) === marker
    return isWrapped
      ? { from: start - length, to: end + length, insert: chosen, select: [start - length, end - length] }
      : { from: start, to: end, insert: marker + chosen + marker, select: [start + length, end + length] }
  }
}

/** Begin each line of the selection with what `prefixOf` returns for its number, or take that away. */
export function beginLinesWith(prefixOf: (line: number) => string): Command {
  return ({ text, start, end }) => {
    const from = text.lastIndexOf('\n', start - 1) + 1
    const next = text.indexOf('\n', end)
    const to = next === -1 ? text.length : next
    const lines = text.slice(from, to).split('\n')
    const isPrefixed = lines.every((line, index) => line.startsWith(prefixOf(index)))
    const insert = lines
      .map((line, index) => (isPrefixed ? line.slice(prefixOf(index).length) : prefixOf(index) + line))
      .join('\n')
    const last = from + insert.length
    return { from, to, insert, select: lines.length > 1 ? [from, last] : [last, last] }
  }
}

/** Make a link of the selection, which is its text or its address, and select what is missing. */
export function link({ text, start, end }: Selected): Edit {
  const chosen = text.slice(start, end)
  if (/^https?:\/\/\S+$/.test(chosen))
    return { from: start, to: end, insert: `[](${chosen})`, select: [start + 1, start + 1] }
  const address = start + chosen.length + 3
  return { from: start, to: end, insert: `[${chosen}](https://)`, select: [address, address + 'https://'.length] }
}

/** Apply an edit to a text area so that the browser can undo it. */
export function apply({ from, to, insert, select }: Edit, area: HTMLTextAreaElement): void {
  area.focus()
  area.setSelectionRange(from, to)
  if (!insertUndoably(insert)) {
    area.setRangeText(insert)
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }
  area.setSelectionRange(...select)
}

function insertUndoably(text: string): boolean {
  // The old command is the only one that the browser's undo knows about.
  // eslint-disable-next-line @typescript-eslint/no-deprecated, @typescript-eslint/no-unnecessary-condition
  return document.execCommand?.(text ? 'insertText' : 'delete', false, text) ?? false
}
