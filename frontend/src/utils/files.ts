/** Return a file as an address that shows it; the Content-Security-Policy allows `data:` and no `blob:`. */
export function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      resolve(reader.result as string)
    }
    reader.onerror = () => {
      reject(reader.error ?? new Error('The file cannot be read.'))
    }
    reader.readAsDataURL(file)
  })
}
