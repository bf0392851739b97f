import BoardCore
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// Makes sure that the keys for a first start are pinned: a store that was used before keeps the keys it has.
  ///
  /// - Throws: `otherKeys`.
  package func checkKeys() throws(VirtualBoardError) {
    let bytes = [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
      count = controlInfo(into: UnsafeMutableRawBufferPointer(buffer))
    }
    let info = bytes.withUnsafeBytes { bytes in
      var reader = WireReader(bytes)
      return try? BoardInfo(from: &reader)
    }
    let pinned = info?.security.map { security in (0..<Int(security.keyCount)).map { security[key: $0] } } ?? []
    for index in 0..<profile.initialKeys.count where !pinned.contains(profile.initialKeys[index].identifier) {
      throw .otherKeys
    }
  }
}
