import BoardLink
import Dispatch
import Glibc
import ShippedTargets
import Targets
import VirtualBoard

/// A virtual board that is served by a thread of this process, with a folder of its own.
final class RunningBoard {
  let server: VirtualBoardServer
  private let ended = DispatchSemaphore(value: 0)

  init(_ target: Target, options: VirtualBoardOptions) throws {
    server = try VirtualBoardServer(target: target, options: options)
    let (server, ended) = (server, ended)
    // A thread of its own: the server waits most of the time, which the shared pool is not for.
    let queue = DispatchQueue(label: "board")
    queue.async {
      _ = try? server.run()
      ended.signal()
    }
  }

  /// Stops the board and waits until its socket is gone.
  func stop() {
    server.stop()
    ended.wait()
    ended.signal()
  }

  deinit {
    stop()
  }
}

/// A folder that is removed with its contents.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/snnmap-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    remove(path)
  }

  private func remove(_ path: String) {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { remove(path + "/" + name) }
      }
      closedir(directory)
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}
