import Glibc

/// What libFuzzer calls with bytes of its own making; the environment says which target they are for.
@_cdecl("LLVMFuzzerTestOneInput")
nonisolated func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosenTarget.run(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}

/// Before the first input: with `SNNMAP_FUZZ_SEEDS` set, writes the target's seeds into that folder and ends.
@_cdecl("LLVMFuzzerInitialize")
nonisolated func fuzzInitialize(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  if let folder = getenv("SNNMAP_FUZZ_SEEDS") {
    let vectors = getenv("SNNMAP_FUZZ_VECTORS").map { String(cString: $0) } ?? ""
    let seeds = FuzzSeeds.seeds(for: chosenTarget, vectors: FuzzSeeds.vectors(folder: vectors))
    for (number, seed) in seeds.enumerated() {
      let path = "\(String(cString: folder))/seed-\(number)"
      guard let file = fopen(path, "w") else { fatalError("cannot write \(path)") }
      _ = seed.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
      fclose(file)
    }
    print("\(seeds.count) seeds for \(chosenTarget.rawValue)")
    exit(0)
  }
  return 0
}

private let chosenTarget: FuzzTarget = {
  let name = getenv("SNNMAP_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else { fatalError("SNNMAP_FUZZ_TARGET names no target: '\(name)'") }
  return target
}()
