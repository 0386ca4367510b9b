/** What strace is asked for. */

/** The calls to trace, as strace's `-e trace=` takes them. */
export const tracedCalls = [
  'open openat openat2 creat stat lstat newfstatat fstatat64 statx access faccessat faccessat2 readlink readlinkat',
  'execve execveat unlink unlinkat rmdir rename renameat renameat2 link linkat symlink symlinkat mkdir mkdirat chdir fchdir',
  'truncate chmod fchmodat chown fchownat utimensat connect bind listen getsockname getdents64 getdents fcntl flock',
  'clone clone3 fork vfork'
]
  .flatMap((names) => names.split(' '))
  // not every processor has each of them
  .map((name) => `?${name}`)
  .join()

/** The calls whose structures are printed; those of all others (`stat` above all) are not asked of the process. */
export const verboseCalls = 'connect,bind,getsockname,fcntl,?openat2,?clone3'
