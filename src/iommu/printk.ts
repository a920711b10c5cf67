/** Numbers as the kernel's printk formats them. */

/** `%0Nx`: zero-padded hexadecimal without a prefix. */
export function printHex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0')
}

/** `%#0Nx`: at least `width` characters with the `0x`, which a zero does not get. */
export function printAlternateHex(value: number, width = 0): string {
  if (value === 0) return '0'.padStart(Math.max(width, 1), '0')
  return `0x${value.toString(16).padStart(Math.max(width - 2, 0), '0')}`
}

/** `%pa`, `%pad`: `0x` and the full width of a 32-bit address (kernels without LPAE). */
export function printAddress(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
