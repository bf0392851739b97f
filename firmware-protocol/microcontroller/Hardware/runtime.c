// The functions that compilers call without being asked, for machines without a C library.
#include <stddef.h>
#include <stdint.h>

#include "hardware.h"

void *memset(void *target, int value, size_t count) {
  uint8_t *bytes = target;
  uint32_t word = (uint8_t)value * 0x01010101u;
  while (count && (uintptr_t)bytes & 3) *bytes++ = (uint8_t)value, count--;
  for (; count >= 4; bytes += 4, count -= 4) *(uint32_t *)bytes = word;
  while (count--) *bytes++ = (uint8_t)value;
  return target;
}

void *memmove(void *target, const void *source, size_t count) {
  uint8_t *to = target;
  const uint8_t *from = source;
  if (to == from) return target;
  if ((uintptr_t)to - (uintptr_t)from < count) {
    while (count--) to[count] = from[count];
    return target;
  }
  // Words where both sides allow it: not every machine loads unaligned words.
  if ((((uintptr_t)to ^ (uintptr_t)from) & 3) == 0) {
    while (count && (uintptr_t)to & 3) *to++ = *from++, count--;
    for (; count >= 4; to += 4, from += 4, count -= 4) *(uint32_t *)to = *(const uint32_t *)from;
  }
  while (count--) *to++ = *from++;
  return target;
}

void *memcpy(void *target, const void *source, size_t count) { return memmove(target, source, count); }

int memcmp(const void *left, const void *right, size_t count) {
  const uint8_t *a = left, *b = right;
  for (; count; a++, b++, count--) {
    if (*a != *b) return *a < *b ? -1 : 1;
  }
  return 0;
}

// The modules allocate nothing but one short-lived block: `MeshImage.validate()` keeps a bit for each output of an
// image, of which a slot of 64 KiB cannot have more than 2730. So one block is the whole heap.
static _Alignas(16) uint8_t block[512];
static int block_is_taken;

int posix_memalign(void **result, size_t alignment, size_t count) {
  if (block_is_taken || alignment > 16 || count > sizeof block) hardware_restart();
  block_is_taken = 1;
  *result = block;
  return 0;
}

void free(void *taken) {
  if (taken) block_is_taken = 0;
}

// Shifts of 64 bits by 0 to 63, in halves: a plain shift would be compiled to a call of these functions.
typedef union {
  uint64_t whole;
  struct {
    uint32_t low, high;
  } half;
} Wide;

uint64_t __ashldi3(uint64_t value, int count) {
  Wide wide = {value};
  if (count >= 32) {
    wide.half.high = wide.half.low << (count - 32);
    wide.half.low = 0;
  } else if (count > 0) {
    wide.half.high = wide.half.high << count | wide.half.low >> (32 - count);
    wide.half.low <<= count;
  }
  return wide.whole;
}

uint64_t __lshrdi3(uint64_t value, int count) {
  Wide wide = {value};
  if (count >= 32) {
    wide.half.low = wide.half.high >> (count - 32);
    wide.half.high = 0;
  } else if (count > 0) {
    wide.half.low = wide.half.low >> count | wide.half.high << (32 - count);
    wide.half.high >>= count;
  }
  return wide.whole;
}

int64_t __ashrdi3(int64_t value, int count) {
  Wide wide = {(uint64_t)value};
  uint32_t sign = (uint32_t)((int32_t)wide.half.high >> 31);
  if (count >= 32) {
    wide.half.low = (uint32_t)((int32_t)wide.half.high >> (count - 32));
    wide.half.high = sign;
  } else if (count > 0) {
    wide.half.low = wide.half.low >> count | wide.half.high << (32 - count);
    wide.half.high = (uint32_t)((int32_t)wide.half.high >> count);
  }
  return (int64_t)wide.whole;
}

// 64-bit division, one bit a step: rare enough for that.
static uint64_t divide(uint64_t dividend, uint64_t divisor, uint64_t *remainder) {
  uint64_t quotient = 0, rest = 0;
  for (int bit = 63; bit >= 0; bit--) {
    // The bit that leaves `rest` makes it greater than any divisor.
    int carry = (int)(rest >> 63);
    rest = rest << 1 | (dividend >> bit & 1);
    if (carry || rest >= divisor) {
      rest -= divisor;
      quotient |= 1ull << bit;
    }
  }
  *remainder = rest;
  return quotient;
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) {
  uint64_t rest;
  return divide(dividend, divisor, &rest);
}

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) {
  uint64_t rest;
  divide(dividend, divisor, &rest);
  return rest;
}

static uint64_t magnitude(int64_t value) { return value < 0 ? 0 - (uint64_t)value : (uint64_t)value; }

int64_t __divdi3(int64_t dividend, int64_t divisor) {
  uint64_t rest, quotient = divide(magnitude(dividend), magnitude(divisor), &rest);
  return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

int64_t __moddi3(int64_t dividend, int64_t divisor) {
  uint64_t rest;
  divide(magnitude(dividend), magnitude(divisor), &rest);
  return (int64_t)(dividend < 0 ? 0 - rest : rest);
}

#if defined(__arm__)

// The names and conventions of the Arm run-time ABI.
void __aeabi_memset(void *target, size_t count, int value) { memset(target, value, count); }
void __aeabi_memset4(void *target, size_t count, int value) { memset(target, value, count); }
void __aeabi_memset8(void *target, size_t count, int value) { memset(target, value, count); }
void __aeabi_memclr(void *target, size_t count) { memset(target, 0, count); }
void __aeabi_memclr4(void *target, size_t count) { memset(target, 0, count); }
void __aeabi_memclr8(void *target, size_t count) { memset(target, 0, count); }
void __aeabi_memcpy(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memcpy4(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memcpy8(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memmove(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memmove4(void *target, const void *source, size_t count) { memmove(target, source, count); }
void __aeabi_memmove8(void *target, const void *source, size_t count) { memmove(target, source, count); }

uint64_t __aeabi_llsl(uint64_t value, int count) { return __ashldi3(value, count); }
uint64_t __aeabi_llsr(uint64_t value, int count) { return __lshrdi3(value, count); }
int64_t __aeabi_lasr(int64_t value, int count) { return __ashrdi3(value, count); }

uint64_t runtime_udivmod(uint64_t dividend, uint64_t divisor, uint64_t *remainder) {
  return divide(dividend, divisor, remainder);
}

int64_t runtime_divmod(int64_t dividend, int64_t divisor, int64_t *remainder) {
  uint64_t rest, quotient = divide(magnitude(dividend), magnitude(divisor), &rest);
  *remainder = (int64_t)(dividend < 0 ? 0 - rest : rest);
  return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

// Quotient in r0 and r1, remainder in r2 and r3.
__attribute__((naked)) void __aeabi_uldivmod(void) {
  __asm__ volatile(
      "push {r6, lr}\n sub sp, sp, #16\n add r6, sp, #8\n str r6, [sp]\n bl runtime_udivmod\n"
      "ldrd r2, r3, [sp, #8]\n add sp, sp, #16\n pop {r6, pc}");
}

__attribute__((naked)) void __aeabi_ldivmod(void) {
  __asm__ volatile(
      "push {r6, lr}\n sub sp, sp, #16\n add r6, sp, #8\n str r6, [sp]\n bl runtime_divmod\n"
      "ldrd r2, r3, [sp, #8]\n add sp, sp, #16\n pop {r6, pc}");
}

#endif
