import ImageFormat
import Testing

/// Every rule of "What a reader refuses".
@Suite struct RefusalTests {
  @Test("each rule that an image breaks ends with its own error, offset and value", arguments: Rule.all.indices)
  func rules(_ index: Int) {
    let rule = Rule.all[index]
    #expect(rule.brokenImage().imageError() == rule.error, "\(rule.name)")
  }

  @Test("there is a rule for every field that the reader names")
  func completeness() {
    let tested = Set(
      Rule.all.compactMap { rule -> UInt8? in
        if case .invalidField(let field, _, _) = rule.error { return field.rawValue }
        return nil
      })
    var raw: UInt8 = 0
    while let field = ImageField(rawValue: raw) {
      #expect(tested.contains(raw), "no rule for \(field)")
      raw += 1
    }
    #expect(Int(raw) == tested.count)
    #expect(Set(Rule.all.map(\.name)).count == Rule.all.count)
  }

  @Test("every truncation of an image is refused")
  func truncation() {
    for length in 0..<HandImage.compact.count {
      var cut = Array(HandImage.compact[..<length])
      #expect(cut.imageError() != nil, "\(length) bytes")
      cut.seal()
      #expect(cut.imageError() != nil, "\(length) bytes, sealed again")
    }
    #expect((HandImage.compact + [0]).imageError() == .fileSize(stored: 1614, actual: 1615))
  }

  @Test("every single changed bit of an image is refused, by the CRC, a digest or the padding")
  func bitFlips() {
    for offset in HandImage.compact.indices {
      for bit in 0..<8 {
        var image = HandImage.compact
        image[offset] ^= 1 << UInt8(bit)
        #expect(image.imageError() != nil, "bit \(bit) of byte \(offset)")
      }
    }
  }

  @Test("a header whose CRC is wrong tells both checksums")
  func headerChecksum() {
    var image = HandImage.compact
    let right = image.number(at: 124, as: UInt32.self)
    image.patch(124, right ^ 1)
    #expect(image.imageError() == .headerChecksum(stored: right ^ 1, computed: right))
  }

  @Test("a damaged section is named; a damaged table has no name")
  func digests() {
    for (offset, kind, start) in [
      (520, FourCharacterCode.board, 512), (600, .cores, 592), (1060, .inputs, 1056), (1100, .host, 1088),
      (1350, .neuronMap, 1344), (1400, .provenance, 1376),
    ] {
      var image = HandImage.compact
      image[offset] ^= 1
      #expect(image.imageError() == .digest(kind: kind, offset: UInt64(start)))
    }
    var image = HandImage.compact
    image[140] ^= 1
    #expect(image.imageError() == .digest(kind: FourCharacterCode(rawValue: 0), offset: 128))
  }

  @Test("an empty file and a short one are refused without a read beyond them")
  func shortFiles() {
    #expect([UInt8]().imageError() == .truncated(offset: 0, needed: 128))
    #expect([UInt8]("SNNMAP".utf8).imageError() == .truncated(offset: 0, needed: 128))
    #expect([UInt8](repeating: 0, count: 8).imageError() == .notAnImage)
  }
}
