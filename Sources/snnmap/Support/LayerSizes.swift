import ArgumentParser

/// `128` or `128,64`; `0` for no hidden layer.
struct LayerSizes: CustomStringConvertible {
  var sizes: [Int]

  init(sizes: [Int]) {
    self.sizes = sizes
  }

  /// - Throws: `ValidationError`.
  init(parsing text: String) throws {
    if text == "0" {
      sizes = []
      return
    }
    sizes = try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let size = Int(word), (1...1 << 20).contains(size) else {
        throw ValidationError("write sizes of 1 to \(1 << 20) with commas between, such as 128,64, or 0 for none")
      }
      return size
    }
  }

  var description: String { sizes.isEmpty ? "0" : sizes.map(String.init).joined(separator: ",") }
}
