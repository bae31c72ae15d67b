/* Bits, two-part arithmetic and constants (elem/bits.go). Included by elem.h only. */

typedef struct {
    double hi, lo; /* the number hi + lo */
} qe_dd;

typedef struct {
    double hi, lo, n; /* the number (hi + lo) 2^n */
} qe_scaled;

#define QE_MAX 0x1.fffffffffffffp+1023
#define QE_SHIFTER 0x1.8p52
#define QE_INV_LN2 0x1.71547652b82fep0
#define QE_LN2 0x1.62e42fefa39efp-1
#define QE_LN2_LOW 0x1.abc9e3b39803fp-56
#define QE_LN2_HEAD 0x1.62e42fefa3800p-1
#define QE_LN2_REST 0x1.ef35793c76730p-45

QE_LANE uint64_t qe_bits(double x) {
#ifdef __CUDACC__
    return (uint64_t)__double_as_longlong(x);
#else
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
#endif
}

QE_LANE double qe_from_bits(uint64_t b) {
#ifdef __CUDACC__
    return __longlong_as_double((int64_t)b);
#else
    double x;
    memcpy(&x, &b, sizeof x);
    return x;
#endif
}

QE_LANE double qe_inf(void) { return qe_from_bits((uint64_t)0x7ff0000000000000); }

QE_LANE double qe_nan(void) { return qe_from_bits((uint64_t)0x7ff8000000000000); }

QE_LANE double qe_copysign(double x, double s) {
    const uint64_t sign = (uint64_t)1 << 63;
    return qe_from_bits((qe_bits(x) & ~sign) | (qe_bits(s) & sign));
}

/* 2^(n+offset-1023) for an integer given as n + QE_SHIFTER. */
QE_LANE double qe_pow2_shifted(double n, uint64_t offset) {
    return qe_from_bits((qe_bits(n) + offset) << 52);
}

/* a + b and its rounding error. */
QE_LANE qe_dd qe_two_sum(double a, double b) {
    qe_dd r;
    r.hi = a + b;
    double bb = r.hi - a;
    r.lo = (a - (r.hi - bb)) + (b - bb);
    return r;
}

/* a + b and its rounding error for |a| >= |b| or a = 0. */
QE_LANE qe_dd qe_fast_two_sum(double a, double b) {
    qe_dd r;
    r.hi = a + b;
    r.lo = b - (r.hi - a);
    return r;
}

/* a b and its rounding error. */
QE_LANE qe_dd qe_two_prod(double a, double b) {
    qe_dd r;
    r.hi = a * b;
    r.lo = QE_FMA(a, b, -r.hi);
    return r;
}

/* n/d as a quotient and a correction much smaller. */
QE_LANE qe_dd qe_quotient(double n_hi, double n_lo, double d_hi, double d_lo) {
    double inverse = 1 / d_hi;
    qe_dd r;
    r.hi = n_hi * inverse;
    double rest = QE_FMA(-r.hi, d_hi, n_hi) + QE_FMA(-r.hi, d_lo, n_lo);
    r.lo = rest * inverse;
    return r;
}

QE_LANE qe_dd qe_reciprocal(double x) {
    qe_dd r;
    r.hi = 1 / x;
    r.lo = QE_FMA(-r.hi, x, 1) * r.hi;
    return r;
}

QE_LANE qe_dd qe_add_parts(double a, double a_lo, double b, double b_lo) {
    qe_dd s = qe_two_sum(a, b);
    return qe_fast_two_sum(s.hi, s.lo + (a_lo + b_lo));
}
