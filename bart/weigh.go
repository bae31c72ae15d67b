package bart

import "math"

// bins is the length of the longest histogram, one bin for each code.
const bins = maxNarrow + 1

// The constants of Kernel.Weigh.
const (
	weighUnit   = (1 << 38) * (1 + 1.0/(1<<18))
	weighLeast  = -60
	weighMagic  = 1 << 52 // added to a number, it leaves its integer part in the low bits
	weighMask   = weighMagic - 1
	weighBias   = 1023
	weighDigits = 1 << 20
)

// Histograms implements Kernel.
func (Reference) Histograms(dst []int64, slab []byte, stride int, places, rows []int32, values []int64) {
	clear(dst)
	width := len(dst) / max(len(places), 1)
	for c, place := range places {
		h, column := dst[width*c:width*(c+1)], slab[int(place)*stride:(int(place)+1)*stride]
		if rows == nil {
			for i, v := range values {
				h[column[i]] += v
			}
			continue
		}
		for _, i := range rows {
			h[column[i]] += values[i]
		}
	}
}

// Quantize implements Kernel.
func (Reference) Quantize(values []int64, x []float32, inverse, bias float64, bits int) (total int64) {
	for i, number := range x {
		// The sum with the magic number rounds.
		u := min(max(float64(float64(number)*inverse), -bias), bias-1)
		values[i] = int64(math.Float64bits(u+bias+weighMagic)&weighMask)<<bits + 1
		total += values[i]
	}
	return total
}

// Part implements Kernel.
func (Reference) Part(rows, spare []int32, column, right []byte) (left int) {
	over := 0
	for _, i := range rows {
		if right[column[i]] == 0 {
			rows[left] = i
			left++
		} else {
			spare[over] = i
			over++
		}
	}
	copy(rows[left:], spare[:over])
	return left
}

// Weigh implements Kernel.
func (Reference) Weigh(weights, totals []int64, exponents, factors []float64, hists []int64, ranges []int32, logs []float64,
	node []float64, bits int, least int64) (largest float64) {
	count, sum, scale, bias, perRow, half := node[0], node[1], node[2], node[3], node[4], node[5]
	whole, most := 1+float64(count*perRow), int64(count)-least
	width := len(hists) / max(len(totals), 1)
	for c := range totals {
		total, few, end := int64(0), int32(0), ranges[2*c]
		first, last := ranges[2*c], min(ranges[2*c+1], int32(width-1))
		for k := range last + 1 {
			at := width*c + int(k)
			total += hists[at]
			number := total & (1<<bits - 1)
			if k >= first && number < least {
				few++
			}
			if k >= first && number <= most {
				end++
			}
			if k < first+few || k >= end {
				continue
			}
			n := float64(number)
			s := float64((float64(total>>bits) - float64(bias*n)) * scale)
			a, b := 1+float64(n*perRow), 1+float64((count-n)*perRow)
			rest, inverse := sum-s, 1/float64(a*b)
			exponents[at] = logs[c] + float64(float64(half*inverse)*(float64(float64(s*s)*b)+float64(float64(rest*rest)*a)))
			factors[at] = float64(whole * inverse)
			largest = max(largest, exponents[at])
		}
		ranges[2*c], ranges[2*c+1] = first+few, end-1
	}
	for c := range totals {
		totals[c] = 0
		for at := width*c + int(ranges[2*c]); at <= width*c+int(ranges[2*c+1]); at++ {
			weights[at] = weightBound(exponents[at]-largest, factors[at])
			totals[c] += weights[at]
		}
	}
	return largest
}

// weightBound is the bound that Weigh makes for an exponent relative to the largest.
func weightBound(exponent, factor float64) int64 {
	x := max(float64(exponent*math.Log2E), weighLeast)
	power := math.Float64frombits(uint64(int64(float64((x+weighBias)*weighDigits))) << 32)
	scaled := float64(float64(power*math.Sqrt(factor)) * weighUnit)
	return int64(math.Float64bits(scaled+weighMagic)&weighMask) + 1
}
