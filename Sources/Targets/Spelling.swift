/// Finds what a misspelt word was meant to be.
public enum Spelling {
  /// The candidate with the least edit distance, the earliest of several; nil where none is near.
  ///
  /// Near is a third of the word's length, at least 2 edits: `neuron_per_core` finds `neurons_per_core`.
  public static func nearest(to word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let found = distance(Array(word.unicodeScalars), Array(candidate.unicodeScalars))
      if found < best?.distance ?? .max { best = (found, candidate) }
    }
    guard let best, best.distance <= max(2, word.utf8.count / 3), best.distance < best.candidate.utf8.count
    else { return nil }
    return best.candidate
  }

  /// The edits (insert, remove, replace one character) from one word to the other (Levenshtein).
  static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var row = Array(0...second.count)
    for (i, a) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in second.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
