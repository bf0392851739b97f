import Testing
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Own elementary functions")
struct EquationTests {
  @Test("e^x, ln x and cos πx agree with the C library")
  func functions() {
    for step in 0..<7000 {
      let x = -Double(step) / 10
      #expect((ElementaryFunctions.exponential(x) / exp(x) - 1).magnitude < 2e-15)
      let y = exp(Double(step - 3500) / 100)
      #expect((ElementaryFunctions.logarithm(y) - log(y)).magnitude < 1e-14)
      let z = Double(step) / 7000
      #expect((ElementaryFunctions.cosineOfPi(z) - cos(.pi * z)).magnitude < 1e-13)
    }
    #expect(ElementaryFunctions.exponential(0) == 1 && ElementaryFunctions.exponential(-1000) == 0)
    #expect(ElementaryFunctions.logarithm(1) == 0)
  }

  @Test("the learning rate rises, then falls along half a cosine")
  func schedule() {
    let schedule = LearningRateSchedule(greatest: 1, warmUpSteps: 4, totalSteps: 104)
    #expect((0..<4).map { schedule.rate(step: $0) } == [0.2, 0.4, 0.6, 0.8])
    #expect(schedule.rate(step: 4) == 1)
    #expect((schedule.rate(step: 54) - 0.5).magnitude < 1e-6)
    #expect(schedule.rate(step: 104) < 1e-6)
    #expect((5...104).allSatisfy { schedule.rate(step: $0) < schedule.rate(step: $0 - 1) })
  }
}
