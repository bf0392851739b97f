import Glibc

/// Removes a file, if it is there.
func removeFile(_ path: String) {
  unlink(path)
}

/// Waits a hundredth of a second.
func pause() {
  usleep(10_000)
}
