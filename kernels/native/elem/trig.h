/* sin, cos, tan (elem/trig.go, reduce.go). Included by elem.h only. */

#define QE_TWO_OVER_PI 0x1.45f306dc9c883p-1
#define QE_HALF_PI 0x1.921fb54442d18p+0
#define QE_HALF_PI_LOW 0x1.1a62633145c07p-54
#define QE_HALF_PI_LOW2 (-0x1.f1976b7ed8fbcp-110)
#define QE_PI 0x1.921fb54442d18p+1
#define QE_PI_LOW 0x1.1a62633145c07p-53
#define QE_REDUCE_LIMIT 0x1p30
#define QE_TINY_ANGLE 0x1p-27

typedef struct {
    double hi, lo;
    uint64_t quadrant; /* the angle quadrant pi/2 + hi + lo */
} qe_angle;

/* The high half of the 128-bit product. */
QE_FN uint64_t qe_mul_high(uint64_t a, uint64_t b) {
    uint64_t a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
    uint64_t low = a0 * b0;
    uint64_t mid = a1 * b0 + (low >> 32);
    uint64_t mid2 = (mid & 0xffffffff) + a0 * b1;
    return a1 * b1 + (mid >> 32) + (mid2 >> 32);
}

/* 64 bits of the binary fraction of 2/pi from the given bit on, 64 zeros first. */
QE_FN uint64_t qe_two_over_pi_bits(uint64_t from) {
    static const uint64_t words[20] = {
        0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
        0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
        0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
        0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
        0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
    };
    uint64_t i = from >> 6, shift = from & 63;
    uint64_t w = words[i] << shift;
    return shift == 0 ? w : w | words[i + 1] >> (64 - shift);
}

/* The angle of x for |x| >= 2^30. */
QE_FN qe_angle qe_reduce_large(double x) {
    qe_angle r;
    if (!(QE_FABS(x) <= QE_MAX)) {
        r.hi = qe_nan();
        r.lo = qe_nan();
        r.quadrant = 0;
        return r;
    }
    uint64_t b = qe_bits(x);
    uint64_t e = b >> 52 & 0x7ff;
    uint64_t m = (b & 0xfffffffffffff) | 0x10000000000000;
    uint64_t from = e - 1013;
    uint64_t w0 = qe_two_over_pi_bits(from), w1 = qe_two_over_pi_bits(from + 64), w2 = qe_two_over_pi_bits(from + 128);
    uint64_t h1 = qe_mul_high(m, w1), p1 = m * w1, h2 = qe_mul_high(m, w2), p2 = m * w2;
    uint64_t p0 = m * w0 + h1;
    p1 += h2;
    p0 += p1 < h2;
    r.quadrant = p0 >> 62;
    uint64_t f0 = p0 << 2 | p1 >> 62, f1 = p1 << 2 | p2 >> 62, f2 = p2 << 2;
    int negative = f0 >> 63 != 0;
    if (negative) {
        r.quadrant++;
        f0 = ~f0;
        f1 = ~f1;
        f2 = ~f2;
    }
    double c0 = (double)(int64_t)(f0 >> 11) * 0x1p-53;
    double c1 = (double)(int64_t)(f0 << 53 >> 11 | f1 >> 22) * 0x1p-106;
    double c2 = (double)(int64_t)(f1 << 42 >> 11 | f2 >> 33);
    qe_dd f = qe_fast_two_sum(c0, c1);
    f.lo = QE_FMA(c2, 0x1p-159, f.lo);
    qe_dd p = qe_two_prod(f.hi, QE_HALF_PI);
    p.lo = QE_FMA(f.hi, QE_HALF_PI_LOW, QE_FMA(f.lo, QE_HALF_PI, p.lo));
    p = qe_fast_two_sum(p.hi, p.lo);
    int below = b >> 63 != 0;
    r.hi = negative != below ? -p.hi : p.hi;
    r.lo = negative != below ? -p.lo : p.lo;
    r.quadrant = below ? -r.quadrant : r.quadrant;
    return r;
}

/* The angle of x for |x| < 2^30. */
QE_LANE qe_angle qe_reduce_moderate(double x) {
    double t = QE_FMA(x, QE_TWO_OVER_PI, QE_SHIFTER);
    double n = t - QE_SHIFTER;
    double a = QE_FMA(n, -QE_HALF_PI, x);
    qe_dd p = qe_two_prod(n, QE_HALF_PI_LOW);
    qe_dd s = qe_two_sum(a, -p.hi);
    s = qe_fast_two_sum(s.hi, QE_FMA(n, -QE_HALF_PI_LOW2, s.lo - p.lo));
    qe_angle r;
    r.hi = s.hi;
    r.lo = s.lo;
    r.quadrant = qe_bits(t);
    return r;
}

/* sin(high+low) for |high+low| <= pi/4; the parts may be of like size. */
QE_LANE qe_dd qe_sine_near(double high, double low) {
    double z = high * high;
    double z2 = z * z;
    double p12 = QE_FMA(-0.00019841269841265063, z, 0.008333333333333331);
    double p34 = QE_FMA(-2.5052106231802837e-08, z, 2.7557319219337312e-06);
    double p56 = QE_FMA(-7.586691094197958e-13, z, 1.6058531516797758e-10);
    double p = QE_FMA(QE_FMA(QE_FMA(p56, z2, p34), z2, p12), z, -0.16666666666666666);
    double c = low * QE_FMA(-0.5, z, 1);
    qe_dd r;
    r.hi = high;
    r.lo = QE_FMA(high * z, p, c);
    return r;
}

/* cos(high+low) for |high+low| <= pi/4. */
QE_LANE qe_dd qe_cosine_near(double high, double low) {
    qe_dd z = qe_two_prod(high, high);
    double z2 = z.hi * z.hi;
    double p01 = QE_FMA(-0.0013888888888887398, z.hi, 0.041666666666666664);
    double p23 = QE_FMA(-2.7557317271145144e-07, z.hi, 2.480158729876456e-05);
    double p45 = QE_FMA(-1.1382623647474604e-11, z.hi, 2.087614614655861e-09);
    double p = QE_FMA(QE_FMA(p45, z2, p23), z2, p01);
    qe_dd c = qe_fast_two_sum(1, -0.5 * z.hi);
    double d = high * low;
    d = QE_FMA(0.5, z.lo, d);
    c.lo = c.lo + QE_FMA(z2, p, -d);
    return c;
}

QE_LANE double qe_sine_of_quadrant(uint64_t quadrant, double high, double low) {
    qe_dd s = qe_sine_near(high, low);
    qe_dd c = qe_cosine_near(high, low);
    double y = (quadrant & 1) != 0 ? c.hi + c.lo : s.hi + s.lo;
    return (quadrant & 2) != 0 ? -y : y;
}

QE_LANE double qe_sin_of_angle(double x, qe_angle r) {
    double y = qe_sine_of_quadrant(r.quadrant, r.hi, r.lo);
    return QE_FABS(x) < QE_TINY_ANGLE ? x : y;
}

QE_LANE double qe_cos_of_angle(qe_angle r) { return qe_sine_of_quadrant(r.quadrant + 1, r.hi, r.lo); }

QE_LANE double qe_tan_of_angle(double x, qe_angle r) {
    qe_dd s = qe_sine_near(r.hi, r.lo);
    qe_dd c = qe_cosine_near(r.hi, r.lo);
    s = qe_fast_two_sum(s.hi, s.lo);
    c = qe_fast_two_sum(c.hi, c.lo);
    int odd = (r.quadrant & 1) != 0;
    qe_dd q = qe_quotient(odd ? -c.hi : s.hi, odd ? -c.lo : s.lo, odd ? s.hi : c.hi, odd ? s.lo : c.lo);
    double y = q.hi + q.lo;
    return QE_FABS(x) < QE_TINY_ANGLE ? x : y;
}

/* The same bits as qe_sin, qe_cos and qe_tan for |x| < 2^30 (QE_REDUCE_LIMIT), without the
 * branch that keeps a loop from being vectorised; other arguments give no meaningful result. */
QE_LANE double qe_sin_moderate(double x) { return qe_sin_of_angle(x, qe_reduce_moderate(x)); }

QE_LANE double qe_cos_moderate(double x) { return qe_cos_of_angle(qe_reduce_moderate(x)); }

QE_LANE double qe_tan_moderate(double x) { return qe_tan_of_angle(x, qe_reduce_moderate(x)); }

QE_FN qe_angle qe_reduce(double x) {
    if (QE_FABS(x) < QE_REDUCE_LIMIT) {
        return qe_reduce_moderate(x);
    }
    return qe_reduce_large(x);
}

QE_FN double qe_sin(double x) { return qe_sin_of_angle(x, qe_reduce(x)); }

QE_FN double qe_cos(double x) { return qe_cos_of_angle(qe_reduce(x)); }

QE_FN double qe_tan(double x) { return qe_tan_of_angle(x, qe_reduce(x)); }
