/** The pages' font, for canvases. */
export const FONT = { family: "'Inter Variable', system-ui, sans-serif", size: 12 }

/** Return legend options with this text colour. */
export function legend(color: string) {
  return { align: 'end', labels: { color, font: FONT, boxWidth: 12, boxHeight: 2 } } as const
}
