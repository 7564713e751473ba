/** A column of a table. The first one names the row. */
export interface Column {
  key: string
  title: string
  /** A CSS width. Columns without one share what is left. */
  width?: string
  isNumber?: boolean
  /** The API's orders by this column; the first one is that of the first click. */
  sorts?: readonly [string, string]
}
