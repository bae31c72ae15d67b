/* Reads the name of a function, a count n and n times three doubles (those beyond the
 * function's arguments are ignored); writes n results. Repeats until the input ends.
 * The results come from loops over eight lanes, as compiled programs have them. */
#include <stdio.h>
#include <stdlib.h>

#include "elem.h"

#define WIDTH 8

typedef void (*batch)(size_t n, double *out, const double *x, const double *y, const double *z);

#define LANES(name, call)                                                                            \
    static void batch_##name(size_t n, double *out, const double *x, const double *y, const double *z) { \
        (void)y;                                                                                     \
        (void)z;                                                                                     \
        for (size_t i = 0; i < n; i += WIDTH) {                                                      \
            _Pragma("omp simd") for (size_t k = i; k < i + WIDTH; k++) out[k] = call;                \
        }                                                                                            \
    }
#define UNARY(name) LANES(name, qe_##name(x[k]))
#define BINARY(name) LANES(name, qe_##name(x[k], y[k]))
#define TERNARY(name) LANES(name, qe_##name(x[k], y[k], z[k]))

#define EVERY(U, B, T)                                                                             \
    U(sin_moderate) U(cos_moderate) U(tan_moderate) U(exp) U(exp_alone) U(expm1) U(log) U(log1p) U(log1p_unit) U(log1pexp) U(invlogit) U(sin) U(cos) U(tan) U(asin) U(acos) \
    U(atan) U(sinh) U(cosh) U(tanh) U(erf) U(erfc) U(normcdf) U(lognormcdf) U(normquantile)    \
    U(lgamma) U(digamma) U(trigamma) U(lgamma_large) U(digamma_large) U(trigamma_large) U(lgamma_small) U(digamma_small) U(trigamma_small) B(pow) B(logbeta) B(gammap) B(gammaq) B(gammap_da)        \
    T(betainc) T(betainc_da) T(betainc_db)

EVERY(UNARY, BINARY, TERNARY)

#define ENTRY(name) {#name, batch_##name},
static const struct {
    const char *name;
    batch run;
} functions[] = {EVERY(ENTRY, ENTRY, ENTRY)};

static batch find(const char *name) {
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, name) == 0) {
            return functions[i].run;
        }
    }
    fprintf(stderr, "bits: no function %s\n", name);
    exit(1);
}

int main(void) {
    char name[32];
    unsigned long n;
    while (scanf("%31s %lu", name, &n) == 2 && getchar() == '\n') {
        size_t padded = (n + WIDTH - 1) / WIDTH * WIDTH;
        double *data = calloc(4 * padded + 1, sizeof *data);
        if (data == NULL) {
            return 1;
        }
        for (int column = 0; column < 3; column++) {
            if (fread(data + column * padded, sizeof *data, n, stdin) != n) {
                return 1;
            }
        }
        double *out = data + 3 * padded;
        find(name)(padded, out, data, data + padded, data + 2 * padded);
        if (fwrite(out, sizeof *data, n, stdout) != n) {
            return 1;
        }
        free(data);
    }
    return 0;
}
