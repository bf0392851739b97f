import WireProtocol

extension WireError {
  /// The error as a sentence's end.
  var explanation: String {
    switch self {
    case .notAFrame: "bytes that are no frame"
    case .frameLayout(let major, let headerLength, _):
      "a frame of layout \(major) with a header of \(headerLength) bytes"
    case .headerChecksum: "a header with a wrong checksum"
    case .payloadChecksum: "a payload with a wrong checksum"
    case .tooLong(_, let length, let maximum): "a payload of \(length) bytes, more than \(maximum)"
    case .payloadEnds(let offset, let needed): "it ends before the \(needed) bytes from byte \(offset) on"
    case .payloadSize(let actual, let expected): "it has \(actual) bytes instead of \(expected)"
    case .invalidValue(let offset, let value): "the value \(value) at byte \(offset) is none that the protocol allows"
    case .noRoom(let needed, let available): "\(needed) bytes do not fit into \(available)"
    }
  }
}
