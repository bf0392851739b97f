// QEMU's machine `virt` with one 32-bit RISC-V hart. Sources: QEMU's hw/riscv/virt.c (memory map), the RISC-V
// privileged and PLIC specifications, National Semiconductor's data sheet of the NS16550.
#include "hardware.h"

#define BYTE(address) (*(volatile uint8_t *)(address))
#define WORD(address) (*(volatile uint32_t *)(address))

#define UART_DATA BYTE(0x10000000)
#define UART_INTERRUPT_ENABLE BYTE(0x10000001)
#define UART_FIFO_CONTROL BYTE(0x10000002)
#define UART_LINE_CONTROL BYTE(0x10000003)
#define UART_MODEM_CONTROL BYTE(0x10000004)
#define UART_LINE_STATUS BYTE(0x10000005)
#define STATUS_RECEIVED 1u
#define STATUS_SENDING_EMPTY 0x20u
#define STATUS_SENT 0x40u

#define TEST_DEVICE WORD(0x00100000)
#define TEST_RESET 0x7777u

#define TIME_LOW WORD(0x0200BFF8)
#define TIME_HIGH WORD(0x0200BFFC)

#define PLIC_PRIORITY_UART WORD(0x0C000000 + 4 * 10)
#define PLIC_ENABLE WORD(0x0C002000)
#define PLIC_THRESHOLD WORD(0x0C200000)
#define PLIC_CLAIM WORD(0x0C200004)
#define PLIC_UART (1u << 10)

extern uint32_t linker_bss_start, linker_bss_end;
extern uint8_t linker_storage_start[], linker_storage_end[];
_Noreturn void firmware_main(void);

// A fault of the firmware: start anew, as a watchdog would see to.
__attribute__((aligned(4))) _Noreturn void fault(void) { hardware_restart(); }

__attribute__((used)) _Noreturn void reset(void) {
  for (uint32_t *word = &linker_bss_start; word < &linker_bss_end;) *word++ = 0;
  __asm__ volatile("csrw mtvec, %0" ::"r"((uintptr_t)fault));
  firmware_main();
}

__attribute__((naked, section(".start"))) void _start(void) {
  __asm__ volatile(
      ".option push\n .option norelax\n la gp, __global_pointer$\n .option pop\n la sp, linker_stack_top\n j reset");
}

void hardware_start(void) {
  // Interrupts only end a sleep; nothing is ever handled by one: mstatus.MIE stays 0.
  __asm__ volatile("csrci mstatus, 8\n csrs mie, %0" ::"r"(1u << 11));
  PLIC_PRIORITY_UART = 1;
  PLIC_THRESHOLD = 0;
  PLIC_ENABLE = PLIC_UART;
  // Eight bits, no parity; the divider is left alone, as the emulated line has no rate.
  UART_LINE_CONTROL = 3;
  UART_FIFO_CONTROL = 7;
  UART_MODEM_CONTROL = 3;
  UART_INTERRUPT_ENABLE = 1;
}

size_t hardware_receive(uint8_t *bytes, size_t count) {
  size_t taken = 0;
  while (taken < count && UART_LINE_STATUS & STATUS_RECEIVED) bytes[taken++] = UART_DATA;
  return taken;
}

void hardware_send(const uint8_t *bytes, size_t count) {
  for (; count; bytes++, count--) {
    while (!(UART_LINE_STATUS & STATUS_SENDING_EMPTY)) {}
    UART_DATA = *bytes;
  }
  while (!(UART_LINE_STATUS & STATUS_SENT)) {}
}

void hardware_wait(void) {
  uint32_t line = PLIC_CLAIM;
  if (line) PLIC_CLAIM = line;
  // A byte that comes between here and the sleep is pending, and the sleep ends at once.
  if (UART_LINE_STATUS & STATUS_RECEIVED) return;
  __asm__ volatile("fence\n wfi" ::: "memory");
}

uint64_t hardware_microseconds(void) {
  uint32_t high, low;
  do {
    high = TIME_HIGH;
    low = TIME_LOW;
  } while (high != TIME_HIGH);
  // The counter runs at 10 MHz.
  return ((uint64_t)high << 32 | low) / 10;
}

_Noreturn void hardware_restart(void) {
  __asm__ volatile("fence" ::: "memory");
  TEST_DEVICE = TEST_RESET;
  for (;;) {}
}

uint8_t *hardware_storage(void) { return linker_storage_start; }
size_t hardware_storage_bytes(void) { return (size_t)(linker_storage_end - linker_storage_start); }
