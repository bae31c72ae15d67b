package bart

import (
	"os"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
)

// TestSampler_RanksOfAnOffsetAreUniform draws a level u ~ N(0, 1) of the second half of the rows in a sampler of its own, which
// knows the response and f, and no latent response, and f by Step (simulation-based calibration, Talts et al.
// 2018). False alarm: 1e-6 each. QUATRE_SBC=1 makes it longer.
func TestSampler_RanksOfAnOffsetAreUniform(t *testing.T) {
	runs, cells, apart := 60, 4, 4
	if testing.Short() {
		t.Skip("draws many times")
	}
	if os.Getenv("QUATRE_SBC") != "" {
		runs, cells, apart = 3000, 20, 25
	}
	logDensity := map[Family]func(y, f float64) float64{
		Probit:   func(y, f float64) float64 { return elem.LogNormCDF((2*y - 1) * f) },
		Logistic: func(y, f float64) float64 { return float64(y*f) - elem.Log1pExp(f) },
	}
	for family, logp := range logDensity {
		t.Run(family.String(), func(t *testing.T) {
			ranks, expected := [2][]int{make([]int, cells), make([]int, cells)}, make([]float64, cells)
			for run := range runs {
				c := familyChain(family, uint64(run))
				s := &Sampler{c, len(c.target)}
				u, offset, f := c.src.Normal(), make([]float64, s.rows), make([]float64, s.rows)
				setOffset := func() {
					for i := range offset {
						offset[i] = u * float64(2*i/s.rows)
					}
					s.SetOffset(offset)
				}
				setOffset()
				familyPrior(c)
				familyResponse(c)
				truth, below := [2]float64{u, c.fromTrees(7)}, [2]int{}
				for range cells - 1 {
					for range apart {
						s.Fitted(f)
						u = slice(c.src, u, 2, func(u float64) float64 {
							sum := -u * u / 2
							for i := s.rows / 2; i < s.rows; i++ {
								sum += logp(c.response[i], f[i]+u)
							}
							return sum
						})
						setOffset()
						s.Step()
					}
					for k, now := range [2]float64{u, c.fromTrees(7)} {
						if now < truth[k] {
							below[k]++
						}
					}
				}
				for k, rank := range below {
					ranks[k][rank]++
				}
			}
			for i := range expected {
				expected[i] = float64(runs) / float64(cells)
			}
			for k := range ranks {
				statistic, p := check.ChiSquare(ranks[k], expected)
				check.PValue(t, p, 1e-6, "quantity", k, "chi-square", statistic, ranks[k])
			}
		})
	}
}
