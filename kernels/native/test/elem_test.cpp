// Tests of elem.h by itself, as C++: known values, special values, monotony across the
// seams of the algorithms, and the same bits from C in lanes.
#include "elem.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "lanes.h"

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::numeric_limits<double>::quiet_NaN();

bool SameBits(double a, double b) { return qe_bits(a) == qe_bits(b) || (a != a && b != b); }

struct Known {
    const char *name;
    double got, value, rest; // the exact result is value + rest
};

#define QE_VALUE(name, args, value, rest) {#name, qe_##name args, value, rest},
const Known kKnown[] = {
#include "values.inc"
};

// The documented errors in units of the last place, rounded up.
const std::map<std::string, double> kLimits = {
    {"exp", 1},       {"expm1", 0.9},      {"log", 0.8},         {"log1p", 0.8},       {"log1pexp", 1.5},
    {"invlogit", 2.5}, {"sin", 0.75},        {"cos", 0.75},         {"tan", 0.8},         {"asin", 0.7},
    {"acos", 0.7},   {"atan", 0.7},      {"sinh", 0.8},        {"cosh", 0.65},       {"tanh", 0.8},
    {"erf", 1},     {"erfc", 1.2},       {"normcdf", 1.3},     {"lognormcdf", 2},    {"normquantile", 4},
    {"lgamma", 1},    {"digamma", 0.9},    {"trigamma", 1.2},    {"pow", 0.6},         {"logbeta", 6},
    {"gammap", 100},  {"gammaq", 100},     {"gammap_da", 5e3},   {"betainc", 500},     {"betainc_da", 5e4},
    {"betainc_db", 5e4},
};

double Ulp(double x) {
    int exponent;
    std::frexp(x, &exponent);
    return std::ldexp(1.0, exponent - 53);
}

TEST(Elem, KnownValues) {
    std::map<std::string, double> worst;
    for (const Known &k : kKnown) {
        double error = std::fabs((k.got - k.value) - k.rest) / Ulp(k.value);
        EXPECT_LE(error, kLimits.at(k.name)) << k.name << " gives " << k.got << " for " << k.value;
        worst[k.name] = std::fmax(worst[k.name], error);
    }
    EXPECT_EQ(worst.size(), kLimits.size());
    for (const auto &[name, error] : worst) {
        RecordProperty("worst_ulp_" + name, std::to_string(error));
    }
}

struct Special {
    const char *text;
    double got, want;
};

#define SPECIAL(call, want) \
    { #call, qe_##call, want }

TEST(Elem, SpecialValues) {
    const Special table[] = {
        SPECIAL(exp(0.0), 1),
        SPECIAL(exp(-0.0), 1),
        SPECIAL(exp(kInf), kInf),
        SPECIAL(exp(-kInf), 0),
        SPECIAL(exp(kNan), kNan),
        SPECIAL(exp(709.7827128933841), kInf),
        SPECIAL(exp(-745.1332191019411), 0x1p-1074),
        SPECIAL(exp(-745.1332191019412), 0),
        SPECIAL(expm1(-0.0), -0.0),
        SPECIAL(expm1(-kInf), -1),
        SPECIAL(expm1(0x1p-1074), 0x1p-1074),
        SPECIAL(log(0.0), -kInf),
        SPECIAL(log(-0.0), -kInf),
        SPECIAL(log(-1.0), kNan),
        SPECIAL(log(kInf), kInf),
        SPECIAL(log(0x1p-1074), -744.4400719213812),
        SPECIAL(log1p(-0.0), -0.0),
        SPECIAL(log1p(-1.0), -kInf),
        SPECIAL(log1p(-1.5), kNan),
        SPECIAL(log1pexp(-kInf), 0),
        SPECIAL(log1pexp(1e300), 1e300),
        SPECIAL(invlogit(-kInf), 0),
        SPECIAL(invlogit(kInf), 1),
        SPECIAL(sin(-0.0), -0.0),
        SPECIAL(sin(kInf), kNan),
        SPECIAL(sin(1e22), -0.8522008497671888),
        SPECIAL(cos(0.0), 1),
        SPECIAL(cos(-kInf), kNan),
        SPECIAL(tan(-0.0), -0.0),
        SPECIAL(asin(1.0), 1.5707963267948966),
        SPECIAL(asin(1.1), kNan),
        SPECIAL(acos(1.0), 0),
        SPECIAL(acos(-1.0), 3.141592653589793),
        SPECIAL(atan(-kInf), -1.5707963267948966),
        SPECIAL(sinh(-711.0), -kInf),
        SPECIAL(cosh(-kInf), kInf),
        SPECIAL(tanh(-kInf), -1),
        SPECIAL(erf(-kInf), -1),
        SPECIAL(erfc(28.0), 0),
        SPECIAL(normcdf(-kInf), 0),
        SPECIAL(lognormcdf(-kInf), -kInf),
        SPECIAL(lognormcdf(-1e8), -5.000000000000019e+15),
        SPECIAL(normquantile(0.0), -kInf),
        SPECIAL(normquantile(1.0), kInf),
        SPECIAL(normquantile(-0.1), kNan),
        SPECIAL(lgamma(1.0), 0),
        SPECIAL(lgamma(2.0), 0),
        SPECIAL(lgamma(-3.0), kInf),
        SPECIAL(lgamma(-kInf), kInf),
        SPECIAL(digamma(0.0), -kInf),
        SPECIAL(digamma(-1.0), kNan),
        SPECIAL(trigamma(0.0), kInf),
        SPECIAL(trigamma(kInf), 0),
        SPECIAL(pow(kNan, 0.0), 1),
        SPECIAL(pow(-1.0, kInf), 1),
        SPECIAL(pow(-0.0, -3.0), -kInf),
        SPECIAL(pow(-2.0, 0.5), kNan),
        SPECIAL(pow(2.0, -1074.0), 0x1p-1074),
        SPECIAL(gammap(2.0, 0.0), 0),
        SPECIAL(gammap(-1.0, 1.0), kNan),
        SPECIAL(gammaq(2.0, 0.0), 1),
        SPECIAL(gammap_da(2.0, kInf), 0),
        SPECIAL(betainc(2.0, 3.0, 0.0), 0),
        SPECIAL(betainc(2.0, 3.0, 1.0), 1),
        SPECIAL(betainc(2.0, 3.0, 1.5), kNan),
        SPECIAL(betainc_da(2.0, 3.0, 1.0), 0),
        SPECIAL(betainc_db(kNan, 3.0, 0.5), kNan),
        SPECIAL(logbeta(0.0, 1.0), kInf),
    };
    for (const Special &s : table) {
        EXPECT_TRUE(SameBits(s.got, s.want)) << s.text << " = " << s.got << ", want " << s.want;
    }
}

// The results on 100 neighbouring arguments rise, up to one unit in the last place.
void ExpectRising(const char *name, double (*f)(double), double seam) {
    double x = seam;
    for (int k = 0; k < 50; k++) {
        x = std::nextafter(x, -kInf);
    }
    double last = f(x);
    for (int k = 0; k < 100; k++) {
        x = std::nextafter(x, kInf);
        double y = f(x);
        EXPECT_GE(y, std::nextafter(last, -kInf)) << name << " falls at " << x;
        last = y;
    }
}

TEST(Elem, RisingAcrossSeams) {
    struct Rising {
        const char *name;
        double (*f)(double);
        std::vector<double> seams;
    };
    const Rising table[] = {
        {"exp", qe_exp, {-708.39, -0.34657359, 0.34657359}},
        {"log", qe_log, {0x1p-1022, 0.70710678, 1.41421356}},
        {"atan", qe_atan, {0.41421356237309503, 2.414213562373095}},
        {"erf", qe_erf, {1}},
        {"normcdf", qe_normcdf, {-38, 0}},
        {"normquantile", qe_normquantile, {1.3887943864964021e-11, 0.075, 0.925}},
        {"lgamma", qe_lgamma, {2.5, 8}},
        {"digamma", qe_digamma, {1, 2, 8}},
    };
    for (const Rising &r : table) {
        for (double seam : r.seams) {
            ExpectRising(r.name, r.f, seam);
        }
    }
}

TEST(Elem, LanesInCGiveTheBitsOfScalarsInCpp) {
    double x[8], y[8];
    for (int block = 0; block < 2000; block++) {
        for (int k = 0; k < 8; k++) {
            uint64_t mixed = (uint64_t)(8 * block + k + 1) * 0x9e3779b97f4a7c15;
            mixed ^= mixed >> 29;
            x[k] = block % 2 == 0 ? qe_from_bits(mixed) : ((double)(mixed >> 40) - 8388608.0) * 1e-4;
        }
#define COMPARE(name)                                                                 \
    lanes_##name(y, x);                                                               \
    for (int k = 0; k < 8; k++) {                                                     \
        ASSERT_TRUE(SameBits(y[k], qe_##name(x[k]))) << #name << " at " << x[k];      \
    }
        LANED_FUNCTIONS(COMPARE)
    }
}

} // namespace
