package bart

import "math"

// What rows say about f grows with their number, and with the range of the response in units of
// its noise. Where that is little, the tight leaves that suit many rows draw f to its middle: with 100 rows
// of 150 columns a fit finds next to nothing, and its intervals do not say so. Many trees then
// share an effect in pieces too small to be seen one by one. So both are less with few rows.
const (
	mostTrees, largestK = 200, 5.0
	// enoughRows is the number of rows from which there are mostTrees.
	enoughRows = 1000
	// enoughReach is the number of standard deviations of the noise in half the range of the response
	// with which enoughRows are enough for largestK too.
	enoughReach = 5
	// leastShare bounds both from below, as shares of what they are with many rows. It is reached with
	// about 60 rows; the trees of fewer would hardly overlap.
	leastShare = 0.25
)

// defaultTrees is the number of trees for a number of rows: 200·√(rows/1000), from 50 to 200. A latent
// response has 200.
func defaultTrees(rows int, latent bool) int {
	if latent {
		return mostTrees
	}
	return int(math.Round(mostTrees * share(float64(rows)/enoughRows)))
}

// defaultK is Prior.K for a number of rows of which reach, half the range of the response, is so many
// standard deviations of the noise: 5·√(rows/1000 · reach/5), from 1.25 to 5.
func defaultK(rows int, reach float64) float64 {
	return largestK * share(float64(rows)/enoughRows*(reach/enoughReach))
}

// share is the root of what there is of what would be enough, from leastShare to 1.
func share(there float64) float64 { return min(1, max(leastShare, math.Sqrt(there))) }
