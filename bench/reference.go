package bench

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
)

// Known is what a reference says of one quantity: numbers and their standard
// errors. A standard error of NaN says that the number is not known.
type Known struct {
	Mean, Q05, Q50, Q95                 float64
	MCSEMean, MCSEQ05, MCSEQ50, MCSEQ95 float64
}

// Reference holds what is known of a posterior, by the names of its quantities.
type Reference map[string]Known

// knownJSON is the form of Known in a file. Draws, if given, stands for the
// standard errors: those of so many independent draws.
type knownJSON struct {
	Mean  float64  `json:"mean"`
	SD    float64  `json:"sd"`
	Q05   *float64 `json:"q05,omitempty"`
	Q50   *float64 `json:"q50,omitempty"`
	Q95   *float64 `json:"q95,omitempty"`
	Draws float64  `json:"draws,omitempty"`

	MCSEMean float64 `json:"mcse_mean"`
	MCSEQ05  float64 `json:"mcse_q05"`
	MCSEQ50  float64 `json:"mcse_q50"`
	MCSEQ95  float64 `json:"mcse_q95"`
}

// ReadReference reads a reference: an object of quantities, or one that has it
// under "parameters".
func ReadReference(path string) (Reference, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	var wrapped struct {
		Parameters map[string]knownJSON `json:"parameters"`
	}
	plain := map[string]knownJSON{}
	if err := json.Unmarshal(text, &wrapped); err == nil && wrapped.Parameters != nil {
		plain = wrapped.Parameters
	} else if err := json.Unmarshal(text, &plain); err != nil {
		return nil, fmt.Errorf("bench: %s: %w", path, err)
	}
	r := Reference{}
	for name, k := range plain {
		r[name] = k.known()
	}
	return r, nil
}

func (k knownJSON) known() Known {
	if k.Draws > 0 {
		// The density of a normal at its quantiles stands for the quantity's own.
		n := math.Sqrt(k.Draws)
		tail := k.SD * math.Sqrt(0.05*0.95) / 0.10313564 / n
		k.MCSEMean, k.MCSEQ05, k.MCSEQ50, k.MCSEQ95 = k.SD/n, tail, k.SD*0.5/0.39894228/n, tail
	}
	at := func(q *float64, mcse float64) (float64, float64) {
		if q == nil {
			return math.NaN(), math.NaN()
		}
		return *q, mcse
	}
	out := Known{Mean: k.Mean, MCSEMean: k.MCSEMean}
	out.Q05, out.MCSEQ05 = at(k.Q05, k.MCSEQ05)
	out.Q50, out.MCSEQ50 = at(k.Q50, k.MCSEQ50)
	out.Q95, out.MCSEQ95 = at(k.Q95, k.MCSEQ95)
	return out
}
