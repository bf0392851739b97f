import Datasets
import Foundation
import NetworkFiles
import Networks
import TestSupport
import Testing

/// csv tables, idx pairs and series.
@Suite struct FormatTests {
  private func csv(_ folder: TemporaryFolder, _ text: String) throws -> Dataset {
    try folder.write("a.csv", Array(text.utf8))
    return try Dataset.load(folder.file("a.csv"))
  }

  private func error(_ folder: TemporaryFolder, _ text: String) -> String {
    do {
      _ = try csv(folder, text)
      return "no error"
    } catch { return "\(error)".replacingOccurrences(of: folder.path + "/", with: "") }
  }

  private func rows(_ set: SampleSet) throws -> [[UInt8]] {
    var rows: [[UInt8]] = []
    for index in 0..<set.count { rows.append(try set.withRow(index) { Array($0) }) }
    return rows
  }

  @Test("csv without a header: the last column is the label, whole numbers of 0–255 are kept")
  func plain() throws {
    let folder = try TemporaryFolder()
    let data = try csv(folder, "1,2,0\n3,255,2\r\n\n0,7,1\n9,9,0\n5,6,2\n")
    #expect(data.inputShape == [2] && data.fullScale == 255 && data.classNames == ["0", "1", "2"])
    #expect(try rows(data.train) == [[1, 2], [3, 255], [0, 7], [9, 9]])
    #expect(try rows(data.test) == [[5, 6]])
    #expect(data.train.labels + data.test.labels == [0, 2, 1, 0, 2])
  }

  @Test("csv with a header: label by name, text classes in order, masks, scaling by the training rows")
  func header() throws {
    let folder = try TemporaryFolder()
    let data = try csv(
      folder,
      "Class;width;split;\"height; cm\"\nred;-1.5;train;4\n\"blue\";0.5;test;9\nred;2.5;train;4\ngreen;9;test;3\n")
    #expect(data.classNames == ["blue", "green", "red"])
    #expect(data.train.labels == [2, 2] && data.test.labels == [0, 1])
    // (0.5 + 1.5) / 4 · 255 = 127.5, and half is added; 9 lies beyond; a column that does not vary is 0.
    #expect(try rows(data.train) == [[0, 0], [255, 0]])
    #expect(try rows(data.test) == [[128, 0], [255, 0]])
    let marked = try csv(folder, "\u{FEFF}a,test,b,target\n1,true,2,0\n3,0,4,1\n")
    #expect(try rows(marked.test) == [[1, 2]] && rows(marked.train) == [[3, 4]])
  }

  @Test("mistakes in a csv name the line")
  func mistakes() throws {
    let folder = try TemporaryFolder()
    #expect(error(folder, "1,2,0\n1,0\n") == "a.csv: line 2: 2 fields where the first line has 3")
    #expect(error(folder, "1,2,0\n1,x,0\n") == "a.csv: line 2: column 2 is \"x\", which is no finite number")
    #expect(error(folder, "1,2,0\n1,inf,0\n").contains("which is no finite number"))
    #expect(error(folder, "1\n2\n").contains("line 1: one column only"))
    #expect(error(folder, "a,split\n1,test\n").contains("name the label's column label, class or target"))
    #expect(
      error(folder, "split,a,label\ntest,1,2\nvalid,1,2\n").contains(
        "line 3: split is \"valid\"; it must be train or test"))
    #expect(error(folder, "label,a,class\n1,2,3\n").contains("has 2 columns of labels"))
    #expect(error(folder, "a,\"b,label\n1,2,3\n").contains("line 1: a quotation mark is not closed"))
    #expect(error(folder, "a,b,label\n").contains("holds no samples"))
    #expect(error(folder, "").contains("holds no samples"))
    #expect(error(folder, "1,2,-3\n1,2,3\n").contains("the label of sample 0 is -3"))
    #expect(error(folder, "train,a,label\n1,2,3\n").contains("no sample is marked for testing"))
    try folder.write("b.csv", [0x31, 0x2C, 0xFF, 0x0A])
    #expect(throws: DatasetError.malformed(path: folder.file("b.csv"), problem: "is not UTF-8 text; save it as UTF-8"))
    {
      try Dataset.load(folder.file("b.csv"))
    }
  }

  @Test("2,000 damaged tables give data or a typed error")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let original = Array("a,b,label,split\n1,2.5,x,train\n\"3\",4,y,test\n5,6,x,train\n".utf8)
    var mutation = Mutation(seed: 13)
    var refused = 0
    for _ in 0..<2000 {
      try folder.write("a.csv", mutation.damaged(original))
      do { _ = try Dataset.load(folder.file("a.csv")) } catch is DatasetError { refused += 1 }
    }
    #expect(refused > 500)
  }

  @Test("a pair of idx files: any shape, the last fifth is tested on")
  func idx() throws {
    let folder = try TemporaryFolder()
    func idx(_ shape: [Int], _ data: [UInt8]) -> [UInt8] {
      [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, UInt8($0)] } + data
    }
    try folder.write("i", idx([6, 2, 1, 2], (0..<24).map { $0 }))
    try folder.write("l", idx([6], [0, 30, 1, 2, 3, 4]))
    let data = try Dataset.load("idx:\(folder.file("i")),\(folder.file("l"))")
    #expect(data.inputShape == [2, 1, 2] && data.classNames.count == 31)
    #expect(try rows(data.test) == [[20, 21, 22, 23]])
    #expect(data.train.count == 5)
    try folder.write("l", idx([5], [0, 30, 1, 2, 3]))
    #expect(throws: DatasetError.self) { try Dataset.load("idx:\(folder.file("i")),\(folder.file("l"))") }
    #expect(throws: DatasetError.unknownSpecification("idx:a")) { try Dataset.load("idx:a") }
    try folder.write("i", idx([1, 1, 1, 1, 1], [1]))
    #expect(throws: NetworkFilesError.self) { try Dataset.load("idx:\(folder.file("i")),\(folder.file("l"))") }
  }

  @Test("series of bytes, of whole numbers and of floats")
  func series() throws {
    let folder = try TemporaryFolder()
    let label = ("label", NpyArray(shape: [2], [0, 1] as [UInt8]))
    func load(_ key: String, _ array: NpyArray) throws -> Dataset {
      try Npz.write([(key, array), label], to: folder.file("a.npz"))
      return try Dataset.load(folder.file("a.npz"))
    }
    let whole: [UInt8] = [0, 9, 3, 4, 5, 16, 7, 8, 9, 10, 11, 12]
    let bytes = try load("mel", NpyArray(shape: [2, 3, 2], whole))
    let wide = try load("taxels", NpyArray(shape: [2, 3, 2], whole.map(Int32.init)))
    for data in [bytes, wide] {
      #expect(data.inputShape == [2] && data.ticks == 3 && !data.isCounts)
      #expect(try rows(data.train) == [Array(whole[..<6])])
      #expect(try rows(data.test) == [Array(whole[6...])])
    }
    #expect(bytes.fullScale == 16 && wide.fullScale == 16)
    let floats = try load(
      "series", NpyArray(shape: [2, 3, 2], [-1, 0.5, 0, 0.5, 1, 0.5, 0.5, 9, 3, 9, -3, 9] as [Float]))
    // The first channel by −1…1 of the training sample; the second does not vary there.
    #expect(try rows(floats.train) == [[0, 0, 128, 0, 255, 0]])
    #expect(try rows(floats.test) == [[191, 0, 255, 0, 0, 0]])
    #expect(floats.fullScale == 255)
    #expect(throws: DatasetError.notFinite(path: "\(folder.file("a.npz"))[series]", sample: 1, tick: 2, channel: 0)) {
      try load("series", NpyArray(shape: [2, 3, 2], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .nan, 0] as [Float]))
    }
    let error = #expect(throws: DatasetError.self) { try load("series", NpyArray(shape: [2, 6], whole)) }
    #expect("\(try #require(error))".contains("has the shape [2, 6]; [samples, ticks, channels] is needed"))
  }
}
