package bench

import (
	"fmt"

	"github.com/quatre-ppl/quatre/stream"
)

// Spread is a median with its quartiles, over seeds.
type Spread struct {
	Low    stream.Number `json:"low"`
	Median stream.Number `json:"median"`
	High   stream.Number `json:"high"`
}

func newSpread(x []float64) Spread {
	low, median, high := quartiles(x)
	return Spread{low, median, high}
}

// SystemCell is the outcome for one posterior and one system.
type SystemCell struct {
	System  string `json:"system"`
	Missing string `json:"missing,omitempty"` // why it could not take part
	Failed  string `json:"failed,omitempty"`  // why there are no numbers, or not of all seeds

	Bulk Spread `json:"bulk"` // smallest bulk effective sample size per second of warmup and draws
	Tail Spread `json:"tail"` // the same for the tail
	Warm Spread `json:"warm"` // seconds of warmup and draws, everything compiled
	// Cold is the time in seconds from the start of the process, with empty
	// caches, to the last draw.
	Cold stream.Number `json:"cold"`

	MinBulk     stream.Number `json:"min_bulk"`       // smallest bulk effective sample size, median
	Gradients   stream.Number `json:"gradients"`      // of a run, warmup included; median
	NsPerGrad   stream.Number `json:"ns_per_grad"`    // warm time per gradient and core, all included; median
	BulkPerKilo stream.Number `json:"bulk_per_kilo"`  // smallest bulk effective sample size per 1000 gradients, median
	Divergences stream.Number `json:"divergences"`    // per 1000 draws, mean
	PeakMiB     stream.Number `json:"peak_mib"`       // resident memory of the process
	RHat        stream.Number `json:"rhat"`           // of the chains of all seeds together
	Error       stream.Number `json:"error"`          // of a mean or quantile over all seeds, in standard errors
	ErrorOf     string        `json:"error_of"`       // the quantity
	MedianRHat  stream.Number `json:"median_rhat"`    // of single runs, where they have several chains
	WorstOfRuns stream.Number `json:"worst_of_runs"`  // largest error of a single run
	Doubts      []string      `json:"doubts"`         // reasons not to believe the figures
	Runs        []SystemRun   `json:"runs,omitempty"` // warm runs
}

func blankCell(system string) SystemCell {
	c := SystemCell{System: system}
	for _, x := range []*stream.Number{
		&c.Cold, &c.MinBulk, &c.Gradients, &c.NsPerGrad, &c.BulkPerKilo, &c.Divergences, &c.PeakMiB, &c.RHat, &c.Error, &c.MedianRHat,
		&c.WorstOfRuns,
	} {
		*x = nan()
	}
	c.Bulk, c.Tail, c.Warm = newSpread(nil), newSpread(nil), newSpread(nil)
	return c
}

// summarise fills in what is said of the runs together, and the doubts.
func (c *SystemCell) summarise(j *judge, pool []*stream.Draws, p *ComparePlan) {
	if len(pool) == 0 {
		return
	}
	var bulk, tail, warm, minBulk, gradients, ns, perKilo, rhat []float64
	divergences := 0
	for i := range c.Runs {
		r := &c.Runs[i]
		if r.Failed != "" {
			continue
		}
		warm, minBulk = append(warm, r.Seconds), append(minBulk, float64(r.Score.MinBulk))
		bulk, tail = append(bulk, float64(r.Score.MinBulk)/r.Seconds), append(tail, float64(r.Score.MinTail)/r.Seconds)
		rhat = append(rhat, float64(r.Score.RHat))
		divergences += r.Divergences
		if r.Gradients > 0 {
			gradients = append(gradients, float64(r.Gradients))
			cores := float64(min(p.Chains, p.Cores))
			ns = append(ns, 1e9*r.Seconds*cores/float64(r.Gradients))
			perKilo = append(perKilo, 1000*float64(r.Score.MinBulk)/float64(r.Gradients))
		}
		if !(r.Score.Error <= c.WorstOfRuns) && r.Score.Error == r.Score.Error {
			c.WorstOfRuns = r.Score.Error
		}
	}
	median := func(x []float64) stream.Number { return stream.Number(quantile(x, 0.5)) }
	c.Bulk, c.Tail, c.Warm = newSpread(bulk), newSpread(tail), newSpread(warm)
	c.MinBulk, c.Gradients, c.NsPerGrad, c.BulkPerKilo = median(minBulk), median(gradients), median(ns), median(perKilo)
	c.Divergences = stream.Number(1000 * float64(divergences) / float64(len(pool)*p.Chains*p.Draws))
	if p.Chains > 1 {
		c.MedianRHat = median(rhat)
	}
	all, err := j.pooled(pool)
	if err != nil {
		c.Failed = err.Error()
		return
	}
	c.RHat, c.Error, c.ErrorOf = all.RHat, all.Error, all.ErrorOf
	c.doubt()
}

// doubt fills in why the figures are not to be believed.
func (c *SystemCell) doubt() {
	c.Doubts = nil
	add := func(format string, args ...any) { c.Doubts = append(c.Doubts, fmt.Sprintf(format, args...)) }
	if c.Failed != "" {
		add("runs failed: %s", c.Failed)
	}
	if c.MinBulk < LeastESS {
		add("ESS %s", short(float64(c.MinBulk)))
	}
	if worst := max(orLeast(c.RHat), orLeast(c.MedianRHat)); worst > MostRHat {
		add("R-hat %.4f", worst)
	}
	if c.Error > MostError {
		add("off by %.1f MCSE (%s)", float64(c.Error), c.ErrorOf)
	}
}

// orLeast returns 1, the least R-hat, for one that is not known.
func orLeast(rhat stream.Number) float64 {
	if rhat != rhat {
		return 1
	}
	return float64(rhat)
}

// took tells whether there are figures.
func (c *SystemCell) took() bool { return c.Missing == "" && c.Bulk.Median == c.Bulk.Median }

// trusted tells whether the figures can be believed.
func (c *SystemCell) trusted() bool { return c.took() && len(c.Doubts) == 0 }
