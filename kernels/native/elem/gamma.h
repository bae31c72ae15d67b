/* lgamma, digamma, trigamma (elem/lgamma.go, digamma.go). Included by elem.h only. */

#define QE_HALF_LOG_2PI 0x1.d67f1c864beb5p-1
#define QE_HALF_LOG_2PI_LOW (-0x1.65b5a1b7ff5dfp-55)
#define QE_LOG_PI 0x1.250d048e7a1bdp+0
#define QE_LOG_PI_LOW 0x1.7abf2ad8d5088p-57
#define QE_TAYLOR1 0x1.b0ee6072093cep-2
#define QE_TAYLOR1_LOW 0x1.6cb90701fbfabp-58
#define QE_TAYLOR2 0x1.4a34cc4a60fa6p-2
#define QE_TAYLOR2_LOW 0x1.1873d8912200cp-56
#define QE_DIGAMMA_MIDDLE 0x1.6d3498ca56891p+0
#define QE_DIGAMMA_MIDDLE_LOW (-0x1.a8d6d48e47262p-55)
#define QE_DIGAMMA_ZERO 0x1.d8b618d5af8fep-2
#define QE_DIGAMMA_ZERO_LOW (-0x1.1e563779a1f5bp-56)
#define QE_STIRLING_FROM 8

/* (lgamma(2+f) - c1 f - c2 f^2)/f^3. */
QE_LANE double qe_lgamma_tail(double f) {
    double g = f * f;
    double even = -1.3029870239068415e-07;
    even = QE_FMA(even, g, -4.3454173670260496e-07);
    even = QE_FMA(even, g, -2.043022895180944e-06);
    even = QE_FMA(even, g, -9.43891959627718e-06);
    even = QE_FMA(even, g, -4.492628637818162e-05);
    even = QE_FMA(even, g, -0.00022315475602710603);
    even = QE_FMA(even, g, -0.00119275391176255);
    even = QE_FMA(even, g, -0.007385551028673429);
    even = QE_FMA(even, g, -0.0673523010531981);
    double odd = 6.196070134106839e-08;
    odd = QE_FMA(odd, g, 2.0504811151039471e-07);
    odd = QE_FMA(odd, g, 9.569598111140567e-07);
    odd = QE_FMA(odd, g, 4.3745951284891045e-06);
    odd = QE_FMA(odd, g, 2.050723648981259e-05);
    odd = QE_FMA(odd, g, 9.945751162260417e-05);
    odd = QE_FMA(odd, g, 0.0005096695247713671);
    odd = QE_FMA(odd, g, 0.002890510330741257);
    odd = QE_FMA(odd, g, 0.02058080842778455);
    return QE_FMA(odd, f, even);
}

/* lgamma(2+f) for |f| <= 1/2. */
QE_LANE qe_dd qe_lgamma_near2(double f) {
    qe_dd g = qe_two_prod(f, f);
    qe_dd a = qe_two_prod(f, QE_TAYLOR1);
    qe_dd b = qe_two_prod(g.hi, QE_TAYLOR2);
    double b_err = QE_FMA(g.hi, QE_TAYLOR2_LOW, QE_FMA(g.lo, QE_TAYLOR2, b.lo));
    qe_dd s = qe_two_sum(a.hi, b.hi);
    double rest = QE_FMA(f, QE_TAYLOR1_LOW, a.lo) + b_err;
    rest = QE_FMA(f * g.hi, qe_lgamma_tail(f), rest);
    return qe_fast_two_sum(s.hi, s.lo + rest);
}

/* lgamma(x) - ((x - 1/2) log x - x + log(2 pi)/2) for x >= 8. */
QE_LANE double qe_stirling_correction(double x) {
    double inverse = 1 / x;
    double w = inverse * inverse;
    double p = 0.005065905360156132;
    p = QE_FMA(p, w, -0.001890382993887715);
    p = QE_FMA(p, w, 0.0008414700852503147);
    p = QE_FMA(p, w, -0.0005952365845057049);
    p = QE_FMA(p, w, 0.0007936507897524059);
    p = QE_FMA(p, w, -0.002777777777773988);
    p = QE_FMA(p, w, 0.08333333333333333);
    return (p * inverse);
}

/* lgamma(x) for x >= 8. */
QE_FN qe_dd qe_stirling_parts(double x) {
    qe_dd l = qe_log_parts(x);
    if (x > 0x1p1000) {
        qe_dd r;
        r.hi = x * (l.hi - 1);
        r.lo = 0;
        return r;
    }
    double m = x - 0.5;
    qe_dd p = qe_two_prod(m, l.hi);
    double p_err = QE_FMA(m, l.lo, p.lo);
    qe_dd h = qe_two_sum(p.hi, -x);
    qe_dd c = qe_two_sum(h.hi, QE_HALF_LOG_2PI);
    return qe_fast_two_sum(c.hi, c.lo + h.lo + (p_err + (QE_HALF_LOG_2PI_LOW + qe_stirling_correction(x))));
}

/* lgamma(x) for finite x > 0. */
QE_FN qe_dd qe_lgamma_parts(double x) {
    if (x >= QE_STIRLING_FROM) {
        return qe_stirling_parts(x);
    }
    double f = x - 2, sign = 1;
    qe_dd product;
    product.hi = 1;
    product.lo = 0;
    if (x < 0.5) {
        f = x;
        sign = -1;
        qe_dd h = qe_fast_two_sum(1, x);
        product = qe_two_prod(h.hi, x);
        product.lo = QE_FMA(h.lo, x, product.lo);
    } else if (x < 1.5) {
        f = x - 1;
        sign = -1;
        product.hi = x;
    } else {
        while (f >= 0.5) {
            double factor = f + 1;
            qe_dd p = qe_two_prod(product.hi, factor);
            product.lo = QE_FMA(product.lo, factor, p.lo);
            product.hi = p.hi;
            f = f - 1;
        }
    }
    qe_dd y = qe_lgamma_near2(f);
    if (product.hi != 1) {
        qe_dd l = qe_log_parts(product.hi);
        l.lo = l.lo + product.lo / product.hi;
        qe_dd h = qe_two_sum(sign * l.hi, y.hi);
        return qe_fast_two_sum(h.hi, h.lo + (y.lo + sign * l.lo));
    }
    return y;
}

/* The angle pi a for finite a >= 0. */
QE_FN qe_angle qe_reduce_pi(double a) {
    a = a - 2 * QE_FLOOR(0.5 * a);
    double t = QE_FMA(2, a, QE_SHIFTER);
    double f = QE_FMA(t - QE_SHIFTER, -0.5, a);
    qe_dd p = qe_two_prod(f, QE_PI);
    qe_angle r;
    r.hi = p.hi;
    r.lo = QE_FMA(f, QE_PI_LOW, p.lo);
    r.quadrant = qe_bits(t);
    return r;
}

/* sin(pi a) for finite a >= 0. */
QE_FN qe_dd qe_sin_pi_parts(double a) {
    qe_angle r = qe_reduce_pi(a);
    qe_dd s = (r.quadrant & 1) != 0 ? qe_cosine_near(r.hi, r.lo) : qe_sine_near(r.hi, r.lo);
    double sign = (r.quadrant & 2) != 0 ? -1 : 1;
    return qe_fast_two_sum(sign * s.hi, sign * s.lo);
}

QE_FN double qe_lgamma(double x) {
    if (!(QE_FABS(x) <= QE_MAX)) {
        return x * x;
    }
    if (x > 0) {
        qe_dd g = qe_lgamma_parts(x);
        return g.hi + g.lo;
    }
    double a = -x;
    if (a == QE_FLOOR(a)) {
        return qe_inf();
    }
    if (a < 0x1p-60) {
        return -qe_log(a);
    }
    qe_dd s = qe_sin_pi_parts(a);
    qe_dd p = qe_two_prod(a, QE_FABS(s.hi));
    double p_err = QE_FMA(a, qe_copysign(1, s.hi) * s.lo, p.lo);
    qe_dd l = qe_log_parts(p.hi);
    qe_dd g = qe_lgamma_parts(a);
    qe_dd h = qe_two_sum(QE_LOG_PI, -l.hi);
    qe_dd y = qe_two_sum(h.hi, -g.hi);
    return y.hi + (h.lo + y.lo + (QE_LOG_PI_LOW - p_err / p.hi - l.lo - g.lo));
}

/* (log x - 1/(2x) - digamma(x)) x^2, w = 1/x^2, x >= 8. */
QE_LANE double qe_digamma_tail(double w) {
    double p = 0.06362150587634356;
    p = QE_FMA(p, w, -0.020697987372370493);
    p = QE_FMA(p, w, 0.007571689620283902);
    p = QE_FMA(p, w, -0.0041666448230497);
    p = QE_FMA(p, w, 0.0039682539119537084);
    p = QE_FMA(p, w, -0.008333333333278636);
    p = QE_FMA(p, w, 0.08333333333333333);
    return p;
}

/* digamma(1+f) for 0 <= f <= 1. */
QE_LANE qe_dd qe_digamma_one_plus(double f) {
    double g = f - 0.5;
    double u = g * g;
    double even = 2.0651639995273118e-07;
    even = QE_FMA(even, u, 1.092012498099367e-06);
    even = QE_FMA(even, u, 7.000115165772718e-06);
    even = QE_FMA(even, u, 4.4925108689132856e-05);
    even = QE_FMA(even, u, 0.0002971386992203237);
    even = QE_FMA(even, u, 0.0021055245446859176);
    even = QE_FMA(even, u, 0.017935099659918786);
    even = QE_FMA(even, u, 0.31561474410964213);
    double odd = -8.24604826701182e-08;
    odd = QE_FMA(odd, u, -4.351211494855918e-07);
    odd = QE_FMA(odd, u, -2.7785203062945967e-06);
    odd = QE_FMA(odd, u, -1.768727941023857e-05);
    odd = QE_FMA(odd, u, -0.00011492419221244217);
    odd = QE_FMA(odd, u, -0.0007808823639560222);
    odd = QE_FMA(odd, u, -0.0059218363745484805);
    odd = QE_FMA(odd, u, -0.06281369492028012);
    double rest = g * QE_FMA(odd, g, even);
    qe_dd p = qe_fast_two_sum(QE_DIGAMMA_MIDDLE, rest);
    p.lo = p.lo + QE_DIGAMMA_MIDDLE_LOW;
    qe_dd d = qe_two_sum(f, -QE_DIGAMMA_ZERO);
    d = qe_fast_two_sum(d.hi, d.lo - QE_DIGAMMA_ZERO_LOW);
    qe_dd n = qe_two_prod(d.hi, p.hi);
    n.lo = QE_FMA(d.hi, p.lo, QE_FMA(d.lo, p.hi, n.lo));
    qe_dd h = qe_fast_two_sum(1, f);
    return qe_quotient(n.hi, n.lo, h.hi, h.lo);
}

/* digamma(x) for x > 0. */
QE_FN qe_dd qe_digamma_positive(double x) {
    qe_dd inverse = qe_reciprocal(x);
    if (x >= QE_STIRLING_FROM) {
        double w = inverse.hi * inverse.hi;
        qe_dd l = qe_log_parts(x);
        double tail = w * qe_digamma_tail(w);
        return qe_fast_two_sum(l.hi, l.lo - QE_FMA(0.5, inverse.hi, tail));
    }
    if (x < 0x1p-60) {
        qe_dd r;
        r.hi = -inverse.hi;
        r.lo = 0;
        return r;
    }
    if (x < 1) {
        qe_dd p = qe_digamma_one_plus(x);
        return qe_add_parts(-inverse.hi, -inverse.lo, p.hi, p.lo);
    }
    double f = x - 1;
    qe_dd sum;
    sum.hi = 0;
    sum.lo = 0;
    while (f >= 1) {
        inverse = qe_reciprocal(f);
        sum = qe_add_parts(sum.hi, sum.lo, inverse.hi, inverse.lo);
        f = f - 1;
    }
    qe_dd p = qe_digamma_one_plus(f);
    return qe_add_parts(sum.hi, sum.lo, p.hi, p.lo);
}

QE_FN double qe_digamma(double x) {
    if (x == 0) {
        return qe_copysign(qe_inf(), -x);
    }
    if (x > QE_MAX) {
        return x;
    }
    if (x > 0) {
        qe_dd p = qe_digamma_positive(x);
        return p.hi + p.lo;
    }
    if ((x != x) | (x == QE_FLOOR(x))) {
        return qe_nan();
    }
    double a = -x;
    qe_angle r = qe_reduce_pi(a);
    qe_dd s = qe_sine_near(r.hi, r.lo);
    qe_dd c = qe_cosine_near(r.hi, r.lo);
    s = qe_fast_two_sum(s.hi, s.lo);
    c = qe_fast_two_sum(c.hi, c.lo);
    int odd = (r.quadrant & 1) != 0;
    qe_dd cot = qe_quotient(odd ? -s.hi : c.hi, odd ? -s.lo : c.lo, odd ? c.hi : s.hi, odd ? c.lo : s.lo);
    qe_dd p = qe_two_prod(cot.hi, QE_PI);
    p.lo = QE_FMA(cot.hi, QE_PI_LOW, QE_FMA(cot.lo, QE_PI, p.lo));
    qe_dd y;
    if (a < 1) {
        y = qe_digamma_one_plus(a);
    } else {
        y = qe_digamma_positive(a);
        qe_dd inverse = qe_reciprocal(a);
        y = qe_add_parts(y.hi, y.lo, inverse.hi, inverse.lo);
    }
    qe_dd sum = qe_two_sum(p.hi, y.hi);
    return sum.hi + (sum.lo + (p.lo + y.lo));
}

/* (trigamma(x) - 1/x - 1/(2 x^2)) x^3, w = 1/x^2, x >= 8. */
QE_LANE double qe_trigamma_tail(double w) {
    double p = 0.8586880107331692;
    p = QE_FMA(p, w, -0.24699740954161503);
    p = QE_FMA(p, w, 0.07569481310235808);
    p = QE_FMA(p, w, -0.03333299706371194);
    p = QE_FMA(p, w, 0.023809522943893217);
    p = QE_FMA(p, w, -0.03333333333249287);
    p = QE_FMA(p, w, 0.16666666666666655);
    return p;
}

/* trigamma(x) for x > 0. */
QE_FN double qe_trigamma_positive(double x) {
    double shift = x < QE_STIRLING_FROM ? QE_STIRLING_FROM - QE_FLOOR(x) : 0;
    qe_dd y = qe_reciprocal(x + shift);
    double w = y.hi * y.hi;
    y.lo = QE_FMA(0.5, w, y.lo);
    y.lo = QE_FMA(y.hi * w, qe_trigamma_tail(w), y.lo);
    while (shift > 0) {
        shift = shift - 1;
        double z = x + shift;
        qe_dd square = qe_two_prod(z, z);
        double term = 1 / square.hi;
        double rest = QE_FMA(-term, square.hi, 1) - term * square.lo;
        qe_dd s = qe_two_sum(y.hi, term);
        y.hi = s.hi;
        y.lo = QE_FMA(rest, term, y.lo + s.lo);
    }
    return y.hi + y.lo;
}

QE_FN double qe_trigamma(double x) {
    if (x > QE_MAX) {
        return 0;
    }
    if (x > 0) {
        return qe_trigamma_positive(x);
    }
    if ((x < -QE_MAX) | (x != x)) {
        return qe_nan();
    }
    if (x == QE_FLOOR(x)) {
        return qe_inf();
    }
    qe_dd s = qe_sin_pi_parts(-x);
    qe_dd q = qe_quotient(QE_PI, QE_PI_LOW, s.hi, s.lo);
    qe_dd p = qe_two_prod(q.hi, q.hi);
    p.lo = QE_FMA(2 * q.hi, q.lo, p.lo);
    qe_dd y = qe_two_sum(p.hi, -qe_trigamma_positive(1 - x));
    return y.hi + (y.lo + p.lo);
}

/* lgamma, digamma and trigamma of 8 <= x <= 2^1000, the same bits without branches. */
QE_LANE double qe_lgamma_large(double x) {
    qe_dd l = qe_log_parts(x);
    double m = x - 0.5;
    qe_dd p = qe_two_prod(m, l.hi);
    double p_err = QE_FMA(m, l.lo, p.lo);
    qe_dd h = qe_two_sum(p.hi, -x);
    qe_dd c = qe_two_sum(h.hi, QE_HALF_LOG_2PI);
    qe_dd g = qe_fast_two_sum(c.hi, c.lo + h.lo + (p_err + (QE_HALF_LOG_2PI_LOW + qe_stirling_correction(x))));
    return g.hi + g.lo;
}

QE_LANE double qe_digamma_large(double x) {
    qe_dd inverse = qe_reciprocal(x);
    double w = inverse.hi * inverse.hi;
    qe_dd l = qe_log_parts(x);
    double tail = w * qe_digamma_tail(w);
    qe_dd p = qe_fast_two_sum(l.hi, l.lo - QE_FMA(0.5, inverse.hi, tail));
    return p.hi + p.lo;
}

QE_LANE double qe_trigamma_large(double x) {
    qe_dd y = qe_reciprocal(x);
    double w = y.hi * y.hi;
    y.lo = QE_FMA(0.5, w, y.lo);
    y.lo = QE_FMA(y.hi * w, qe_trigamma_tail(w), y.lo);
    return y.hi + y.lo;
}

/* The same of 2^-60 <= x < 8: the loops above with steps that are left out by selection. */
#define QE_LGAMMA_STEP                          \
    {                                           \
        int more = f >= 0.5;                    \
        double factor = more ? f + 1 : 1;       \
        qe_dd q = qe_two_prod(p, factor);       \
        p_lo = QE_FMA(p_lo, factor, q.lo);      \
        p = q.hi;                               \
        f = more ? f - 1 : f;                   \
    }

QE_LANE double qe_lgamma_small(double x) {
    int first = x < 0.5, second = x < 1.5;
    double f = first ? x : second ? x - 1 : x - 2;
    double sign = second ? -1 : 1;
    qe_dd h = qe_fast_two_sum(1, x);
    qe_dd t = qe_two_prod(h.hi, x);
    double p = first ? t.hi : second ? x : 1;
    double p_lo = first ? QE_FMA(h.lo, x, t.lo) : 0;
    QE_LGAMMA_STEP QE_LGAMMA_STEP QE_LGAMMA_STEP QE_LGAMMA_STEP QE_LGAMMA_STEP QE_LGAMMA_STEP
    qe_dd y = qe_lgamma_near2(f);
    qe_dd l = qe_log_parts(p);
    l.lo = l.lo + p_lo / p;
    qe_dd s = qe_two_sum(sign * l.hi, y.hi);
    qe_dd g = qe_fast_two_sum(s.hi, s.lo + (y.lo + sign * l.lo));
    return p != 1 ? g.hi + g.lo : y.hi + y.lo;
}

#define QE_DIGAMMA_STEP                                                     \
    {                                                                       \
        int more = f >= 1;                                                  \
        qe_dd inverse = qe_reciprocal(more ? f : 1);                        \
        qe_dd next = qe_add_parts(sum.hi, sum.lo, inverse.hi, inverse.lo);  \
        sum.hi = more ? next.hi : sum.hi;                                   \
        sum.lo = more ? next.lo : sum.lo;                                   \
        f = more ? f - 1 : f;                                               \
    }

QE_LANE double qe_digamma_small(double x) {
    int first = x < 1;
    qe_dd sum = qe_reciprocal(x);
    sum.hi = first ? -sum.hi : 0;
    sum.lo = first ? -sum.lo : 0;
    double f = first ? x : x - 1;
    QE_DIGAMMA_STEP QE_DIGAMMA_STEP QE_DIGAMMA_STEP QE_DIGAMMA_STEP QE_DIGAMMA_STEP QE_DIGAMMA_STEP
    qe_dd p = qe_digamma_one_plus(f);
    p = qe_add_parts(sum.hi, sum.lo, p.hi, p.lo);
    return p.hi + p.lo;
}

#define QE_TRIGAMMA_STEP                                                \
    {                                                                   \
        int more = shift > 0;                                           \
        shift = more ? shift - 1 : shift;                               \
        double z = x + shift;                                           \
        qe_dd square = qe_two_prod(z, z);                               \
        double term = 1 / square.hi;                                    \
        double rest = QE_FMA(-term, square.hi, 1) - term * square.lo;   \
        qe_dd s = qe_two_sum(y.hi, term);                               \
        double lo = QE_FMA(rest, term, y.lo + s.lo);                    \
        y.hi = more ? s.hi : y.hi;                                      \
        y.lo = more ? lo : y.lo;                                        \
    }

QE_LANE double qe_trigamma_small(double x) {
    double shift = QE_STIRLING_FROM - QE_FLOOR(x);
    qe_dd y = qe_reciprocal(x + shift);
    double w = y.hi * y.hi;
    y.lo = QE_FMA(0.5, w, y.lo);
    y.lo = QE_FMA(y.hi * w, qe_trigamma_tail(w), y.lo);
    QE_TRIGAMMA_STEP QE_TRIGAMMA_STEP QE_TRIGAMMA_STEP QE_TRIGAMMA_STEP
    QE_TRIGAMMA_STEP QE_TRIGAMMA_STEP QE_TRIGAMMA_STEP QE_TRIGAMMA_STEP
    return y.hi + y.lo;
}
