#if !hasFeature(Embedded)

  /// Long buffers without tables: most of the message is cancelled by multiples of the polynomial.
  ///
  /// 1 + x^2751 + x^4508 + x^5275 is the multiple of the polynomial with four terms whose degree is least (found by
  /// search; a multiple has an even number of terms, as x + 1 divides the polynomial). Squared three times it is
  /// 1 + x^(8·2751) + x^(8·4508) + x^(8·5275): a whole byte can be cancelled by adding it to the bytes 767, 2524 and
  /// 5275 behind it, and a word of eight likewise. What is left of a buffer is as many bytes as the degree, which the
  /// tables take. Three exclusive-ors for eight bytes rather than eight look-ups, and none waits for the one before: ten
  /// times the speed of the tables. The principle is that of Russell, "Chorba: a novel CRC32 implementation" (2024).
  extension CRC32C {
    /// Folding less gains nothing.
    static var leastFolded: Int { 4 * farthest }
    /// What the memory of one fold is sized by, for the sake of caches.
    static var mostFolded: Int { 1 << 16 }
    private static var farthest: Int { 5275 }

    /// The register after at least `leastFolded` and at most `mostFolded` bytes.
    static func fold(_ bytes: UnsafeRawBufferPointer, _ register: UInt32) -> UInt32 {
      let cancelled = (bytes.count - farthest) & ~7
      // Zeros stand for what lies before the buffer, and behind what is cancelled, as nothing comes from there.
      let before = (farthest + 7) & ~7
      let tail = bytes.count - cancelled
      return withUnsafeTemporaryAllocation(byteCount: before + cancelled + tail + 8, alignment: 8) { memory in
        guard let base = memory.baseAddress, let source = bytes.baseAddress else { return register }
        let multiples = base + before
        base.initializeMemory(as: UInt8.self, repeating: 0, count: before)
        (multiples + cancelled).initializeMemory(as: UInt8.self, repeating: 0, count: tail + 8)
        cancel(source, cancelled, register, multiples, 767, 2524, farthest)
        var left = CRC32C(register: 0)
        // What remains of the last bytes takes the place of the multiples, whose front is not needed any more.
        var position = 0
        while position + 8 <= tail {
          let word = added(source, multiples, cancelled + position, 767, 2524, farthest)
          base.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
          position += 8
        }
        while position < tail {
          let at = cancelled + position
          let byte =
            source.load(fromByteOffset: at, as: UInt8.self) ^ multiples.load(fromByteOffset: at - 767, as: UInt8.self)
            ^ multiples.load(fromByteOffset: at - 2524, as: UInt8.self)
            ^ multiples.load(fromByteOffset: at - farthest, as: UInt8.self)
          base.storeBytes(of: byte, toByteOffset: position, as: UInt8.self)
          position += 1
        }
        left.updateInEights(UnsafeRawBufferPointer(start: base, count: tail))
        return left.register
      }
    }

    init(register: UInt32) {
      self.register = register
    }

    /// Writes what each of the first words is cancelled with: itself, and what was added to it.
    ///
    /// The distances are arguments of a function that is never inlined: with constants the compiler makes vectors of two
    /// words, which is no faster where they are fast and several times as slow where they are emulated.
    @inline(never) @usableFromInline
    static func cancel(
      _ source: UnsafeRawPointer, _ count: Int, _ register: UInt32, _ multiples: UnsafeMutableRawPointer, _ near: Int,
      _ middle: Int, _ far: Int
    ) {
      guard count >= 8 else { return }
      multiples.storeBytes(
        of: source.loadUnaligned(as: UInt64.self) ^ UInt64(register).littleEndian, as: UInt64.self)
      var position = 8
      while position < count {
        multiples.storeBytes(
          of: added(source, multiples, position, near, middle, far), toByteOffset: position, as: UInt64.self)
        position &+= 8
      }
    }

    @inline(__always)
    private static func added(
      _ source: UnsafeRawPointer, _ multiples: UnsafeMutableRawPointer, _ position: Int, _ near: Int, _ middle: Int,
      _ far: Int
    ) -> UInt64 {
      source.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        ^ multiples.loadUnaligned(fromByteOffset: position &- near, as: UInt64.self)
        ^ multiples.loadUnaligned(fromByteOffset: position &- middle, as: UInt64.self)
        ^ multiples.loadUnaligned(fromByteOffset: position &- far, as: UInt64.self)
    }
  }

#endif
