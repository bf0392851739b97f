/// What tells one set of training samples from another without reading them: their number, shape and labels.
enum SampleFingerprint {
  static func words(_ source: any SampleSource) -> String {
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<source.count {
      digest = (digest ^ UInt64(truncatingIfNeeded: source.label(index))) &* 0x100_0000_01B3
    }
    return "\(source.count) samples of \(source.inputShape), labels \(String(digest, radix: 16))"
  }
}
