// Package elem holds the elementary and special functions of the engine, written
// so that every machine gets the same bits.
//
// Each function exists twice: here and, operation by operation the same, as
// qe_<name in lower case> in the C header kernels/native/elem.h, which a C compiler and
// the run-time compiler for graphics cards both accept. A test compares the two bit by
// bit. The functions of package math (and a C library's) differ from one machine to the
// next, so whatever a draw or a density depends on calls this package instead;
// math.Sqrt, math.Abs, math.Floor and math.FMA round exactly everywhere and are used freely.
//
// Rules that keep the bits: a product that is added to something is either inside
// math.FMA or wrapped in float64(...), so no compiler may fuse it on its own (a test asks
// the compiler); constants are literals, never products of literals; all NaNs count as equal.
//
// # Accuracy and speed
//
// Errors are the largest seen in units of the last place of the result, against series in
// 320 bits, at 1,500 to 25,000 arguments over the range given; the tests hold the limits.
// Times are of this package on one core of an AMD EPYC with fused multiply-add, and of
// the C header per element in loops over eight lanes of the same core (AVX2; a dash
// where a data-dependent loop or branch keeps the compiler from vector code).
//
//	function       error  range                      Go ns    C ns
//	Exp            0.94   all; 1.0 denormal              8     1.6
//	Expm1          0.88   all                           11     2.2
//	Log            0.76   all                            9     1.7
//	Log1p          0.76   all                           11     2.1
//	Log1pExp       1.43   all                           25     5.5
//	InvLogit       2.27   all                           12     2.1
//	Sin            0.69   all                           15     2.4 (|x| < 2^30, qe_sin_moderate)
//	Cos            0.69   all                           15     2.2 (the same)
//	Tan            0.75   all                           19     3.5 (the same)
//	Asin           0.65   all                           12     2.0
//	Acos           0.60   all                           11     2.1
//	Atan           0.67   all                           11     2.8
//	Sinh           0.77   all                           22     4.3
//	Cosh           0.59   all                           20     4.3
//	Tanh           0.71   all                           19     3.6
//	Pow            0.60   normal results; 1 denormal    37     8
//	Erf            0.98   all                           26     15
//	Erfc           1.17   normal results                33     5.3
//	NormCDF        1.24   normal results                34     5.7
//	LogNormCDF     1.85   all                           45     30
//	NormQuantile   3.9    all                           12     7
//	Lgamma         0.88   x > 0                         32     -
//	Digamma        0.77   x > 0                         24     -
//	Trigamma       1.05   all                           11     -
//
// Lgamma and Digamma at x < 0 are accurate absolutely, to 2^-52 max(1, |result|): near
// their zeros between the negative integers the relative error is larger. LogBeta is
// accurate to 2^-52 max(1/2, |result|).
//
// The incomplete functions, as relative errors (of the smaller of a probability and its
// complement where x lies on that side of the mean):
//
//	function       error  where                                      Go ns
//	GammaP         2e-15  the bulk; 2e-14 down to 1e-290               160
//	GammaQ         1e-14  the bulk; 2e-14 down to 1e-290               160
//	GammaPDa       1e-13                                               350
//	BetaInc        1e-14  the bulk; 1e-13 where x and the mean > 0.99  330
//	BetaIncDa      5e-12                                               700
//	BetaIncDb      5e-12                                               700
//
// BetaInc takes longer for large shapes: 7 µs where ab/(a+b) = 1e6, 66 µs at 1e9, less above.
// Its derivatives take four times that and go on growing, about as the cube root.
package elem
