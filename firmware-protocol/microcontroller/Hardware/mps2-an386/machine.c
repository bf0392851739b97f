// The Arm MPS2 board with the image AN386: a Cortex-M4 at 25 MHz. Sources: Arm DAI 0386 (memory map, FPGA
// system registers), Cortex-M System Design Kit TRM DDI 0479 (UART).
#include "hardware.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define UART_DATA REGISTER(0x40004000)
#define UART_STATE REGISTER(0x40004004)
#define UART_CONTROL REGISTER(0x40004008)
#define UART_INTERRUPT_CLEAR REGISTER(0x4000400C)
#define UART_DIVIDER REGISTER(0x40004010)
#define STATE_SENDING_FULL 1u
#define STATE_RECEIVED_FULL 2u
#define CONTROL_SEND 1u
#define CONTROL_RECEIVE 2u
#define CONTROL_RECEIVE_INTERRUPT 8u
#define INTERRUPT_RECEIVE 2u

#define FPGA_COUNTER REGISTER(0x40028018)
#define FPGA_PRESCALE REGISTER(0x4002801C)

#define NVIC_ENABLE REGISTER(0xE000E100)
#define NVIC_CLEAR_PENDING REGISTER(0xE000E280)
#define SCB_APPLICATION_INTERRUPT REGISTER(0xE000ED0C)
#define UART_RECEIVE_LINE 1u

extern uint32_t linker_stack_top, linker_data_start, linker_data_end, linker_data_source, linker_bss_start,
    linker_bss_end;
extern uint8_t linker_storage_start[], linker_storage_end[];
_Noreturn void firmware_main(void);

_Noreturn void reset(void) {
  for (uint32_t *from = &linker_data_source, *to = &linker_data_start; to < &linker_data_end;) *to++ = *from++;
  for (uint32_t *word = &linker_bss_start; word < &linker_bss_end;) *word++ = 0;
  firmware_main();
}

// A fault of the firmware: start anew, as a watchdog would see to.
_Noreturn void fault(void) { hardware_restart(); }

__attribute__((section(".vectors"), used)) const void *const vectors[16] = {
    &linker_stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault};

void hardware_start(void) {
  // Interrupts only end a sleep; nothing is ever handled by one.
  __asm__ volatile("cpsid i");
  // 25 MHz / 217 = 115200 baud.
  UART_DIVIDER = 217;
  UART_CONTROL = CONTROL_SEND | CONTROL_RECEIVE | CONTROL_RECEIVE_INTERRUPT;
  NVIC_ENABLE = UART_RECEIVE_LINE;
  // Once a microsecond.
  FPGA_PRESCALE = 24;
  FPGA_COUNTER = 0;
}

size_t hardware_receive(uint8_t *bytes, size_t count) {
  size_t taken = 0;
  while (taken < count && UART_STATE & STATE_RECEIVED_FULL) bytes[taken++] = (uint8_t)UART_DATA;
  return taken;
}

void hardware_send(const uint8_t *bytes, size_t count) {
  for (; count; bytes++, count--) {
    while (UART_STATE & STATE_SENDING_FULL) {}
    UART_DATA = *bytes;
  }
  while (UART_STATE & STATE_SENDING_FULL) {}
}

void hardware_wait(void) {
  UART_INTERRUPT_CLEAR = INTERRUPT_RECEIVE;
  NVIC_CLEAR_PENDING = UART_RECEIVE_LINE;
  // A byte that comes between here and the sleep is pending, and the sleep ends at once.
  if (UART_STATE & STATE_RECEIVED_FULL) return;
  __asm__ volatile("dsb\n wfi" ::: "memory");
}

uint64_t hardware_microseconds(void) {
  static uint32_t last, high;
  uint32_t now = FPGA_COUNTER;
  if (now < last) high++;
  last = now;
  return (uint64_t)high << 32 | now;
}

_Noreturn void hardware_restart(void) {
  __asm__ volatile("dsb" ::: "memory");
  SCB_APPLICATION_INTERRUPT = 0x05FA0004;
  for (;;) {}
}

uint8_t *hardware_storage(void) { return linker_storage_start; }
size_t hardware_storage_bytes(void) { return (size_t)(linker_storage_end - linker_storage_start); }
