/// Files of the repository.
public enum Repository {
  /// The path of `docs/cli.md` and the like, wherever the tests are run from.
  public static func path(_ relative: String) -> String {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/") + "/" + relative
  }
}
