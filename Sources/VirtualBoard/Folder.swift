import Glibc

/// Makes a folder, and those above it, for this user alone.
func createFolder(_ path: String) throws(VirtualBoardError) {
  if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let cut = path.lastIndex(of: "/"), cut != path.startIndex else {
    throw .failed("creating the folder", path)
  }
  try createFolder(String(path[..<cut]))
  guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .failed("creating the folder", path) }
}
