/// The header of a safetensors file, checked: tensors lie inside the file, side by side.
struct SafetensorsHeader {
  var tensors: [Safetensors.Tensor]
  var metadata: [String: String]
  var dataOffset: Int

  static func parse(_ bytes: UnsafeRawBufferPointer, path: String) throws(NetworkFilesError) -> SafetensorsHeader {
    guard bytes.count >= 8 else {
      throw .truncated(path: path, what: "a safetensors file", needed: 8, available: bytes.count)
    }
    let limit = Safetensors.maximumHeaderBytes
    guard let length = bytes.u64(0), length <= limit else {
      let stated = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
      throw .tooLarge(path: path, what: "the safetensors header", bytes: Int(clamping: stated), limit: limit)
    }
    guard bytes.count - 8 >= length else {
      throw .truncated(path: path, what: "the safetensors header", needed: 8 + length, available: bytes.count)
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[8..<8 + length])
    let document: JSONValue
    do throws(JSONParser.Failure) {
      document = try JSONParser.parse(text)
    } catch {
      let place = JSONParser.place(of: error.offset, in: text)
      throw .jsonSyntax(path: path, line: place.line, column: place.column, problem: "in the header: \(error.problem)")
    }
    guard case .object(let members) = document.content else {
      throw .corrupt(path: path, problem: "the safetensors header is \(document.kindName), not an object")
    }
    var header = SafetensorsHeader(tensors: [], metadata: [:], dataOffset: 8 + length)
    for member in members {
      if member.key == "__metadata__" {
        header.metadata = try metadata(member.value, path: path)
      } else {
        header.tensors.append(try header.tensor(member, path: path))
      }
    }
    header.tensors.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    try header.checkCover(of: bytes.count, path: path)
    return header
  }

  private static func metadata(_ value: JSONValue, path: String) throws(NetworkFilesError) -> [String: String] {
    guard case .object(let members) = value.content else {
      throw .corrupt(path: path, problem: "__metadata__ in the header is \(value.kindName), not an object")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value.content else {
        throw .corrupt(path: path, problem: "__metadata__.\(shown(member.key)) in the header is not a string")
      }
      metadata[member.key] = text
    }
    return metadata
  }

  private func tensor(_ member: JSONValue.Member, path: String) throws(NetworkFilesError) -> Safetensors.Tensor {
    let label = "tensor \"\(shown(member.key))\""
    guard case .object(let fields) = member.value.content, fields.count == 3,
      case .string(let typeName)? = member.value["dtype"]?.content,
      let shape = Self.integers(member.value["shape"]), let offsets = Self.integers(member.value["data_offsets"]),
      offsets.count == 2
    else {
      throw .corrupt(path: path, problem: "\(label) needs exactly dtype, shape and two data_offsets in the header")
    }
    guard let type = TensorType(rawValue: typeName) else {
      throw .unsupported(path: path, problem: "\(label) has the unknown type \(shown(typeName))")
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin >= 0, begin <= end, end < 1 << 62 else {
      throw .corrupt(path: path, problem: "\(label) has the data offsets [\(begin), \(end)]")
    }
    guard let count = NpyArray.elementCount(of: shape), count * type.width == end - begin else {
      throw .corrupt(
        path: path,
        problem:
          "\(label) of type \(typeName) and shape \(shown("\(shape)")) does not take the \(end - begin) bytes of its offsets"
      )
    }
    return Safetensors.Tensor(name: member.key, type: type, shape: shape, range: begin + dataOffset..<end + dataOffset)
  }

  private static func integers(_ value: JSONValue?) -> [Int]? {
    guard case .array(let elements)? = value?.content else { return nil }
    var result: [Int] = []
    for element in elements {
      guard case .integer(let number) = element.content else { return nil }
      result.append(Int(number))
    }
    return result
  }

  /// Tensors must follow each other without gap and overlap up to the end of the file.
  private func checkCover(of byteCount: Int, path: String) throws(NetworkFilesError) {
    var position = dataOffset
    for tensor in tensors {
      guard tensor.range.lowerBound == position else {
        let what = tensor.range.lowerBound < position ? "overlaps the one before it" : "leaves a gap before it"
        throw .corrupt(path: path, problem: "tensor \"\(shown(tensor.name))\" \(what)")
      }
      position = tensor.range.upperBound
    }
    guard position <= byteCount else {
      throw .truncated(path: path, what: "the tensors", needed: position, available: byteCount)
    }
    guard position == byteCount else {
      throw .corrupt(path: path, problem: "\(byteCount - position) bytes follow the last tensor")
    }
  }
}
