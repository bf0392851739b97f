/// Lists in sentences.
public enum ListText {
  /// The first items and how many more there are: `["0", "1", "2"]` with a limit of 2 gives "0, 1 and 1 more".
  public static func shortened(_ items: [String], limit: Int) -> String {
    let shown = items.prefix(limit).joined(separator: ", ")
    return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
  }
}
