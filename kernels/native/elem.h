/* elem.h - elementary and special functions, the same bits on every machine.
 *
 * Each qe_<name> here is the Go function elem.<Name> in lower case, operation by operation: same
 * algorithm, same constants, same order; its documentation, sources and measured
 * errors are in package elem. The text compiles as C11, as C++17 and under NVRTC. It
 * uses fused multiply-add, square root, fabs and floor of the machine, all of them
 * exact or exactly rounded, and nothing else of any library.
 *
 * Compile with -ffp-contract=off (--fmad=false for NVRTC) and without -ffast-math.
 * The functions marked QE_LANE turn into vector code when inlined in a simd loop; they
 * choose by selects, so -fno-math-errno -fno-trapping-math must be given for that.
 */
#ifndef QE_ELEM_H
#define QE_ELEM_H

#ifdef __CUDACC_RTC__
typedef unsigned long long uint64_t;
typedef long long int64_t;
#else
#include <stdint.h>
#include <string.h>
#endif

#ifdef __CUDACC__
#define QE_FN static __device__ inline
#define QE_LANE static __device__ __forceinline__
#define QE_FMA(x, y, z) __fma_rn(x, y, z)
#define QE_SQRT(x) __dsqrt_rn(x)
#define QE_FABS(x) fabs(x)
#define QE_FLOOR(x) floor(x)
#else
#define QE_FN static inline
#define QE_LANE static inline __attribute__((always_inline))
#define QE_FMA(x, y, z) __builtin_fma(x, y, z)
#define QE_SQRT(x) __builtin_sqrt(x)
#define QE_FABS(x) __builtin_fabs(x)
#define QE_FLOOR(x) __builtin_floor(x)
#endif

#include "elem/base.h"
#include "elem/exp.h"
#include "elem/pow.h"
#include "elem/trig.h"
#include "elem/arc.h"
#include "elem/hyperbolic.h"
#include "elem/normal.h"
#include "elem/gamma.h"
#include "elem/incgamma.h"
#include "elem/beta.h"

#endif
