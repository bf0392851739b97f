import WireProtocol

/// The first byte picks a message; what is parsed is written and read back the same.
func fuzzMessage(_ bytes: UnsafeRawBufferPointer) {
  var input = FuzzInput(bytes)
  let choice = Int(input.u8())
  let payload = input.rest()
  guard choice < fuzzedMessages.count else {
    fuzzManifest(payload)
    return
  }
  fuzzedMessages[choice](payload)
}

/// Every message of the protocol, at a place that stays: new ones come last.
let fuzzedMessages: [@Sendable (UnsafeRawBufferPointer) -> Void] = [
  { roundTrip(GetInfo.self, $0) }, { roundTrip(SessionReset.self, $0) }, { roundTrip(GetStatus.self, $0) },
  { roundTrip(Hello.self, $0) }, { roundTrip(Begin.self, $0) }, { roundTrip(Write.self, $0) },
  { roundTrip(Commit.self, $0) }, { roundTrip(Abort.self, $0) }, { roundTrip(ReadBack.self, $0) },
  { roundTrip(Activate.self, $0) }, { roundTrip(Confirm.self, $0) }, { roundTrip(Rollback.self, $0) },
  { roundTrip(Reset.self, $0) }, { roundTrip(Clear.self, $0) }, { roundTrip(SpikesIn.self, $0) },
  { roundTrip(Run.self, $0) }, { roundTrip(StateRequest.self, $0) }, { roundTrip(StatsRequest.self, $0) },
  { roundTrip(BoardInfo.self, $0) }, { roundTrip(SessionResetAnswer.self, $0) }, { roundTrip(StatusAnswer.self, $0) },
  { roundTrip(HelloAnswer.self, $0) }, { roundTrip(BeginAnswer.self, $0) }, { roundTrip(WriteAnswer.self, $0) },
  { roundTrip(CommitAnswer.self, $0) }, { roundTrip(AbortAnswer.self, $0) }, { roundTrip(ReadBackAnswer.self, $0) },
  { roundTrip(ActivateAnswer.self, $0) }, { roundTrip(ConfirmAnswer.self, $0) },
  { roundTrip(RollbackAnswer.self, $0) }, { roundTrip(ResetAnswer.self, $0) }, { roundTrip(ClearAnswer.self, $0) },
  { roundTrip(SpikesInAnswer.self, $0) }, { roundTrip(RunAnswer.self, $0) }, { roundTrip(StateAnswer.self, $0) },
  { roundTrip(StatsAnswer.self, $0) }, { roundTrip(SpikesOut.self, $0) }, { roundTrip(MembranesOut.self, $0) },
  { roundTrip(Progress.self, $0) }, { roundTrip(BoardError.self, $0) }, { roundTrip(Provision.self, $0) },
  { roundTrip(ProvisionAnswer.self, $0) }, { roundTrip(StreamRequest.self, $0) }, { roundTrip(StreamAnswer.self, $0) },
  { roundTrip(StreamIn.self, $0) }, { roundTrip(Credit.self, $0) }, { roundTrip(StreamOut.self, $0) },
]

private func roundTrip<Message: WireMessage>(_ type: Message.Type, _ payload: UnsafeRawBufferPointer) {
  do throws(WireError) {
    var reader = WireReader(payload)
    let message = try Message(from: &reader)
    let body = reader.rest()
    withUnsafeTemporaryAllocation(byteCount: 1024 + body.count, alignment: 8) { buffer in
      var writer = WireWriter(buffer)
      do throws(WireError) {
        try message.write(to: &writer)
        let own = writer.count
        try writer.append(body)
        let again = try Message(payload: writer.written)
        let second = encoded(again)
        require(second.elementsEqual(writer.written.prefix(own)), "\(type) changes when it is written and read")
      } catch {
        fatalError("\(type) was parsed, and not after it was written: \(error)")
      }
    }
  } catch {}
}

private func fuzzManifest(_ payload: UnsafeRawBufferPointer) {
  do throws(WireError) {
    let manifest = try ImageManifest(bytes: payload)
    manifest.withSignedBytes { signed in
      require(signed.count == ImageManifest.signedByteCount, "the signed bytes of a manifest")
    }
    withUnsafeTemporaryAllocation(byteCount: ImageManifest.byteCount, alignment: 8) { buffer in
      var writer = WireWriter(buffer)
      do throws(WireError) {
        try manifest.write(to: &writer)
        require(try ImageManifest(bytes: writer.written) == manifest, "a manifest changes when it is written and read")
      } catch {
        fatalError("a manifest was parsed, and not after it was written: \(error)")
      }
    }
  } catch {}
}
