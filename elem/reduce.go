package elem

import (
	"math"
	"math/bits"
)

// twoOverPiWord returns bits 64i-64 .. 64i-1 of the binary fraction of 2/pi; word 0 is zero.
func twoOverPiWord(i uint64) uint64 {
	words := [20]uint64{
		0, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
		0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41,
		0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7,
		0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
	}
	return words[i]
}

// twoOverPiBits returns the 64 bits of the words above from the given bit on.
func twoOverPiBits(from uint64) uint64 {
	i, shift := from>>6, from&63
	w := twoOverPiWord(i) << shift
	if shift != 0 {
		w |= twoOverPiWord(i+1) >> (64 - shift)
	}
	return w
}

// reduceLarge is reduce for |x| >= 2^30, by Payne & Hanek 1983: with x = m 2^e, the
// bits of 2/pi whose product with x is a multiple of 4 are skipped, the following 192
// are multiplied with m in integer arithmetic. No double comes closer than 2^-62 to a
// multiple of pi/2, and the product is good to 2^-137.
func reduceLarge(x float64) (quadrant uint64, high, low float64) {
	if !(math.Abs(x) <= math.MaxFloat64) {
		return 0, math.NaN(), math.NaN()
	}
	b := math.Float64bits(x)
	e := b >> 52 & 0x7ff // biased: x = m 2^(e-1075)
	m := b&0xfffffffffffff | 0x10000000000000
	from := e - 1013
	w0, w1, w2 := twoOverPiBits(from), twoOverPiBits(from+64), twoOverPiBits(from+128)
	h1, p1 := bits.Mul64(m, w1)
	h2, p2 := bits.Mul64(m, w2)
	p0 := m*w0 + h1
	p1 += h2
	if p1 < h2 {
		p0++
	}
	quadrant = p0 >> 62
	f0, f1, f2 := p0<<2|p1>>62, p1<<2|p2>>62, p2<<2
	negative := f0>>63 != 0
	if negative { // round to the nearest quadrant
		quadrant++
		f0, f1, f2 = ^f0, ^f1, ^f2 // the missing 1 is far below the precision
	}
	high, low = fastTwoSum(float64(int64(f0>>11))*0x1p-53, float64(int64(f0<<53>>11|f1>>22))*0x1p-106)
	low = math.FMA(float64(int64(f1<<42>>11|f2>>33)), 0x1p-159, low)
	r, rErr := twoProd(high, halfPi)
	rErr = math.FMA(high, halfPiLow, math.FMA(low, halfPi, rErr))
	high, low = fastTwoSum(r, rErr)
	if negative != (b>>63 != 0) {
		high, low = -high, -low
	}
	if b>>63 != 0 {
		quadrant = -quadrant
	}
	return quadrant, high, low
}
