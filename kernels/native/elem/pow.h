/* pow, and logarithm and exponential in two parts (elem/pow.go). Included by elem.h only. */

/* (2 atanh(s) - 2 s - 2/3 s^3)/s^5 for z = s^2 <= 0.0295. */
QE_LANE double qe_log_tail5(double z) {
    double z2 = z * z;
    double p01 = QE_FMA(0.28571428571429364, z, 0.4);
    double p23 = QE_FMA(0.18181818335314404, z, 0.22222222221656232);
    double p45 = QE_FMA(0.13334804238225345, z, 0.15384594970895457);
    double p67 = QE_FMA(0.11723051028097753, z, 0.11706248540922386);
    return QE_FMA(QE_FMA(QE_FMA(p67, z2, p45), z2, p23), z2, p01);
}

/* log x for finite x > 0. */
QE_LANE qe_dd qe_log_parts(double x) {
    int denormal = x < 0x1p-1022;
    double y = denormal ? x * 0x1p54 : x;
    double bias = denormal ? 0x1p52 + 1023 + 54 : 0x1p52 + 1023;
    qe_dd km = qe_split_exponent(y, bias);
    double k = km.hi, m = km.lo;
    double f = m - 1;
    qe_dd d = qe_two_sum(m, 1);
    qe_dd s = qe_quotient(f, 0, d.hi, d.lo);
    qe_dd z = qe_two_prod(s.hi, s.hi);
    double z_lo = QE_FMA(2 * s.hi, s.lo, z.lo);
    qe_dd cube = qe_two_prod(z.hi, s.hi);
    double cube_lo = QE_FMA(z.hi, s.lo, QE_FMA(z_lo, s.hi, cube.lo));
    const double two_thirds = 0x1.5555555555555p-1, two_thirds_low = 0x1.5555555555555p-55;
    qe_dd t = qe_two_prod(cube.hi, two_thirds);
    double t_lo = QE_FMA(cube_lo, two_thirds, QE_FMA(cube.hi, two_thirds_low, t.lo));
    qe_dd h = qe_fast_two_sum(2 * s.hi, t.hi);
    double rest = QE_FMA(2 * s.lo, QE_FMA(z.hi, z.hi, 1), t_lo);
    rest = QE_FMA(cube.hi * z.hi, qe_log_tail5(z.hi), rest);
    qe_dd r = qe_two_sum(k * QE_LN2_HEAD, h.hi);
    return qe_fast_two_sum(r.hi, r.lo + (h.lo + QE_FMA(k, QE_LN2_REST, rest)));
}

/* e^(high+low). */
QE_LANE qe_scaled qe_exp_parts(double high, double low) {
    low = high > 710 ? 0 : low;
    high = high > 710 ? 710 : high;
    low = high < -1000 ? 0 : low;
    high = high < -1000 ? -1000 : high;
    double n = QE_FMA(high, QE_INV_LN2, QE_SHIFTER) - QE_SHIFTER;
    double r_hi = QE_FMA(n, -QE_LN2, high);
    double r_lo = QE_FMA(n, -QE_LN2_LOW, low);
    double e = r_hi * r_hi * qe_exp_tail(r_hi);
    e = e + QE_FMA(r_lo, r_hi + e, r_lo);
    qe_dd one = qe_fast_two_sum(1, r_hi);
    qe_scaled r;
    r.hi = one.hi;
    r.lo = one.lo + e;
    r.n = n;
    return r;
}

QE_LANE int qe_odd_integer(double y) {
    double half = 0.5 * y;
    return (QE_FLOOR(y) == y) & (QE_FLOOR(half) != half);
}

QE_LANE double qe_pow(double x, double y) {
    double a = QE_FABS(x);
    double bound = y > 0x1p65 ? 0x1p65 : y;
    bound = bound < -0x1p65 ? -0x1p65 : bound;
    qe_dd l = qe_log_parts(a);
    qe_dd p = qe_two_prod(bound, l.hi);
    qe_scaled e = qe_exp_parts(p.hi, QE_FMA(bound, l.lo, p.lo));
    double r = qe_scale(e.hi + e.lo, e.n);

    int infinite = a > QE_MAX;
    double edge = (x == 0) == (y < 0) ? qe_inf() : 0;
    r = (x == 0) | infinite ? edge : r;
    r = (qe_bits(x) >> 63 != 0) & qe_odd_integer(y) ? -r : r;
    r = (x < 0) & !infinite & (QE_FLOOR(y) != y) ? qe_nan() : r;
    r = (x != x) | (y != y) ? qe_nan() : r;
    return (x == 1) | (y == 0) | ((a == 1) & (QE_FABS(y) > QE_MAX)) ? 1 : r;
}
