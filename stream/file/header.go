package file

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Metric names the shape of the inverse mass matrix in CmdStan's words.
type Metric string

// The three metrics that CmdStan's files know.
const (
	MetricUnit     Metric = "unit_e"
	MetricDiagonal Metric = "diag_e"
	MetricDense    Metric = "dense_e"
)

// Header is what the comments at the top of each CSV file tell about the run,
// under the keys that CmdStan gives them.
type Header struct {
	// Model is the model's name.
	Model string
	// DataFile is the name of the data file, "" if there is none.
	DataFile string
	// Version is the version of Quatre that drew the rows.
	Version string
	// Started is when the run began.
	Started time.Time
	// Chains is the number of chains, each with its own file.
	Chains int
	// NumSamples and NumWarmup count the iterations of the two phases before
	// thinning; a complete file has ⌈NumSamples/Thin⌉ rows of draws.
	NumSamples, NumWarmup int
	// SaveWarmup tells whether rows of warmup are written too.
	SaveWarmup bool
	// Thin keeps one of so many iterations; 0 means 1.
	Thin int
	// Seed is the seed of the run.
	Seed uint64
	// AdaptEngaged tells whether warmup adapts, Delta is its target acceptance.
	AdaptEngaged bool
	Delta        float64
	// MaxDepth limits the depth of a trajectory's tree.
	MaxDepth int
	// Metric is the kind of mass matrix; "" means MetricDiagonal.
	Metric Metric
	// InitRadius bounds the uniform initial values on the unconstrained scale.
	InitRadius float64
	// Extra are further lines "key = value" about the run.
	Extra []KeyValue
}

// KeyValue is one setting of a Header.
type KeyValue struct{ Key, Value string }

// formatVersion is the version of CmdStan whose file layout is followed;
// readers look at it to know which keys to expect.
var formatVersion = [3]int{2, 36, 0}

// append appends the comment block of the given chain, counted from 0.
func (h *Header) append(dst []byte, chain int) []byte {
	line := func(depth int, key, value string) {
		dst = append(dst, "# "...)
		for range depth {
			dst = append(dst, "  "...)
		}
		dst = append(dst, oneLine(key)...)
		dst = append(dst, " = "...)
		dst = append(dst, oneLine(value)...)
		dst = append(dst, '\n')
	}
	section := func(depth int, name string) {
		dst = append(dst, "# "+strings.Repeat("  ", depth)+name+"\n"...)
	}
	line(0, "stan_version_major", strconv.Itoa(formatVersion[0]))
	line(0, "stan_version_minor", strconv.Itoa(formatVersion[1]))
	line(0, "stan_version_patch", strconv.Itoa(formatVersion[2]))
	line(0, "quatre_version", h.Version)
	line(0, "model", h.Model)
	line(0, "start_datetime", h.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
	line(0, "method", "sample (Default)")
	section(1, "sample")
	line(2, "num_samples", strconv.Itoa(h.NumSamples))
	line(2, "num_warmup", strconv.Itoa(h.NumWarmup))
	line(2, "save_warmup", strconv.FormatBool(h.SaveWarmup))
	line(2, "thin", strconv.Itoa(h.thin()))
	section(2, "adapt")
	line(3, "engaged", strconv.FormatBool(h.AdaptEngaged))
	line(3, "delta", formatFloat(h.Delta))
	line(2, "algorithm", "hmc (Default)")
	section(3, "hmc")
	line(4, "engine", "nuts (Default)")
	section(5, "nuts")
	line(6, "max_depth", strconv.Itoa(h.MaxDepth))
	line(4, "metric", string(h.metric()))
	line(2, "num_chains", strconv.Itoa(h.Chains))
	line(0, "id", strconv.Itoa(chain+1))
	section(0, "data")
	line(1, "file", h.DataFile)
	line(0, "init", formatFloat(h.InitRadius))
	section(0, "random")
	line(1, "seed", strconv.FormatUint(h.Seed, 10))
	for _, extra := range h.Extra {
		line(0, extra.Key, extra.Value)
	}
	return dst
}

func (h *Header) thin() int { return max(h.Thin, 1) }

func (h *Header) metric() Metric {
	if h.Metric == "" {
		return MetricDiagonal
	}
	return h.Metric
}

func (h *Header) validate() error {
	if h.Chains < 1 {
		return fmt.Errorf("file: header has %d chains, at least 1 is needed", h.Chains)
	}
	switch h.metric() {
	case MetricUnit, MetricDiagonal, MetricDense:
		return nil
	}
	return fmt.Errorf("file: unknown metric %q; use %s, %s or %s", h.Metric, MetricUnit, MetricDiagonal, MetricDense)
}

// oneLine keeps a text from ending the comment line it stands in.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
