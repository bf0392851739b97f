import ImageFormat

extension Rule {
  private static let host = UInt32(0x54534F48)
  private static let extra = FourCharacterCode("XTRA")

  /// Header and section table.
  static let container: [Rule] = [
    Rule("another magic", [Edit(0, UInt8(0x73))], .notAnImage),
    Rule("another major version", [Edit(8, UInt16(3))], .unsupportedVersion(major: 3, minor: 0)),
    Rule("another size of the header", [Edit(12, UInt32(64))], .headerSize, at: 12, 64),
    Rule("another size of the file", [Edit(16, UInt64(1615))], .fileSize(stored: 1615, actual: 1614)),
    Rule("no sections", [Edit(24, UInt32(0))], .sectionCount, at: 24, 0),
    Rule("more than 64 sections", [Edit(24, UInt32(65))], .sectionCount, at: 24, 65),
    Rule("a table that leaves the file", [Edit(24, UInt32(64))], .truncated(offset: 128, needed: 4096)),
    Rule("another family", [Edit(28, FourCharacterCode("XYLO").rawValue)], .family(FourCharacterCode("XYLO"))),
    Rule("a reserved byte of the header", [Edit(123, UInt8(1))], .reserved, at: 96, 1),

    Rule("an unknown flag", [Edit(132, UInt32(2))], .sectionFlags, at: 132, 2),
    Rule("a device's section for the host", [Edit(132, UInt32(1))], .sectionFlags, at: 132, 1),
    Rule("a host's section for the device", [Edit(324, UInt32(0))], .sectionFlags, at: 324, 0),
    Rule("a reserved byte of an entry", [Edit(159, UInt8(1))], .reserved, at: 152, 1),
    Rule("a section that begins in another", [Edit(200, UInt64(576))], .sectionOrder, at: 200, 576),
    Rule("a section that is not aligned", [Edit(200, UInt64(593))], .sectionOrder, at: 200, 593),
    Rule("a section beyond the file", [Edit(464, UInt64(239))], .truncated(offset: 1376, needed: 239)),
    Rule("a section of 2^64 − 1 bytes", [Edit(464, UInt64.max)], .truncated(offset: 1376, needed: .max)),
    Rule("bytes behind the last section", [Edit(464, UInt64(237))], .fileSize(stored: 1613, actual: 1614)),
    Rule("padding between sections", [Edit(1055, UInt8(1))], .padding, at: 1049, 1),
    Rule(
      "a kind twice", [Edit(448, FourCharacterCode.neuronMap.rawValue)], .duplicateSection, at: 448, 5),
    Rule("a section missing", [Edit(448, extra.rawValue)], .missingSection(.provenance)),
    Rule(
      "an unknown section for the device", [Edit(448, extra.rawValue), Edit(452, UInt32(0))],
      .unknownSection(extra, offset: 1376)),
    Rule(
      "sections in another order", [Edit(320, FourCharacterCode.neuronMap.rawValue), Edit(384, host)],
      .sectionOrder, at: 384, 4),
  ]

  /// `BORD` and the cores' headers.
  static let board: [Rule] = [
    Rule("a grid without cores", [Edit(516, UInt16(0))], .grid, at: 512, 0),
    Rule("a grid of more than 65535 cores", [Edit(512, UInt16(32768))], .grid, at: 512, 65536),
    Rule("an unknown layout", [Edit(520, UInt8(2))], .layout, at: 520, 2),
    Rule("accumulators of 16 bits", [Edit(521, UInt8(16))], .accumulatorBits, at: 521, 16),
    Rule("another ring", [Edit(522, UInt16(17))], .ring, at: 522, 17),
    Rule("more cores in use than cores", [Edit(524, UInt32(3))], .coreCount, at: 524, 3),
    Rule("fewer cores in use than entries", [Edit(524, UInt32(1))], .coreCount, at: 524, 1),
    Rule("2^28 input lines", [Edit(528, UInt32(1 << 28))], .inputCount, at: 528, 1 << 28),
    Rule("more input lines than the table", [Edit(528, UInt32(6))], .inputCount, at: 528, 6),
    Rule("more outputs than neurons", [Edit(532, UInt32(4))], .outputCount, at: 532, 4),
    Rule("an output without a neuron", [Edit(532, UInt32(2))], .missingOutput, at: 532, 1),
    Rule("a reserved byte of BORD", [Edit(543, UInt8(1))], .reserved, at: 536, 1),
    Rule("a core in use named twice", [Edit(568, UInt32(0))], .coreNumber, at: 568, 0),
    Rule("a core outside the grid", [Edit(568, UInt32(2))], .coreNumber, at: 568, 2),
    Rule("a reserved byte of a core's entry", [Edit(575, UInt8(1))], .reserved, at: 572, 1),
    Rule("a core elsewhere", [Edit(576, UInt64(256))], .coreOffset, at: 576, 256),
    Rule("a core shorter than its header", [Edit(560, UInt64(63))], .coreLength, at: 560, 63),
    Rule("a core beyond its section", [Edit(584, UInt64(218))], .coreLength, at: 584, 218),
    Rule(
      "bytes behind the last core", [Edit(584, UInt64(216)), Edit(848, UInt64(0))], .coreLength, at: 1048, 457),
    Rule("padding between cores", [Edit(831, UInt8(1))], .padding, at: 831, 1),
    Rule("257 neurons in the compact layout", [Edit(592, UInt32(257))], .neuronCount, at: 592, 257),
    Rule("65536 axons in the compact layout", [Edit(596, UInt32(65536))], .axonCount, at: 596, 65536),
    Rule("2^28 neurons", in: .wide, [Edit(576, UInt32(1 << 28))], .neuronCount, at: 576, 1 << 28),
    Rule("2^28 axons", in: .wide, [Edit(580, UInt32(1 << 28))], .axonCount, at: 580, 1 << 28),
    Rule("65536 classes", [Edit(600, UInt32(65536))], .classCount, at: 600, 65536),
    Rule("2^28 routes", [Edit(604, UInt32(1 << 28))], .routeCount, at: 604, 1 << 28),
    Rule("a header of another core", [Edit(616, UInt32(1))], .coreNumber, at: 616, 1),
    Rule("a reserved byte of a core's header", [Edit(655, UInt8(1))], .reserved, at: 620, 1),
    Rule("tables that do not fill the core", [Edit(592, UInt32(3))], .synapseBytes, at: 608, 7),
    Rule("more synapses than bytes", [Edit(608, UInt64.max)], .synapseBytes, at: 608, -1),
  ]
}
