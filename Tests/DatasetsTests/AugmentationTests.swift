import Datasets
import FixedPoint
import NetworkFiles
import Networks
import TestSupport
import Testing

@Suite struct AugmentationTests {
  private static let all = Augmentation(shift: 2, flips: true, drop: 0.3, timeShift: 3, timeStretch: 0.2, seed: 9)

  private func maps(_ folder: TemporaryFolder) throws -> Dataset {
    var random = RandomStream(seed: 2, stream: 0)
    let values = (0..<40 * 60).map { _ in UInt8(random.below(256)) }
    try Npz.write(
      [
        ("images", NpyArray(shape: [40, 2, 5, 6], values)),
        ("label", NpyArray(shape: [40], [UInt8](repeating: 0, count: 40))),
      ], to: folder.file("maps.npz"))
    return try Dataset.load(folder.file("maps.npz"))
  }

  private func encoder(_ data: Dataset, _ augmentation: Augmentation, kind: InputCoding.Kind = .direct, ticks: Int = 6)
    throws -> SampleEncoder
  {
    let encoder = SampleEncoder(
      coding: .standard(for: data, kind: kind, levels: kind == .direct ? 255 : nil, seed: 4), ticks: ticks,
      inputCount: data.inputCount, augmentation: augmentation, inputShape: data.inputShape)
    try encoder.check(data.train)
    return encoder
  }

  @Test("draw 0 is never changed; the same sample and draw have the same bytes, other draws and seeds differ")
  func draws() throws {
    let data = try maps(try TemporaryFolder())
    for kind in [InputCoding.Kind.direct, .deterministic, .rate, .latency] {
      let changed = try encoder(data, Self.all, kind: kind)
      let plain = try encoder(data, .none, kind: kind)
      var other = Self.all
      other.seed = 10
      let otherSeed = try encoder(data, other, kind: kind)
      var differences = 0
      for index in 0..<20 {
        #expect(try encoded(changed, index, of: data.train) == encoded(plain, index, of: data.train))
        let once = try encoded(changed, index, of: data.train, draw: 1)
        #expect(try encoded(changed, index, of: data.train, draw: 1) == once)
        if try encoded(changed, index, of: data.train, draw: 2) != once { differences += 1 }
        if try encoded(otherSeed, index, of: data.train, draw: 1) != once { differences += 1 }
      }
      #expect(differences > 35)
    }
  }

  @Test("shifts and flips are those of the maps, all of them occur, and what comes in is 0")
  func movement() throws {
    let data = try maps(try TemporaryFolder())
    let encoder = try encoder(data, Augmentation(shift: 2, flips: true, seed: 3), ticks: 2)
    var seen: Set<[Int]> = []
    for index in 0..<data.train.count {
      let row = try data.train.withRow(index) { Array($0) }
      for draw in 1...8 as ClosedRange<UInt64> {
        let counts = try encoded(encoder, index, of: data.train, draw: draw)
        let matching = (-2...2).flatMap { dy in (-2...2).flatMap { dx in [[dy, dx, 0], [dy, dx, 1]] } }
          .filter { change in
            var moved = [UInt8](repeating: 0, count: 60)
            for channel in 0..<2 {
              for y in 0..<5 where (0..<5).contains(y - change[0]) {
                for x in 0..<6 where (0..<6).contains(x - change[1]) {
                  let column = change[2] == 1 ? 5 - (x - change[1]) : x - change[1]
                  moved[(channel * 5 + y) * 6 + x] = row[(channel * 5 + y - change[0]) * 6 + column]
                }
              }
            }
            return counts == moved + moved
          }
        #expect(matching.count == 1)
        seen.formUnion(matching)
      }
    }
    #expect(seen.count == 50)
  }

  @Test("dropping silences its share, and only silences")
  func dropping() throws {
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 10, inputs: 45, maximum: 255)
    for share in [0, 0.25, 1] as [Double] {
      let changed = try encoder(data, Augmentation(drop: share, seed: 5), ticks: 11)
      var (kept, spikes) = (0, 0)
      for index in 0..<8 {
        let plain = try encoded(changed, index, of: data.train)
        for draw in 1...10 as ClosedRange<UInt64> {
          let less = try encoded(changed, index, of: data.train, draw: draw)
          #expect(zip(plain, less).allSatisfy { $1 == 0 || $1 == $0 })
          spikes += plain.count { $0 > 0 }
          kept += less.count { $0 > 0 }
        }
      }
      #expect(abs(Double(kept) / Double(spikes) - (1 - share)) < 0.01)
    }
  }

  @Test("time shifted by up to k ticks, and stretched")
  func time() throws {
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 50, inputs: 20, maximum: 255)
    let shifted = try encoder(data, Augmentation(timeShift: 2, seed: 6), kind: .latency, ticks: 16)
    let stretched = try encoder(data, Augmentation(timeStretch: 0.5, seed: 6), kind: .latency, ticks: 16)
    var seen: Set<Int> = []
    for index in 0..<data.train.count {
      let plain = try encoded(shifted, index, of: data.train)
      let moved = try encoded(shifted, index, of: data.train, draw: 1)
      let matching = (-2...2).filter { shift in
        (0..<320).allSatisfy { position in
          let from = position - shift * 20
          return moved[position] == ((0..<320).contains(from) ? plain[from] : 0)
        }
      }
      #expect(matching.count == 1)
      seen.formUnion(matching)
      // Each tick is a tick of the sample, in order; the first stays.
      let slower = try encoded(stretched, index, of: data.train, draw: 1)
      let rates = (32768...98304).filter { $0 % 64 == 0 }
      #expect(
        rates.contains { rate in
          (0..<16).allSatisfy { tick in
            let from = (tick * rate) >> 16
            let expected = from < 16 ? Array(plain[from * 20..<from * 20 + 20]) : [UInt8](repeating: 0, count: 20)
            return Array(slower[tick * 20..<tick * 20 + 20]) == expected
          }
        })
    }
    #expect(seen == [-2, -1, 0, 1, 2])
  }

  @Test("packed bits are moved as counts are")
  func bits() throws {
    let folder = try TemporaryFolder()
    let data = try maps(folder)
    let plain = try encoder(data, .none, kind: .deterministic)
    try data.export(to: folder.file("c.npz"), encoder: plain)
    try data.export(to: folder.file("b.npz"), encoder: plain, layout: .packedBits)
    let (counts, bits) = (try Dataset.load(folder.file("c.npz")), try Dataset.load(folder.file("b.npz")))
    let encoder = SampleEncoder(
      coding: .spikes, ticks: 6, inputCount: 60, augmentation: Self.all, inputShape: [2, 5, 6])
    try encoder.check(bits.train)
    for index in 0..<30 {
      let moved = try encoded(encoder, index, of: bits.train, draw: 7)
      #expect(try encoded(encoder, index, of: counts.train, draw: 7) == moved)
    }
  }

  @Test("what is out of range, or has no maps, is refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 10, inputs: 12, maximum: 255)
    func check(_ augmentation: Augmentation, _ shape: [Int]?) throws {
      try SampleEncoder(
        coding: .standard(for: data), ticks: 4, inputCount: 12, augmentation: augmentation, inputShape: shape
      ).check(data.train)
    }
    try check(Augmentation(shift: 1), [3, 4])
    try check(Augmentation(drop: 0.5, timeShift: 1), nil)
    #expect(throws: DatasetError.augmentationNeedsMap(shape: [12])) { try check(Augmentation(shift: 1), nil) }
    #expect(throws: DatasetError.augmentationNeedsMap(shape: [12])) { try check(Augmentation(flips: true), [12]) }
    let error = #expect(throws: DatasetError.shapeMismatch(shape: [3, 5], inputs: 12)) {
      try check(Augmentation(shift: 1), [3, 5])
    }
    #expect("\(try #require(error))" == "samples of the shape [3, 5] have 15 values, but the data have 12")
    for wrong in [
      Augmentation(shift: -1), Augmentation(drop: 1.5), Augmentation(drop: .nan), Augmentation(timeShift: 65536),
      Augmentation(timeStretch: 0.95),
    ] {
      #expect(throws: DatasetError.self) { try check(wrong, [3, 4]) }
    }
  }
}
