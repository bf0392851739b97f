// What the firmware needs of a machine. One folder beside this one implements it for each machine.
#ifndef SNNMAP_HARDWARE_H
#define SNNMAP_HARDWARE_H

#include <stddef.h>
#include <stdint.h>

// The unit that storage is erased in.
#define HARDWARE_PAGE_BYTES 256

// Sets up the serial port and the clock. Called once, first.
void hardware_start(void);

// Takes up to `count` bytes that have arrived, without waiting, and returns how many.
size_t hardware_receive(uint8_t *bytes, size_t count);

// Sends bytes and returns when the last one has left.
void hardware_send(const uint8_t *bytes, size_t count);

// Sleeps until a byte has arrived. May return early.
void hardware_wait(void);

// Microseconds since the start. Must be called at least once an hour, or it loses time.
uint64_t hardware_microseconds(void);

// Starts the machine anew. What storage holds stays.
_Noreturn void hardware_restart(void);

// Memory that keeps its contents over a restart, standing in for flash: aligned to a page.
uint8_t *hardware_storage(void);
size_t hardware_storage_bytes(void);

// Working memory of the protocol, and of the machine that executes an image. Aligned to 16.
uint8_t *hardware_workspace(void);
size_t hardware_workspace_bytes(void);
uint8_t *hardware_executor(void);
size_t hardware_executor_bytes(void);

// The board's serial number: at most 31 bytes and a zero.
const char *hardware_serial(void);

#endif
