#include "CKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define CK_WIDTH 4
#include "bodies.h"
#pragma clang attribute pop

const ck_kernels *ck_v3(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") ? &variant : NULL;
}
#else
const ck_kernels *ck_v3(void) { return NULL; }
#endif
