/** The font of the pages, for what is drawn. */
export const FONT = { family: "'Inter Variable', system-ui, sans-serif", size: 12 }

/** Return the options of a legend whose words have this colour. */
export function legend(color: string) {
  return { align: 'end', labels: { color, font: FONT, boxWidth: 12, boxHeight: 2 } } as const
}
