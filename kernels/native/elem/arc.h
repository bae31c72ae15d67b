/* asin, acos, atan (elem/arc.go). Included by elem.h only. */

/* (asin(x) - x)/x^3 for z = x^2 <= 1/4. */
QE_LANE double qe_arc_sine_tail(double z) {
    double z2 = z * z;
    double z4 = z2 * z2;
    double p01 = QE_FMA(0.07499999999998433, z, 0.16666666666666669);
    double p23 = QE_FMA(0.030381944138531247, z, 0.04464285714635543);
    double p45 = QE_FMA(0.017352392720869973, z, 0.02237217294214989);
    double p67 = QE_FMA(0.011479177415184906, z, 0.013971212973552933);
    double p89 = QE_FMA(0.005457506718640358, z, 0.01032281435018578);
    double pab = QE_FMA(-0.014851887071247204, z, 0.01740087944269402);
    double p03 = QE_FMA(p23, z2, p01);
    double p47 = QE_FMA(p67, z2, p45);
    double p8b = QE_FMA(pab, z2, p89);
    double p8c = QE_FMA(0.028757851367421566, z4, p8b);
    return QE_FMA(QE_FMA(p8c, z4, p47), z4, p03);
}

/* asin x for |x| <= 1/2, asin sqrt((1-|x|)/2) above. */
QE_LANE qe_dd qe_arc_sine_part(double x) {
    double a = QE_FABS(x);
    int above = a > 0.5;
    double z = above ? 0.5 * (1 - a) : x * x;
    double root = QE_SQRT(z);
    double rest = QE_FMA(-root, root, z) / (root + root);
    qe_dd r;
    r.hi = above ? root : x;
    double low = above & (z != 0) ? rest : 0;
    r.lo = QE_FMA(r.hi * z, qe_arc_sine_tail(z), low);
    return r;
}

QE_LANE double qe_asin(double x) {
    double a = QE_FABS(x);
    qe_dd p = qe_arc_sine_part(x);
    qe_dd h = qe_fast_two_sum(QE_HALF_PI, -2 * p.hi);
    double far = qe_copysign(h.hi + (h.lo + (QE_HALF_PI_LOW - 2 * p.lo)), x);
    double y = a > 0.5 ? far : p.hi + p.lo;
    return a < QE_TINY_ANGLE ? x : y;
}

QE_LANE double qe_acos(double x) {
    qe_dd p = qe_arc_sine_part(x);
    qe_dd h = qe_fast_two_sum(QE_HALF_PI, -p.hi);
    double y = h.hi + (h.lo + (QE_HALF_PI_LOW - p.lo));
    y = x > 0.5 ? 2 * (p.hi + p.lo) : y;
    h = qe_fast_two_sum(QE_PI, -2 * p.hi);
    return x < -0.5 ? h.hi + (h.lo + (QE_PI_LOW - 2 * p.lo)) : y;
}

/* (atan(x) - x)/x^3 for z = x^2 <= tan(pi/8)^2. */
QE_LANE double qe_arc_tangent_tail(double z) {
    double z2 = z * z;
    double z4 = z2 * z2;
    double p01 = QE_FMA(0.19999999999995516, z, -0.3333333333333333);
    double p23 = QE_FMA(0.11111111015187018, z, -0.14285714284665682);
    double p45 = QE_FMA(0.07692183125376892, z, -0.0909090457530649);
    double p67 = QE_FMA(0.05858140904866328, z, -0.06664510525508936);
    double p89 = QE_FMA(0.03923044778479309, z, -0.050854078345894844);
    double p03 = QE_FMA(p23, z2, p01);
    double p47 = QE_FMA(p67, z2, p45);
    double p8a = QE_FMA(-0.019175404711104935, z2, p89);
    return QE_FMA(QE_FMA(p8a, z4, p47), z4, p03);
}

QE_LANE double qe_atan(double x) {
    double a = QE_FABS(x);
    a = a > 0x1p64 ? 0x1p64 : a;
    int middle = a > 0x1.a827999fcef32p-2; /* tan(pi/8) */
    int far = a > 0x1.3504f333f9de6p+1;    /* tan(3 pi/8) */
    qe_dd minus = qe_two_sum(a, -1), plus = qe_two_sum(a, 1);
    double n_hi = middle ? minus.hi : a, n_lo = middle ? minus.lo : 0;
    double d_hi = middle ? plus.hi : 1, d_lo = middle ? plus.lo : 0;
    double base = middle ? 0.5 * QE_HALF_PI : 0, base_low = middle ? 0.5 * QE_HALF_PI_LOW : 0;
    n_hi = far ? -1 : n_hi;
    n_lo = far ? 0 : n_lo;
    d_hi = far ? a : d_hi;
    d_lo = far ? 0 : d_lo;
    base = far ? QE_HALF_PI : base;
    base_low = far ? QE_HALF_PI_LOW : base_low;
    qe_dd q = qe_quotient(n_hi, n_lo, d_hi, d_lo);
    double z = q.hi * q.hi;
    qe_dd h = qe_fast_two_sum(base, q.hi);
    double tail = QE_FMA(q.hi * z, qe_arc_tangent_tail(z), q.lo + base_low);
    double y = qe_copysign(h.hi + (h.lo + tail), x);
    return a < QE_TINY_ANGLE ? x : y;
}
