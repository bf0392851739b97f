import FixedPoint
import ShippedTargets
import Targets
import TestSupport
import Testing

@Suite("Damaged target files")
struct TargetMutationTests {
  @Test("3,000 damaged files give a valid target or an error with a place, and nothing crashes")
  func damagedFiles() throws {
    var refused = 0
    for seed in 0..<3000 {
      var random = RandomStream(seed: 5, stream: UInt64(seed))
      let text = Self.damaged(seed, &random)
      do throws(TargetError) {
        let target = try TargetReader.extendingShipped.read(text, file: "damaged")
        try target.validate()
      } catch {
        refused += 1
        let description = error.description
        #expect(description.hasPrefix("damaged:"), "seed \(seed): \(description)")
        #expect(!description.contains("\n"), "seed \(seed): \(description)")
        #expect(description.utf8.count < 1500, "seed \(seed): \(description)")
      }
    }
    // Damage to comments and to digits within their range is no mistake.
    #expect(refused > 1500 && refused < 3000)
  }

  /// Signs that mean something in YAML, and some that do not belong there.
  private static let signs = Array("[]{}:,-#&*!|>'\"%@`?\n\t 0é\u{0}\u{FEFF}\u{85}~\\".unicodeScalars)

  private static func damaged(_ seed: Int, _ random: inout RandomStream) -> String {
    let names = ShippedTarget.names
    let source =
      seed % 3 == 0
      ? RandomTarget.make(seed: UInt64(seed)).yamlText : ShippedTarget.yamlText(names[seed % names.count]) ?? ""
    var scalars = Array(source.unicodeScalars)
    for _ in 0...random.below(4) {
      let place = Int(random.below(UInt32(scalars.count)))
      switch random.below(6) {
      case 0: scalars[place] = signs[Int(random.below(UInt32(signs.count)))]
      case 1: scalars.insert(signs[Int(random.below(UInt32(signs.count)))], at: place)
      case 2: scalars.remove(at: place)
      case 3: scalars.removeSubrange(place..<min(scalars.count, place + Int(random.below(60))))
      case 4:
        let length = min(scalars.count - place, Int(random.below(80)))
        let copied = scalars[place..<place + length]
        scalars.insert(contentsOf: copied, at: Int(random.below(UInt32(scalars.count))))
      default: scalars.removeSubrange(place...)
      }
      if scalars.isEmpty { break }
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }
}
