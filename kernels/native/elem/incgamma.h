/* Incomplete gamma functions and the derivative in the shape
 * (elem/incgamma.go, temme.go, deviance.go, gammagrad.go). Included by elem.h only. */

#define QE_TEMME_FROM 64
#define QE_GAMMA_STEP 2e4
#define QE_INV_2PI 0x1.45f306dc9c883p-3
#define QE_MAX_TERMS 1e7

/* a (mu - log(1+mu)), mu = (d + d_low)/a. */
QE_FN qe_dd qe_deviance_parts(double a, double d, double d_low) {
    if ((d > -0.29 * a) & (d < 0.41 * a)) {
        qe_dd n = qe_two_sum(2 * a, d);
        qe_dd s = qe_quotient(d, d_low, n.hi, n.lo + d_low);
        double tail = a * qe_log_tail(s.hi * s.hi);
        qe_dd h = qe_two_sum(d, -tail);
        qe_dd r = qe_two_prod(s.hi, h.hi);
        r.lo = QE_FMA(s.hi, h.lo + d_low, QE_FMA(s.lo, h.hi, r.lo));
        return r;
    }
    qe_dd mu = qe_quotient(d, d_low, a, 0);
    qe_dd h = qe_two_sum(1, mu.hi);
    h = qe_fast_two_sum(h.hi, h.lo + mu.lo); /* h may be 0 for d near -a */
    qe_dd l = qe_log_parts(h.hi);
    qe_dd p = qe_two_prod(a, l.hi);
    double p_err = QE_FMA(a, l.lo + h.lo / h.hi, p.lo);
    qe_dd r = qe_two_sum(d, -p.hi);
    r.lo = r.lo + (d_low - p_err);
    return r;
}

/* lgamma(a) - ((a - 1/2) log a - a + log(2 pi)/2) for a > 0. */
QE_FN qe_dd qe_stirling_error(double a) {
    qe_dd r;
    if (a >= QE_STIRLING_FROM) {
        r.hi = qe_stirling_correction(a);
        r.lo = 0;
        return r;
    }
    r = qe_lgamma_parts(a);
    qe_dd l = qe_log_parts(a);
    double m = a - 0.5;
    qe_dd p = qe_two_prod(m, l.hi);
    r = qe_add_parts(r.hi, r.lo, -p.hi, -QE_FMA(m, l.lo, p.lo));
    r = qe_add_parts(r.hi, r.lo, a, 0);
    return qe_add_parts(r.hi, r.lo, -QE_HALF_LOG_2PI, -QE_HALF_LOG_2PI_LOW);
}

typedef struct {
    double value, n; /* the number value 2^n */
} qe_prefix;

/* x^a e^-x/Gamma(a), d + d_low = x - a. */
QE_FN qe_prefix qe_gamma_prefix(double a, double d, double d_low) {
    qe_dd h = qe_deviance_parts(a, d, d_low);
    qe_dd err = qe_stirling_error(a);
    h = qe_add_parts(-h.hi, -h.lo, -err.hi, -err.lo);
    qe_scaled e = qe_exp_parts(h.hi, h.lo);
    qe_prefix r;
    r.value = (e.hi + e.lo) * QE_SQRT(QE_INV_2PI * a);
    r.n = e.n;
    return r;
}

/* P(a, x) by its power series. */
QE_FN double qe_gamma_series(double a, double x) {
    qe_dd d = qe_two_sum(x, -a);
    qe_prefix prefix = qe_gamma_prefix(a, d.hi, d.lo);
    double sum = 1, term = 1;
    for (double k = a + 1; term > 0x1p-54 * sum; k = k + 1) {
        term = term * (x / k);
        sum = sum + term;
    }
    return qe_scale(prefix.value / a * sum, prefix.n);
}

/* lgamma(1+a) for 0 <= a <= 1. */
QE_FN qe_dd qe_lgamma_one_plus(double a) {
    if (a >= 0.5) {
        return qe_lgamma_near2(a - 1);
    }
    qe_dd h = qe_fast_two_sum(1, a);
    qe_dd l = qe_log_parts(h.hi);
    qe_dd y = qe_lgamma_near2(a);
    return qe_add_parts(y.hi, y.lo, -l.hi, -(l.lo + h.lo / h.hi));
}

/* Q(a, x) for a, x < 1. */
QE_FN double qe_gamma_small_q(double a, double x) {
    qe_dd l = qe_log_parts(x);
    qe_dd p = qe_two_prod(a, l.hi);
    qe_dd g = qe_lgamma_one_plus(a);
    qe_dd h = qe_add_parts(p.hi, QE_FMA(a, l.lo, p.lo), -g.hi, -g.lo);
    double u = qe_expm1(h.hi + h.lo);
    double sum = 0, term = 1;
    for (double k = 1; QE_FABS(term) > 0x1p-58 * QE_FABS(sum); k = k + 1) {
        term = term * (-x / k);
        sum = sum + term / (a + k);
    }
    return QE_FMA(-(a * sum), 1 + u, -u);
}

/* Q(a, x) by Legendre's continued fraction, x >= max(a, 1). */
QE_FN double qe_gamma_fraction(double a, double x) {
    qe_dd d = qe_two_sum(x, -a);
    qe_prefix prefix = qe_gamma_prefix(a, d.hi, d.lo);
    if (qe_scale(prefix.value, prefix.n) == 0) {
        return 0;
    }
    double b = d.hi + 1;
    double p0 = 1, p1 = b, q0 = 0;
    for (double k = 1;; k = k + 1) {
        b = b + 2;
        double c = k * (a - k);
        double p = QE_FMA(c, p0, b * p1);
        double q = QE_FMA(c, q0, b);
        double inverse = 1 / q;
        p0 = p1 * inverse;
        q0 = inverse;
        p = p * inverse;
        if (!(QE_FABS(p - p1) > 0x1p-53 * p) | (k > QE_MAX_TERMS)) {
            return qe_scale(prefix.value / p, prefix.n);
        }
        p1 = p;
    }
}

typedef struct {
    double sum, slope, weighted;
} qe_temme;

/* The sums over k of c_k(eta) a^-k, of its derivative in eta, and of k c_k(eta) a^-k. */
QE_FN qe_temme qe_temme_sums(double a, double eta) {
    static const double coefficients[7][13] = {
        {-0.3333333333333333, 0.08333333333333337, -0.014814814814814262, 0.0011574074073996518,
            0.0003527336860071707, -0.00017875514350543513, 3.919263411668111e-05, -2.1854641014981458e-06,
            -1.8541024554866199e-06, 8.298979377461178e-07, -1.7635154328303132e-07, 5.107142822421158e-09,
            9.510748737319588e-09},
        {-0.001851851851851547, -0.0034722222222354784, 0.002645502645355468, -0.0009902263352315373,
            0.00020576132793789719, -4.0198287898530945e-07, -1.8098833706470774e-05, 7.65122972274405e-06,
            -1.609255852160795e-06, -1.3348127320476157e-08, 1.2947064434667133e-07},
        {0.004133597883506246, -0.002681327156298031, 0.000771604967366458, 2.0089201551263285e-06,
            -0.00010736791132738268, 5.2937716818478786e-05, -1.2740916876834942e-05, -1.2902230082020104e-07,
            1.2999880979668286e-06},
        {0.0006494341778411672, 0.0002294710718687384, -0.0004691934603968435, 0.0002677889818667771,
            -7.551915266071254e-05, -1.3976874550462445e-06, 1.060345418147936e-05},
        {-0.0008618918608101546, 0.0007842140462238632, -0.0002987713643277854, -7.316197784743311e-06,
            6.422459105198746e-05},
        {-0.0003369197831665432, -7.005122620777035e-05, 0.0002852687784385629, -0.00019396282641623346},
        {0.0005474953753141966, -0.0005814681259855124},
    };
    static const int degrees[7] = {12, 10, 8, 6, 4, 3, 1};
    double inverse = 1 / a;
    qe_temme r;
    r.sum = 0;
    r.slope = 0;
    r.weighted = 0;
    for (int k = 6; k >= 0; k--) {
        double c = 0, d = 0;
        for (int i = degrees[k]; i >= 0; i--) {
            d = QE_FMA(d, eta, c);
            c = QE_FMA(c, eta, coefficients[k][i]);
        }
        r.weighted = QE_FMA(r.weighted, inverse, k * c);
        r.slope = QE_FMA(r.slope, inverse, d);
        r.sum = QE_FMA(r.sum, inverse, c);
    }
    return r;
}

/* The smaller tail, P(a, a+d) for d < 0 and Q(a, a+d) otherwise. */
QE_FN double qe_gamma_temme(double a, double d, double d_low) {
    qe_dd h = qe_deviance_parts(a, d, d_low);
    qe_scaled e = qe_exp_parts(-h.hi, -h.lo);
    double z = QE_SQRT(h.hi);
    double eta = QE_SQRT(2 * h.hi / a);
    qe_dd g = qe_erfcx_parts(z, 0);
    eta = d < 0 ? -eta : eta;
    double r = qe_temme_sums(a, eta).sum * QE_SQRT(QE_INV_2PI / a);
    r = d < 0 ? -r : r;
    return qe_scale((e.hi + e.lo) * QE_FMA(0.5, g.hi + g.lo, r), e.n);
}

/* Whether a and x are at an end of the domain or outside; then P or NaN in *p. */
QE_FN int qe_gamma_edge(double a, double x, double *p) {
    if (!(a >= 0) | !(x >= 0) | ((a == 0) & (x == 0)) | ((a > QE_MAX) & (x > QE_MAX))) {
        *p = qe_nan();
        return 1;
    }
    if ((x == 0) | (a > QE_MAX)) {
        *p = 0;
        return 1;
    }
    *p = 1;
    return (a == 0) | (x > QE_MAX);
}

QE_FN int qe_in_temme_range(double a, double d) {
    return (a >= QE_TEMME_FROM) & (d > -0.29 * a) & (d < 0.41 * a);
}

QE_FN double qe_gammap(double a, double x) {
    double y;
    if (qe_gamma_edge(a, x, &y)) {
        return y;
    }
    qe_dd d = qe_two_sum(x, -a);
    if (qe_in_temme_range(a, d.hi)) {
        double tail = qe_gamma_temme(a, d.hi, d.lo);
        return d.hi < 0 ? tail : 1 - tail;
    }
    if (a >= QE_GAMMA_STEP) {
        return d.hi < 0 ? 0 : 1;
    }
    return x < (a > 1 ? a : 1) ? qe_gamma_series(a, x) : 1 - qe_gamma_fraction(a, x);
}

QE_FN double qe_gammaq(double a, double x) {
    double y;
    if (qe_gamma_edge(a, x, &y)) {
        return 1 - y;
    }
    qe_dd d = qe_two_sum(x, -a);
    if (qe_in_temme_range(a, d.hi)) {
        double tail = qe_gamma_temme(a, d.hi, d.lo);
        return d.hi < 0 ? 1 - tail : tail;
    }
    if (a >= QE_GAMMA_STEP) {
        return d.hi < 0 ? 1 : 0;
    }
    if ((a < 1) & (x < 1)) {
        return qe_gamma_small_q(a, x);
    }
    return x < (a > 1 ? a : 1) ? 1 - qe_gamma_series(a, x) : qe_gamma_fraction(a, x);
}

/* The derivative of qe_gamma_series in a. */
QE_FN double qe_gamma_series_da(double a, double x) {
    qe_dd d = qe_two_sum(x, -a);
    qe_prefix prefix = qe_gamma_prefix(a, d.hi, d.lo);
    double slope = qe_log(x) - qe_digamma(a + 1);
    double sum = slope, term = 1;
    for (double k = a + 1; QE_FABS(term * slope) > 0x1p-54 * QE_FABS(sum); k = k + 1) {
        term = term * (x / k);
        slope = slope - 1 / k;
        sum = QE_FMA(term, slope, sum);
    }
    return qe_scale(prefix.value / a * sum, prefix.n);
}

/* The derivative of 1 - qe_gamma_fraction in a. */
QE_FN double qe_gamma_fraction_da(double a, double x) {
    qe_dd d = qe_two_sum(x, -a);
    qe_prefix prefix = qe_gamma_prefix(a, d.hi, d.lo);
    if (qe_scale(prefix.value, prefix.n) == 0) {
        return 0;
    }
    double b = d.hi + 1;
    double p0 = 1, p1 = b, q0 = 0;
    double dp0 = 0, dp1 = -1, dq0 = 0, dq1 = 0;
    double slope = dp1, limit = QE_MAX_TERMS;
    for (double k = 1;; k = k + 1) {
        b = b + 2;
        double c = k * (a - k);
        double p = QE_FMA(c, p0, b * p1);
        double q = QE_FMA(c, q0, b);
        double dp = QE_FMA(c, dp0, QE_FMA(k, p0, QE_FMA(b, dp1, -p1)));
        double dq = QE_FMA(c, dq0, QE_FMA(k, q0, QE_FMA(b, dq1, -1)));
        double inverse = 1 / q;
        p0 = p1 * inverse;
        q0 = inverse;
        dp0 = dp1 * inverse;
        dq0 = dq1 * inverse;
        double last = p1;
        p1 = p * inverse;
        if ((limit == QE_MAX_TERMS) & !(QE_FABS(p1 - last) > 0x1p-53 * p1)) {
            limit = QE_FMA(1.5, k, 16);
        }
        dp1 = dp * inverse;
        dq1 = dq * inverse;
        double next = QE_FMA(-p1, dq1, dp1);
        if (!(QE_FABS(next - slope) > 0x1p-52 * QE_FABS(next)) | (k > limit)) {
            double dlog = (qe_log(x) - qe_digamma(a)) - next / p1;
            return -qe_scale(prefix.value / p1 * dlog, prefix.n);
        }
        slope = next;
    }
}

/* The derivative of P in a near x = a. */
QE_FN double qe_gamma_temme_da(double a, double d, double d_low) {
    qe_dd h = qe_deviance_parts(a, d, d_low);
    qe_scaled e = qe_exp_parts(-h.hi, -h.lo);
    double eta = qe_copysign(QE_SQRT(2 * h.hi / a), d);
    double mu = d / a;
    double ratio = d != 0 ? mu / eta : 1;
    qe_temme t = qe_temme_sums(a, eta);
    double y = ratio - 0.5 * eta;
    y = QE_FMA(mu - 0.5 * (eta * eta + 1 / a), t.sum, y);
    y = y - QE_FMA(ratio, t.slope, t.weighted) / a;
    return -qe_scale((e.hi + e.lo) * QE_SQRT(QE_INV_2PI / a) * y, e.n);
}

QE_FN double qe_gammap_da(double a, double x) {
    double y;
    if (qe_gamma_edge(a, x, &y)) {
        return y - y;
    }
    qe_dd d = qe_two_sum(x, -a);
    if (qe_in_temme_range(a, d.hi)) {
        return qe_gamma_temme_da(a, d.hi, d.lo);
    }
    if (a >= QE_GAMMA_STEP) {
        return 0;
    }
    return x < (a > 1 ? a : 1) ? qe_gamma_series_da(a, x) : qe_gamma_fraction_da(a, x);
}
