/// The word `auto` in `--layers`, which stands for the largest number of neurons that fits the target.
enum LayerSearchText {
  private static let word = "auto"

  /// Whether the layers have it: `auto`, `rec:auto`, `auto@b4`, `128,auto`.
  static func isIn(_ layers: String) -> Bool { filled(layers, 1) != layers }

  /// The layers with a number in its place.
  static func filled(_ layers: String, _ size: Int) -> String {
    let items = layers.split(separator: ",", omittingEmptySubsequences: false).map { item -> String in
      let parts = item.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      var words = parts[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard let last = words.last, last.filter({ $0 != " " }) == word else { return String(item) }
      words[words.count - 1] = String(size)
      return ([words.joined(separator: ":")] + parts.dropFirst().map(String.init)).joined(separator: "@")
    }
    return items.joined(separator: ",")
  }
}
