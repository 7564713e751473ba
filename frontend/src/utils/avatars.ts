import type { UserResponse } from '@/api/generated/client'

import { readAsDataUrl } from './files'

/** The largest file that the browser decodes. What is sent is far smaller: the longest side that the API serves. */
export const LARGEST_PICTURE_MB = 25
const SIDE = 512
const QUALITY = 0.9

/** Why a file is no picture: it is too large to be decoded, or the browser cannot read it. */
export class UnusablePicture extends Error {
  readonly reason: 'tooLarge' | 'unreadable'

  constructor(reason: UnusablePicture['reason']) {
    super(reason)
    this.name = 'UnusablePicture'
    this.reason = reason
  }
}

/**
 * Decode a picture, crop it to the square in its middle, and scale it down to what is shown anywhere.
 *
 * @throws UnusablePicture before anything is sent.
 */
export async function squarePicture(file: File): Promise<{ file: File; preview: string }> {
  if (file.size > LARGEST_PICTURE_MB * 1_000_000) throw new UnusablePicture('tooLarge')
  const picture = await createImageBitmap(file).catch(() => {
    throw new UnusablePicture('unreadable')
  })
  const blob = await encoded(cropped(picture))
  const square = new File([blob], file.name, { type: blob.type })
  return { file: square, preview: await readAsDataUrl(square) }
}

function cropped(picture: ImageBitmap): HTMLCanvasElement {
  const { width, height } = picture
  const length = Math.min(width, height)
  const side = Math.min(length, SIDE)
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
  const context = canvas.getContext('2d')
  if (!context) throw new UnusablePicture('unreadable')
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, (width - length) / 2, (height - length) / 2, length, length, 0, 0, side, side)
  picture.close()
  return canvas
}

/** Browsers that cannot write WebP write PNG. */
function encoded(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob)
        else reject(new UnusablePicture('unreadable'))
      },
      'image/webp',
      QUALITY,
    )
  })
}

/** Return a user as the author of what they write, with their picture. */
export function authorOf(user: UserResponse | null | undefined): Pick<UserResponse, 'id' | 'name' | 'avatar_url'> {
  const { id = '', name = null, avatar_url: avatarUrl = null } = user ?? {}
  return { id, name, avatar_url: avatarUrl }
}
