/* Beta function, incomplete beta function and its derivatives in the shapes
 * (elem/beta.go, betagrad.go). Included by elem.h only. */

#define QE_BETA_NORMAL_FROM 1e9

QE_FN double qe_logbeta(double a, double b) {
    double small = a < b ? a : b, large = a < b ? b : a;
    if (!(a >= 0) | !(b >= 0)) {
        return qe_nan();
    }
    if (small == 0) {
        return large > QE_MAX ? qe_nan() : qe_inf();
    }
    if (large > QE_MAX) {
        return -qe_inf();
    }
    qe_dd n = qe_two_sum(large, small);
    qe_dd s = qe_lgamma_parts(small);
    if (large < QE_STIRLING_FROM) {
        qe_dd l = qe_lgamma_parts(large);
        s = qe_add_parts(s.hi, s.lo, l.hi, l.lo);
        l = qe_lgamma_parts(n.hi);
        l.lo = QE_FMA(n.lo, qe_digamma(n.hi), l.lo);
        s = qe_add_parts(s.hi, s.lo, -l.hi, -l.lo);
        return s.hi + s.lo;
    }
    qe_dd log_n = qe_log_parts(n.hi);
    double ratio = qe_log1p(small / large);
    double rest = QE_FMA(0.5, ratio, qe_stirling_correction(large) - qe_stirling_correction(n.hi));
    qe_dd y = qe_deviance_parts(large, small, 0);
    y = qe_fast_two_sum(y.hi, y.lo + rest);
    qe_dd p = qe_two_prod(small, log_n.hi);
    double p_err = QE_FMA(small, log_n.lo + n.lo / n.hi, p.lo);
    y = qe_add_parts(y.hi, y.lo, -p.hi, -p_err);
    y = qe_add_parts(y.hi, y.lo, s.hi, s.lo);
    return y.hi + y.lo;
}

/* Whether the arguments are at an end of the domain or outside; then I or NaN in *p. */
QE_FN int qe_beta_edge(double a, double b, double x, double *p) {
    int outside = !(a >= 0) | !(b >= 0) | !(x >= 0) | !(x <= 1);
    int unclear = ((a == 0) & (b == 0)) | ((a > QE_MAX) & (b > QE_MAX)) | ((x == 0) & (a == 0)) | ((x == 1) & (b == 0));
    if (outside | unclear) {
        *p = qe_nan();
        return 1;
    }
    if ((x == 0) | (b == 0) | (a > QE_MAX)) {
        *p = 0;
        return 1;
    }
    *p = 1;
    return (x == 1) | (a == 0) | (b > QE_MAX);
}

/* An incomplete beta function turned so that x lies below the mean; y = 1 - x, d + d_low = x b - y a. */
typedef struct {
    double a, b, x, y, d, d_low;
    int swapped;
} qe_beta_case;

QE_FN qe_beta_case qe_new_beta_case(double a, double b, double x) {
    a = a > 0x1p-900 ? a : 0x1p-900;
    b = b > 0x1p-900 ? b : 0x1p-900;
    qe_dd y = qe_fast_two_sum(1, -x);
    qe_dd p = qe_two_prod(x, b);
    qe_dd q = qe_two_prod(y.hi, a);
    qe_dd d = qe_two_sum(p.hi, -q.hi);
    d = qe_fast_two_sum(d.hi, d.lo + QE_FMA(-y.lo, a, p.lo - q.lo));
    int swapped = (x > (a + 1) / (a + b + 2)) & ((x > a / (a + b)) | (x > 0.99));
    qe_beta_case c;
    c.a = swapped ? b : a;
    c.b = swapped ? a : b;
    c.x = swapped ? y.hi : x;
    c.y = swapped ? x : y.hi;
    c.d = swapped ? -d.hi : d.hi;
    c.d_low = swapped ? -d.lo : d.lo;
    c.swapped = swapped;
    return c;
}

/* -log(x^a (1-x)^b/B(a, b)) without its root and its Stirling errors. */
QE_FN qe_dd qe_beta_deviance(qe_beta_case c) {
    qe_dd h = qe_deviance_parts(c.a, c.d, c.d_low);
    qe_dd l = qe_deviance_parts(c.b, -c.d, -c.d_low);
    return qe_add_parts(h.hi, h.lo, l.hi, l.lo);
}

/* x^a (1-x)^b/B(a, b). */
QE_FN qe_prefix qe_beta_prefix(qe_beta_case c) {
    qe_dd h = qe_beta_deviance(c);
    qe_dd e = qe_stirling_error(c.a);
    h = qe_add_parts(h.hi, h.lo, e.hi, e.lo);
    e = qe_stirling_error(c.b);
    h = qe_add_parts(h.hi, h.lo, e.hi, e.lo);
    e = qe_stirling_error(c.a + c.b);
    h = qe_add_parts(-h.hi, -h.lo, e.hi, e.lo);
    qe_scaled s = qe_exp_parts(h.hi, h.lo);
    qe_prefix r;
    r.value = (s.hi + s.lo) * QE_SQRT(QE_INV_2PI * (c.a / (c.a + c.b) * c.b));
    r.n = s.n;
    return r;
}

/* I_x(a, b) by its continued fraction. */
QE_FN double qe_beta_fraction(qe_beta_case c) {
    qe_prefix prefix = qe_beta_prefix(c);
    double size = c.a + c.b;
    double last = 1 / (c.a + 1);
    double s = size * last * c.x;
    double p0 = 1, p1 = (1 - c.d) * last, q0 = 0;
    for (double m = 1;; m = m + 1) {
        double big = QE_FMA(2, m, c.a);
        double r = 1 / big;
        double t = m * r * ((c.b - m) * last) * c.x;
        double numerator = s * t;
        last = 1 / (big + 1);
        double g = (c.a + m) * r * (QE_FMA(m, c.y, 1 - c.d) * last);
        g = t + (g + m * r * ((2 * c.a + QE_FMA(3, m, 1)) * last));
        s = (c.a + m) * r * ((size + m) * last) * c.x;
        double p = QE_FMA(numerator, p0, g * p1);
        double inverse = 1 / QE_FMA(numerator, q0, g);
        p0 = p1 * inverse;
        q0 = inverse;
        p = p * inverse;
        if (!(QE_FABS(p - p1) > 0x1p-53 * QE_FABS(p)) | (m > QE_MAX_TERMS)) {
            return qe_scale(prefix.value / (c.a * p), prefix.n);
        }
        p1 = p;
    }
}

/* I_x(a, b) for large a and b. */
QE_FN double qe_beta_normal(qe_beta_case c) {
    qe_dd h = qe_beta_deviance(c);
    qe_scaled e = qe_exp_parts(-h.hi, -h.lo);
    double z = QE_SQRT(h.hi);
    qe_dd f = qe_erfcx_parts(z, 0);
    double size = c.a + c.b;
    double spread = QE_SQRT(c.a / size * c.b);
    double correction = (c.b - c.a) / (3 * size * spread);
    if (z > 1e-3) {
        double root = qe_copysign(QE_SQRT(2 * h.hi), c.d);
        correction = 1 / root - spread / c.d;
    }
    correction = correction * QE_SQRT(QE_INV_2PI);
    double g = 0.5 * (f.hi + f.lo);
    if (c.d > 0) {
        return 1 - qe_scale((e.hi + e.lo) * (g - correction), e.n);
    }
    return qe_scale((e.hi + e.lo) * (g + correction), e.n);
}

QE_FN double qe_betainc(double a, double b, double x) {
    double y;
    if (qe_beta_edge(a, b, x, &y)) {
        return y;
    }
    qe_beta_case c = qe_new_beta_case(a, b, x);
    int normal = c.a / (c.a + c.b) * c.b > QE_BETA_NORMAL_FROM;
    double tail = normal ? qe_beta_normal(c) : qe_beta_fraction(c);
    return c.swapped ? 1 - tail : tail;
}

/* A number with its derivatives in two parameters. */
typedef struct {
    double v, da, db;
} qe_dual;

QE_FN qe_dual qe_dual_of(double v, double da, double db) {
    qe_dual r;
    r.v = v;
    r.da = da;
    r.db = db;
    return r;
}

QE_FN qe_dual qe_dual_plus(qe_dual t, qe_dual u) { return qe_dual_of(t.v + u.v, t.da + u.da, t.db + u.db); }

QE_FN qe_dual qe_dual_times(qe_dual t, qe_dual u) {
    return qe_dual_of(t.v * u.v, QE_FMA(t.v, u.da, t.da * u.v), QE_FMA(t.v, u.db, t.db * u.v));
}

QE_FN qe_dual qe_dual_scaled(qe_dual t, double x) { return qe_dual_of(t.v * x, t.da * x, t.db * x); }

/* The terms t_m, s_m and 1 - s_m of the fraction, r = 1/A. */
QE_FN qe_dual qe_beta_t(qe_beta_case c, double m, double last, double r) {
    double slope = m * last * r * c.x;
    double v = (c.b - m) * slope;
    return qe_dual_of(v, -v * (last + r), slope);
}

QE_FN qe_dual qe_beta_s(qe_beta_case c, double m, double r, double next) {
    double slope = (c.a + m) * r * next * c.x;
    double size = c.a + c.b + m;
    double v = size * slope;
    double rise = (size + c.a + m) * r * next * c.x;
    return qe_dual_of(v, rise - v * (r + next), slope);
}

QE_FN qe_dual qe_beta_g(qe_beta_case c, double m, double r, double next) {
    double unit = r * next;
    double rest = QE_FMA(m, c.y, 1 - c.d);
    double v = (c.a + m) * rest + m * (2 * c.a + QE_FMA(3, m, 1));
    v = v * unit;
    double rise = QE_FMA(2, m, QE_FMA(c.a + m, c.y, rest)) * unit;
    return qe_dual_of(v, rise - v * (r + next), -(c.a + m) * c.x * unit);
}

/* The derivatives of qe_beta_fraction in its two shapes. */
QE_FN void qe_beta_fraction_partials(qe_beta_case c, double *da, double *db) {
    qe_prefix prefix = qe_beta_prefix(c);
    double size = c.a + c.b;
    double last = 1 / (c.a + 1);
    qe_dual s = qe_beta_s(c, 0, 1 / c.a, last);
    qe_dual g = qe_dual_of((1 - c.d) * last, (c.y - (1 - c.d) * last) * last, -c.x * last);
    qe_dual p0 = qe_dual_of(1, 0, 0), p1 = g, q0 = qe_dual_of(0, 0, 0), q1 = p0;
    qe_dual f = p1;
    double limit = QE_MAX_TERMS;
    for (double m = 1;; m = m + 1) {
        double big = QE_FMA(2, m, c.a);
        double r = 1 / big;
        qe_dual t = qe_beta_t(c, m, last, r);
        qe_dual numerator = qe_dual_times(s, t);
        last = 1 / (big + 1);
        g = qe_dual_plus(qe_beta_g(c, m, r, last), t);
        s = qe_beta_s(c, m, r, last);
        qe_dual p = qe_dual_plus(qe_dual_times(numerator, p0), qe_dual_times(g, p1));
        qe_dual q = qe_dual_plus(qe_dual_times(numerator, q0), qe_dual_times(g, q1));
        double inverse = 1 / q.v;
        p0 = qe_dual_scaled(p1, inverse);
        q0 = qe_dual_scaled(q1, inverse);
        p1 = qe_dual_scaled(p, inverse);
        q1 = qe_dual_scaled(q, inverse);
        qe_dual next = qe_dual_of(p1.v, QE_FMA(-p1.v, q1.da, p1.da), QE_FMA(-p1.v, q1.db, p1.db));
        if ((limit == QE_MAX_TERMS) & !(QE_FABS(next.v - f.v) > 0x1p-53 * QE_FABS(next.v))) {
            limit = QE_FMA(1.5, m, 16);
        }
        double change_a = QE_FABS((next.da - f.da) / next.da);
        double change_b = QE_FABS((next.db - f.db) / next.db);
        f = next;
        if ((!(change_a > 0x1p-50) & !(change_b > 0x1p-50)) | (m > limit)) {
            break;
        }
    }
    double rise = qe_digamma(size);
    double value = prefix.value / (c.a * f.v);
    double slope_a = (qe_log(c.x) - qe_digamma(c.a + 1)) + rise - f.da / f.v;
    double slope_b = (qe_log(c.y) - qe_digamma(c.b)) + rise - f.db / f.v;
    *da = qe_scale(value * slope_a, prefix.n);
    *db = qe_scale(value * slope_b, prefix.n);
}

QE_FN double qe_betainc_da(double a, double b, double x) {
    double y, da, db;
    if (qe_beta_edge(a, b, x, &y)) {
        return y - y;
    }
    qe_beta_case c = qe_new_beta_case(a, b, x);
    qe_beta_fraction_partials(c, &da, &db);
    return c.swapped ? -db : da;
}

QE_FN double qe_betainc_db(double a, double b, double x) {
    double y, da, db;
    if (qe_beta_edge(a, b, x, &y)) {
        return y - y;
    }
    qe_beta_case c = qe_new_beta_case(a, b, x);
    qe_beta_fraction_partials(c, &da, &db);
    return c.swapped ? -da : db;
}
