import ChipCatalog
import Mapper
import NetworkFiles
import Networks
import ShippedTargets
import Targets
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes random networks that fit a target, each with a sample, for tests that use the program and a board.
@main
struct RandomNetworks {
  static let usage = """
    usage: snnmap-random-networks TARGET COUNT FOLDER [FIRST-SEED]
    Writes FOLDER/net-0000.json (with its weights) and FOLDER/input-0000.npz, and so on. The same arguments give the
    same files.
    """

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard (3...4).contains(arguments.count), let count = Int(arguments[2]), (1...10_000).contains(count),
      let first = arguments.count == 4 ? UInt64(arguments[4]) : 1
    else { fail(usage, code: 2) }
    do {
      let tried = try make(try Target.load(arguments[1]), count: count, folder: arguments[3], firstSeed: first)
      print("\(count) networks in \(arguments[3]); \(tried - count) of \(tried) did not fit \(arguments[1])")
    } catch {
      fail("\(error)", code: 1)
    }
  }

  /// Tries seed after seed, and returns how many it tried.
  private static func make(_ target: Target, count: Int, folder: String, firstSeed: UInt64) throws -> Int {
    let options = RandomOptions.representable(on: target)
    var written = 0
    var tried = 0
    while written < count {
      let random = RandomNetwork.make(seed: firstSeed &+ UInt64(tried), options: options)
      tried += 1
      guard try fits(random.network, target) else { continue }
      let digits = String(written)
      let number = String(repeating: "0", count: max(4 - digits.count, 0)) + digits
      let document = NetworkDocument(network: random.network, ticks: random.ticks)
      try NetworkFile.write(document, to: "\(folder)/net-\(number).json")
      // Twice, so that what the first sample leaves behind would show in the second.
      let shape = [2, random.ticks, random.network.inputCount]
      try Npz.write(
        [
          ("input", NpyArray(shape: shape, random.input + random.input)),
          ("label", NpyArray(shape: [2], [Int32](repeating: 0, count: 2))),
          ("test", NpyArray(shape: [2], [true, true])),
        ], to: "\(folder)/input-\(number).npz")
      written += 1
    }
    return tried
  }

  private static func fits(_ network: Network, _ target: Target) throws -> Bool {
    do {
      _ = try ChipCatalog.map(network, to: target)
      return true
    } catch is Misfit {
      return false
    }
  }

  private static func fail(_ text: String, code: Int32) -> Never {
    let line = text + "\n"
    _ = write(2, line, line.utf8.count)
    exit(code)
  }
}
