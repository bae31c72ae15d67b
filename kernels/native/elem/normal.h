/* erf, erfc, the normal distribution function, its logarithm and inverse
 * (elem/erf.go, normal.go, quantile.go). Included by elem.h only. */

#define QE_SQRT_HALF 0x1.6a09e667f3bcdp-1
#define QE_SQRT_HALF_LOW (-0x1.bdd3413b26456p-55)

/* erf(x)/x - 1 for z = x^2 <= 1. */
QE_LANE double qe_erf_tail(double z) {
    double z2 = z * z;
    double z4 = z2 * z2;
    double p01 = QE_FMA(-0.3761263890318375, z, 0.1283791670955126);
    double p23 = QE_FMA(-0.026866170645076792, z, 0.11283791670954879);
    double p45 = QE_FMA(-0.000854832698083379, z, 0.0052239776248180145);
    double p67 = QE_FMA(-1.4925595266831182e-05, z, 0.0001205533111164271);
    double p89 = QE_FMA(-1.6350312701054695e-07, z, 1.6461000484121368e-06);
    double pab = QE_FMA(-1.1372848856791674e-09, z, 1.4659775274047436e-08);
    double p03 = QE_FMA(p23, z2, p01);
    double p47 = QE_FMA(p67, z2, p45);
    double p8b = QE_FMA(pab, z2, p89);
    double p8c = QE_FMA(5.957176147748911e-11, z4, p8b);
    return QE_FMA(QE_FMA(p8c, z4, p47), z4, p03);
}

/* (1 + 9/8 z) exp(z^2) erfc(z) - 1, z = 4 (1+t)/(1-t). */
QE_LANE double qe_erfcx_tail(double t) {
    double u = t * t;
    double even = -1.6148432264388659e-10;
    even = QE_FMA(even, u, 1.906800415887931e-09);
    even = QE_FMA(even, u, -1.2638996289030858e-08);
    even = QE_FMA(even, u, 5.472879895578726e-08);
    even = QE_FMA(even, u, 3.988184228484206e-08);
    even = QE_FMA(even, u, -5.02368581029093e-06);
    even = QE_FMA(even, u, 7.485629682369616e-05);
    even = QE_FMA(even, u, -0.0004357682042198497);
    even = QE_FMA(even, u, -0.007334860074781587);
    even = QE_FMA(even, u, -0.023617493542254658);
    even = QE_FMA(even, u, -0.009163084533407716);
    even = QE_FMA(even, u, 0.10434091383446463);
    even = QE_FMA(even, u, -0.24650298306216237);
    double odd = 4.5532308821990603e-10;
    odd = QE_FMA(odd, u, -6.081225465927259e-09);
    odd = QE_FMA(odd, u, 5.31246669571303e-08);
    odd = QE_FMA(odd, u, -4.1983272699948184e-07);
    odd = QE_FMA(odd, u, 3.0312322676141355e-06);
    odd = QE_FMA(odd, u, -1.4556447552967948e-05);
    odd = QE_FMA(odd, u, -7.752698022738425e-05);
    odd = QE_FMA(odd, u, 0.0024808651771525895);
    odd = QE_FMA(odd, u, 0.015287501095582292);
    odd = QE_FMA(odd, u, 0.025115050344564707);
    odd = QE_FMA(odd, u, -0.03355820178682012);
    odd = QE_FMA(odd, u, -0.1918791495553914);
    return QE_FMA(odd, t, even);
}

/* exp(z^2) erfc(z) for z + z_low >= 0. */
QE_LANE qe_dd qe_erfcx_parts(double z, double z_low) {
    double t = (z - 4) / (z + 4);
    double p = qe_erfcx_tail(t);
    qe_dd d = qe_two_prod(1.125, z);
    qe_dd den = qe_two_sum(1, d.hi);
    qe_dd num = qe_fast_two_sum(1, p);
    return qe_quotient(num.hi, num.lo, den.hi, QE_FMA(1.125, z_low, den.lo + d.lo));
}

/* The product of e in two parts and an exponent, and g in two parts. */
QE_LANE qe_scaled qe_scaled_product(qe_scaled e, qe_dd g) {
    qe_dd p = qe_two_prod(e.hi, g.hi);
    qe_scaled r;
    r.hi = p.hi;
    r.lo = QE_FMA(e.hi, g.lo, QE_FMA(e.lo, g.hi, p.lo));
    r.n = e.n;
    return r;
}

/* erfc(z) for z >= 0. */
QE_LANE qe_scaled qe_erfc_parts(double z) {
    z = z > 60 ? 60 : z;
    qe_dd s = qe_two_prod(z, z);
    return qe_scaled_product(qe_exp_parts(-s.hi, -s.lo), qe_erfcx_parts(z, 0));
}

QE_FN double qe_erf(double x) {
    double a = QE_FABS(x);
    if (a < 1) {
        return QE_FMA(x, qe_erf_tail(x * x), x);
    }
    qe_scaled c = qe_erfc_parts(a);
    return qe_copysign(1 - qe_scale(c.hi + c.lo, c.n), x);
}

QE_LANE double qe_erfc(double x) {
    qe_scaled c = qe_erfc_parts(QE_FABS(x));
    double y = qe_scale(c.hi + c.lo, c.n);
    return x < 0 ? 2 - y : y;
}

QE_LANE qe_dd qe_scaled_by_root_half(double a) {
    qe_dd r = qe_two_prod(a, QE_SQRT_HALF);
    r.lo = QE_FMA(a, QE_SQRT_HALF_LOW, r.lo);
    return r;
}

/* The upper tail of the standard normal at a >= 0. */
QE_LANE qe_scaled qe_upper_tail_parts(double a) {
    a = a > 60 ? 60 : a;
    qe_dd s = qe_two_prod(a, a);
    qe_dd z = qe_scaled_by_root_half(a);
    qe_scaled r = qe_scaled_product(qe_exp_parts(-0.5 * s.hi, -0.5 * s.lo), qe_erfcx_parts(z.hi, z.lo));
    r.n = r.n - 1;
    return r;
}

QE_LANE double qe_normcdf(double x) {
    qe_scaled t = qe_upper_tail_parts(QE_FABS(x));
    double tail = qe_scale(t.hi + t.lo, t.n);
    return x > 0 ? 1 - tail : tail;
}

QE_FN double qe_lognormcdf(double x) {
    if (x > 0) {
        qe_scaled t = qe_upper_tail_parts(x);
        return qe_log1p(-qe_scale(t.hi + t.lo, t.n));
    }
    qe_dd z = qe_scaled_by_root_half(-x);
    qe_dd m = qe_erfcx_parts(z.hi, z.lo);
    double y = QE_FMA(-0.5 * x, x, qe_log(0.5 * (m.hi + m.lo)));
    return x < -0x1p500 ? -0.5 * x * x : y;
}

/* Wichura 1988, algorithm AS 241. */
QE_LANE double qe_quantile_centre(double r) {
    double num = 2.5090809287301226727e+3;
    num = QE_FMA(num, r, 3.3430575583588128105e+4);
    num = QE_FMA(num, r, 6.7265770927008700853e+4);
    num = QE_FMA(num, r, 4.5921953931549871457e+4);
    num = QE_FMA(num, r, 1.3731693765509461125e+4);
    num = QE_FMA(num, r, 1.9715909503065514427e+3);
    num = QE_FMA(num, r, 1.3314166789178437745e+2);
    num = QE_FMA(num, r, 3.3871328727963666080e+0);
    double den = 5.2264952788528545610e+3;
    den = QE_FMA(den, r, 2.8729085735721942674e+4);
    den = QE_FMA(den, r, 3.9307895800092710610e+4);
    den = QE_FMA(den, r, 2.1213794301586595867e+4);
    den = QE_FMA(den, r, 5.3941960214247511077e+3);
    den = QE_FMA(den, r, 6.8718700749205790830e+2);
    den = QE_FMA(den, r, 4.2313330701600911252e+1);
    den = QE_FMA(den, r, 1);
    return num / den;
}

QE_LANE double qe_quantile_tail(double r) {
    double num = 7.74545014278341407640e-4;
    num = QE_FMA(num, r, 2.27238449892691845833e-2);
    num = QE_FMA(num, r, 2.41780725177450611770e-1);
    num = QE_FMA(num, r, 1.27045825245236838258e+0);
    num = QE_FMA(num, r, 3.64784832476320460504e+0);
    num = QE_FMA(num, r, 5.76949722146069140550e+0);
    num = QE_FMA(num, r, 4.63033784615654529590e+0);
    num = QE_FMA(num, r, 1.42343711074968357734e+0);
    double den = 1.05075007164441684324e-9;
    den = QE_FMA(den, r, 5.47593808499534494600e-4);
    den = QE_FMA(den, r, 1.51986665636164571966e-2);
    den = QE_FMA(den, r, 1.48103976427480074590e-1);
    den = QE_FMA(den, r, 6.89767334985100004550e-1);
    den = QE_FMA(den, r, 1.67638483018380384940e+0);
    den = QE_FMA(den, r, 2.05319162663775882187e+0);
    den = QE_FMA(den, r, 1);
    return num / den;
}

QE_LANE double qe_quantile_far_tail(double r) {
    double num = 2.01033439929228813265e-7;
    num = QE_FMA(num, r, 2.71155556874348757815e-5);
    num = QE_FMA(num, r, 1.24266094738807843860e-3);
    num = QE_FMA(num, r, 2.65321895265761230930e-2);
    num = QE_FMA(num, r, 2.96560571828504891230e-1);
    num = QE_FMA(num, r, 1.78482653991729133580e+0);
    num = QE_FMA(num, r, 5.46378491116411436990e+0);
    num = QE_FMA(num, r, 6.65790464350110377720e+0);
    double den = 2.04426310338993978564e-15;
    den = QE_FMA(den, r, 1.42151175831644588870e-7);
    den = QE_FMA(den, r, 1.84631831751005468180e-5);
    den = QE_FMA(den, r, 7.86869131145613259100e-4);
    den = QE_FMA(den, r, 1.48753612908506148525e-2);
    den = QE_FMA(den, r, 1.36929880922735805310e-1);
    den = QE_FMA(den, r, 5.99832206555887937690e-1);
    den = QE_FMA(den, r, 1);
    return num / den;
}

QE_FN double qe_normquantile(double p) {
    double q = p - 0.5;
    if (QE_FABS(q) <= 0.425) {
        return q * qe_quantile_centre(0.180625 - q * q);
    }
    double tail = q > 0 ? 1 - p : p;
    if (!(tail > 0)) {
        return tail == 0 ? qe_copysign(qe_inf(), q) : qe_nan();
    }
    double r = QE_SQRT(-qe_log(tail));
    double x = r <= 5 ? qe_quantile_tail(r - 1.6) : qe_quantile_far_tail(r - 5);
    return qe_copysign(x, q);
}
