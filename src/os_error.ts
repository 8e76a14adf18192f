/** Numbers of errors that say that a file system lacks an operation. */
const UNSUPPORTED: { readonly [os: string]: readonly number[] } = {
  // EINVAL, ENOLCK, ENOSYS and EOPNOTSUPP; 524, which NFS should keep in the kernel.
  linux: [22, 37, 38, 95, 524],
  // EINVAL, ENOTSUP, ENOLCK, ENOSYS and EOPNOTSUPP.
  darwin: [22, 45, 77, 78, 102],
  // ERROR_INVALID_FUNCTION and ERROR_NOT_SUPPORTED.
  windows: [1, 50],
};

/** The number by which the operating system calls an error; null if it is not from there. */
export function osErrorNumber(error: unknown): number | null {
  const number = /\(os error (\d+)\)/.exec(String(error))?.[1];
  return number === undefined ? null : Number(number);
}

/** Whether an error of a file's operation says that its file system does not have the operation. */
export function isUnsupported(error: unknown, os: string = Deno.build.os): boolean {
  return UNSUPPORTED[os]?.includes(osErrorNumber(error) ?? NaN) ?? false;
}
