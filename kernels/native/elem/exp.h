/* exp, expm1, log, log1p, log1pexp, invlogit (elem/exp.go, log.go, normal.go). Included by elem.h only. */

/* (e^r - 1 - r)/r^2 for |r| <= log(2)/2. */
QE_LANE double qe_exp_tail(double r) {
    double r2 = r * r;
    double r4 = r2 * r2;
    double q01 = QE_FMA(0.1666666666666667, r, 0.5);
    double q23 = QE_FMA(0.008333333333326136, r, 0.04166666666666667);
    double q45 = QE_FMA(0.00019841269874820627, r, 0.0013888888888883748);
    double q67 = QE_FMA(2.7557255400206422e-06, r, 2.4801587325547743e-05);
    double q89 = QE_FMA(2.5105217004720745e-08, r, 2.75572736431103e-07);
    double q03 = QE_FMA(q23, r2, q01);
    double q47 = QE_FMA(q67, r2, q45);
    double q8a = QE_FMA(2.0914686968086876e-09, r2, q89);
    return QE_FMA(r4, QE_FMA(r4, q8a, q47), q03);
}

/* p 2^n for an integer n in -2044..2046. */
QE_LANE double qe_scale(double p, double n) {
    double t1 = QE_FMA(n, 0.5, QE_SHIFTER);
    double t2 = (n - (t1 - QE_SHIFTER)) + QE_SHIFTER;
    return p * qe_pow2_shifted(t1, 1023) * qe_pow2_shifted(t2, 1023);
}

/* The scale is that of qe_scale by integer arithmetic: floor(n/2) and the rest. */
QE_LANE double qe_exp(double x) {
    double a = x > 710 ? 710 : x;
    double t = QE_FMA(a, QE_INV_LN2, QE_SHIFTER);
    double n = t - QE_SHIFTER;
    double r = QE_FMA(n, -QE_LN2, a);
    r = QE_FMA(n, -QE_LN2_LOW, r);
    double p = QE_FMA(r * r, qe_exp_tail(r), r) + 1;
    uint64_t m = qe_bits(t) + 2046, half = m >> 1;
    p = p * qe_from_bits(half << 52) * qe_from_bits((m - half) << 52);
    return x < -746 ? 0 : p;
}

/* qe_exp with branches in place of selections, for scalar code: the same bits sooner. */
QE_LANE double qe_exp_alone(double x) {
    if (!(QE_FABS(x) < 708)) return qe_exp(x);
    double t = QE_FMA(x, QE_INV_LN2, QE_SHIFTER);
    double n = t - QE_SHIFTER;
    double r = QE_FMA(n, -QE_LN2, x);
    r = QE_FMA(n, -QE_LN2_LOW, r);
    double p = QE_FMA(r * r, qe_exp_tail(r), r) + 1;
    return p * qe_pow2_shifted(t, 1023);
}

/* (e^x - 1)/4 in two parts, for |x| >= 2^-54. */
QE_LANE qe_dd qe_expm1_quarter(double x) {
    x = x > 710.7 ? 710.7 : x;
    x = x < -60 ? -60 : x;
    double t = QE_FMA(x, QE_INV_LN2, QE_SHIFTER);
    double n = t - QE_SHIFTER;
    double r_hi = QE_FMA(n, -QE_LN2, x);
    double r_lo = n * -QE_LN2_LOW;
    double e = r_hi * r_hi * qe_exp_tail(r_hi);
    e = e + QE_FMA(r_lo, r_hi + e, r_lo);
    double s = qe_pow2_shifted(t, 1021);
    double a = s - 0.25;
    double a_err = (s - a) - 0.25;
    qe_dd y = qe_two_sum(a, s * r_hi);
    return qe_fast_two_sum(y.hi, y.lo + QE_FMA(s, e, a_err));
}

QE_LANE double qe_expm1(double x) {
    qe_dd q = qe_expm1_quarter(x);
    double y = 4 * (q.hi + q.lo);
    return QE_FABS(x) < 0x1p-54 ? x : y;
}

/* (2 atanh(s) - 2 s)/s for z = s^2 <= 0.0295. */
QE_LANE double qe_log_tail(double z) {
    double z2 = z * z;
    double p01 = QE_FMA(0.39999999999899505, z, 0.666666666666667);
    double p23 = QE_FMA(0.2222221113479508, z, 0.28571428625975487);
    double p45 = QE_FMA(0.15331721600556042, z, 0.18182889125261723);
    double p46 = QE_FMA(0.14616449685043406, z2, p45);
    return z * QE_FMA(z2, QE_FMA(z2, p46, p23), p01);
}

/* hi = k and lo = m with y = 2^k' m, m in [sqrt(1/2), sqrt(2)), k = k' + 2^52 + 1023 - bias. */
QE_LANE qe_dd qe_split_exponent(double y, double bias) {
    const uint64_t sqrt_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000;
    uint64_t b = qe_bits(y);
    uint64_t e = (b + (one - sqrt_half)) >> 52;
    qe_dd r;
    r.hi = qe_from_bits(e | 0x4330000000000000) - bias;
    r.lo = qe_from_bits(b - (e << 52) + one);
    return r;
}

/* k log 2 + log(1+f). */
QE_LANE double qe_log_one_plus(double f, double k) {
    double s = f / (2 + f);
    double h = 0.5 * f * f;
    double low = QE_FMA(s, h + qe_log_tail(s * s), k * QE_LN2_REST);
    return QE_FMA(k, QE_LN2_HEAD, f - (h - low));
}

QE_LANE double qe_log(double x) {
    int denormal = x < 0x1p-1022;
    double y = denormal ? x * 0x1p54 : x;
    double bias = denormal ? 0x1p52 + 1023 + 54 : 0x1p52 + 1023;
    qe_dd km = qe_split_exponent(y, bias);
    double r = qe_log_one_plus(km.lo - 1, km.hi);
    r = x <= QE_MAX ? r : x;
    r = x > 0 ? r : qe_nan();
    return x == 0 ? -qe_inf() : r;
}

QE_LANE double qe_log1p(double x) {
    const uint64_t sqrt_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000;
    uint64_t b = qe_bits(1 + x);
    uint64_t e = (b + (one - sqrt_half)) >> 52;
    double k = qe_from_bits(e | 0x4330000000000000) - (0x1p52 + 1023);
    double p = qe_from_bits((2046 - e) << 52);
    double f = QE_FMA(x, p, p - 1);
    f = x > 0x1p60 ? qe_from_bits(b - (e << 52) + one) - 1 : f;
    double r = qe_log_one_plus(f, k);
    r = QE_FABS(x) < 0x1p-54 ? x : r;
    r = x <= QE_MAX ? r : x;
    r = x >= -1 ? r : qe_nan();
    return x == -1 ? -qe_inf() : r;
}

/* qe_log1p for 0 <= x <= 1, the same bits. */
QE_LANE double qe_log1p_unit(double x) {
    int upper = 1 + x >= 0x1.6a09e667f3bcdp0;
    double f = upper ? 0.5 * (x - 1) : x;
    double k = upper ? 1 : 0;
    return qe_log_one_plus(f, k);
}

QE_LANE double qe_log1pexp(double x) {
    double positive = x > 0 ? x : 0;
    double y = positive + qe_log1p(qe_exp(-QE_FABS(x)));
    return x != x ? x : y;
}

QE_LANE double qe_invlogit(double x) {
    double e = qe_exp(-QE_FABS(x));
    double numerator = x < 0 ? e : 1;
    return numerator / (1 + e);
}
