/** What a page allows, for people. */

/** Rights in words. */
export function rightsInWords({ read, write }: { read: boolean; write: boolean }): string {
  if (read && write) return 'read and write'
  return read ? 'read only' : write ? 'write only' : 'no access'
}
