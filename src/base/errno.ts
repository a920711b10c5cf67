/** Linux error numbers that the model returns. Values: include/uapi/asm-generic/errno*.h */
export const errnoTable = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  ENXIO: 6,
  EAGAIN: 11,
  ENOMEM: 12,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ERANGE: 34,
  ENOSYS: 38,
  EOPNOTSUPP: 95,
  EADDRINUSE: 98,
  ETIMEDOUT: 110,
  EPROBE_DEFER: 517,
} as const

/** 0 for success, a negative error number, or (rarely, as in Linux) a positive success code. */
export type Errno = number

/** The same numbers by name, positive as in C: a function that fails returns `-EINVAL`. */
export const {
  EPERM,
  ENOENT,
  EIO,
  ENXIO,
  EAGAIN,
  ENOMEM,
  EFAULT,
  EBUSY,
  EEXIST,
  ENODEV,
  EINVAL,
  ERANGE,
  ENOSYS,
  EOPNOTSUPP,
  EADDRINUSE,
  ETIMEDOUT,
  EPROBE_DEFER,
} = errnoTable

const names = new Map<number, string>(Object.entries(errnoTable).map(([k, v]) => [v, k]))

/** `-EBUSY` for -16; the plain number when it has no name. */
export function errnoName(e: Errno): string {
  const name = names.get(Math.abs(e))
  return name === undefined ? String(e) : `${e < 0 ? '-' : ''}${name}`
}
