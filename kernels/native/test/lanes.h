/* Functions of elem.h applied to eight lanes, compiled as C. */
#ifndef QE_TEST_LANES_H
#define QE_TEST_LANES_H

#define LANED_FUNCTIONS(F) \
    F(exp) F(expm1) F(log) F(log1p) F(log1pexp) F(invlogit) F(sin) F(tan) F(atan) F(tanh) F(normcdf) F(lgamma)

#ifdef __cplusplus
extern "C" {
#endif
#define DECLARE_LANES(name) void lanes_##name(double out[8], const double x[8]);
LANED_FUNCTIONS(DECLARE_LANES)
#undef DECLARE_LANES
#ifdef __cplusplus
}
#endif

#endif
