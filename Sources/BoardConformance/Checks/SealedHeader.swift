import FixedPoint

/// The frame with the CRC of its header made right.
func sealedHeader(_ frame: [UInt8]) -> [UInt8] {
  var result = frame
  let crc = frame[0..<28].withUnsafeBytes { CRC32C.checksum(of: $0) }
  for index in 0..<4 { result[28 + index] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * index)) }
  return result
}
