/* sinh, cosh, tanh (elem/hyperbolic.go). Included by elem.h only. */

/* w/(4 w + 1) for w in two parts. */
QE_LANE qe_dd qe_sinh_quotient(qe_dd w) {
    double h = w.hi > 0x1p60 ? 0x1p60 : w.hi;
    double l = w.hi > 0x1p60 ? 0 : w.lo;
    qe_dd d = qe_two_sum(1, 4 * h);
    return qe_quotient(h, l, d.hi, QE_FMA(4, l, d.lo));
}

QE_LANE double qe_sinh(double x) {
    qe_dd w = qe_expm1_quarter(QE_FABS(x));
    qe_dd q = qe_sinh_quotient(w);
    qe_dd h = qe_two_sum(w.hi, q.hi);
    double y = qe_copysign(2 * (h.hi + (h.lo + (w.lo + q.lo))), x);
    return QE_FABS(x) < QE_TINY_ANGLE ? x : y;
}

QE_LANE double qe_cosh(double x) {
    qe_dd w = qe_expm1_quarter(QE_FABS(x));
    qe_dd q = qe_sinh_quotient(w);
    qe_dd p = qe_two_prod(w.hi, q.hi);
    double err = QE_FMA(w.lo, q.hi, QE_FMA(w.hi, q.lo, p.lo));
    double p8 = 8 * p.hi;
    qe_dd h = qe_two_sum(1, p8);
    double y = h.hi + QE_FMA(8, err, h.lo);
    return p8 > QE_MAX ? p8 : y;
}

QE_LANE double qe_tanh(double x) {
    double a = QE_FABS(x);
    a = a > 22 ? 22 : a;
    qe_dd w = qe_expm1_quarter(2 * a);
    qe_dd d = qe_two_sum(0.5, w.hi);
    qe_dd q = qe_quotient(w.hi, w.lo, d.hi, d.lo + w.lo);
    double y = qe_copysign(q.hi + q.lo, x);
    return a < QE_TINY_ANGLE ? x : y;
}
