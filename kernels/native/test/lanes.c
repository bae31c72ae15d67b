/* elem.h as C11, in loops over eight lanes: the way compiled programs use it. */
#include "lanes.h"

#include "elem.h"

#define LANES(name)                                              \
    void lanes_##name(double out[8], const double x[8]) {        \
        _Pragma("omp simd") for (int k = 0; k < 8; k++) {        \
            out[k] = qe_##name(x[k]);                            \
        }                                                        \
    }
LANED_FUNCTIONS(LANES)
