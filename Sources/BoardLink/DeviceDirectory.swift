import WireProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The boards that can be reached: virtual ones by their sockets in a folder, and those on USB.
public enum DeviceDirectory {
  /// `$XDG_RUNTIME_DIR/snnmap`, or `/tmp/snnmap-<user number>` where that variable names no folder.
  public static var defaultFolder: String {
    if let runtime = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), runtime.hasPrefix("/") {
      var entry = stat()
      if stat(runtime, &entry) == 0 && entry.st_mode & S_IFMT == S_IFDIR { return runtime + "/snnmap" }
    }
    return sharedFolder
  }

  private static var sharedFolder: String { "/tmp/snnmap-\(getuid())" }

  /// Whether a folder is the one in `/tmp`, where anybody may make it first, and is not this user's alone: boards in it
  /// may be somebody else's.
  package static func isForeign(_ folder: String) -> Bool {
    folder == sharedFolder && isOpenToOthers(folder)
  }

  /// Whether somebody else owns a folder or may write to it, or it is none but something of its name.
  package static func isOpenToOthers(_ folder: String) -> Bool {
    var entry = stat()
    guard lstat(folder, &entry) == 0 else { return false }
    return entry.st_mode & S_IFMT != S_IFDIR || entry.st_uid != getuid() || entry.st_mode & 0o022 != 0
  }

  /// Why boards in a folder are not looked for; nil where they are, and where there is no such folder.
  public static func problem(in folder: String = defaultFolder) -> BoardLinkError? {
    if isForeign(folder) { return .closedFolder(folder, reason: "it is not yours alone") }
    guard let directory = opendir(folder) else {
      return errno == ENOENT ? nil : .closedFolder(folder, reason: systemReason(errno))
    }
    closedir(directory)
    return nil
  }

  /// Every board that answers: those of a folder, ascending by path, then those on USB, ascending by place. A running
  /// session is not disturbed.
  ///
  /// Sockets that nobody listens to are left out, and all in a folder that `problem` tells something of. A board
  /// that doesn't answer in time, or that this user may not open, is listed without its information; so is a device on
  /// USB that has a board's numbers but is none (`notABoard`).
  public static func list(
    folder: String = defaultFolder, timeout: Duration = .milliseconds(500)
  ) -> [FoundDevice] {
    var found: [FoundDevice] = []
    for path in sockets(in: folder) {
      let address = DeviceAddress.socket(path: path)
      do {
        let transport = try address.connect()
        defer { transport.close() }
        do {
          let info = try FrameChannel(transport: transport, maximumPayload: 4096)
            .call(GetInfo(), timeout: timeout, attempts: 1) { (answer: BoardInfo, _) in answer }
          found.append(FoundDevice(address: address, description: BoardDescription(info), problem: nil))
        } catch {
          found.append(FoundDevice(address: address, description: nil, problem: error))
        }
      } catch {
        if case .noDevice = error { continue }
        found.append(FoundDevice(address: address, description: nil, problem: error))
      }
    }
    return found + USBSearch.list(timeout: timeout)
  }

  /// The only board of a folder and of USB.
  ///
  /// - Throws: `noDevices` where there is none, `closedFolder` where there may be some, `ambiguous` where there are
  ///   several, `notABoard` where there is nothing but a device that looks like one.
  public static func only(folder: String = defaultFolder) throws(BoardLinkError) -> DeviceAddress {
    let all = list(folder: folder)
    let devices = all.filter { !$0.isForeign }
    guard let first = devices.first else {
      throw all.first?.problem ?? problem(in: folder) ?? .noDevices(folder: folder)
    }
    guard devices.count == 1 else { throw .ambiguous(devices.map(\.address)) }
    return first.address
  }

  /// The board that a `--device` argument names, or the only one where there is no argument.
  public static func select(_ argument: String?, folder: String = defaultFolder) throws(BoardLinkError) -> DeviceAddress
  {
    if let argument { return try DeviceAddress(parsing: argument) }
    return try only(folder: folder)
  }

  private static func sockets(in folder: String) -> [String] {
    guard !isForeign(folder), let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".sock") { paths.append(folder + "/" + name) }
    }
    return paths.sorted()
  }
}

/// A board that was found.
public struct FoundDevice: Sendable, Equatable {
  public let address: DeviceAddress
  /// What the board says about itself.
  public let description: BoardDescription?
  /// Why there is no description.
  public let problem: BoardLinkError?
  /// Where a board on USB is plugged in, such as `1-1.2`; nil elsewhere.
  public let place: String?

  init(address: DeviceAddress, description: BoardDescription?, problem: BoardLinkError?, place: String? = nil) {
    self.address = address
    self.description = description
    self.problem = problem
    self.place = place
  }

  /// Whether it only looks like a board.
  public var isForeign: Bool {
    if case .notABoard = problem { true } else { false }
  }
}
