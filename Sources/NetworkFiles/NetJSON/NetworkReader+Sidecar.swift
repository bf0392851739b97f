import FixedPoint
import Networks

extension NetworkReader {
  /// Data up to this size are compared with their digest at every opening: 4 MiB.
  private static let alwaysHashedBytes = 4 << 20

  /// Opens the sidecar that net.json names and makes sure that it is the right one.
  static func openSidecar(_ root: Fields, check: NetworkFile.SidecarCheck) throws(NetworkFilesError) -> Safetensors? {
    guard let value = root.optional("sidecar") else { return nil }
    let text = root.text
    let fields = try Fields(value, root.path("sidecar"), in: text, allowed: ["bytes", "file", "sha256"])
    let name = try fields.string("file")
    guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0)
    else {
      throw text.failure(
        try fields.required("file"), fields.path("file"), "must be the name of a file in the folder of the network file"
      )
    }
    let folder = text.path.lastIndex(of: "/").map { String(text.path[...$0]) } ?? ""
    let path = folder + name
    let file = try MappedFile(path)
    if let value = fields.optional("bytes") {
      let bytes = try text.integer(value, fields.path("bytes"), in: 0...Int.max)
      guard file.byteCount == bytes else {
        throw .sidecarMismatch(
          path: text.path, sidecar: path, problem: "has \(file.byteCount) bytes where \(bytes) are recorded")
      }
    }
    let sidecar = try Safetensors(file: file, path: path)
    let recorded = fields.optional("sha256") == nil ? nil : try fields.string("sha256")
    let own = sidecar.metadata[SafetensorsWriter.digestKey]
    if let recorded, let own, recorded != own {
      throw .sidecarMismatch(
        path: text.path, sidecar: path, problem: "was written with another network (its digest is not the recorded one)"
      )
    }
    guard let expected = recorded ?? own else { return sidecar }
    let small = sidecar.dataRange.count <= alwaysHashedBytes
    if small || check == .contents || own == nil {
      let found = sidecar.withData { SHA256.digest(of: $0) }.hex
      guard found == expected else {
        throw .sidecarMismatch(
          path: text.path, sidecar: path,
          problem: "is damaged (SHA-256 of its data is \(found), not \(shown(expected)))")
      }
    }
    return sidecar
  }
}
