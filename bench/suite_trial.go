package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/stream"
)

// MiB is the column that workers need not fill in themselves: the peak of
// resident memory of the process.
const MiB = "MiB"

// RunTrial is Quatre's worker of suites: it does a case once and writes the
// report.
func RunTrial(ctx context.Context, out io.Writer, suite string, t *Trial) error {
	s, err := FindSuite(suite)
	if err != nil {
		return err
	}
	c, err := s.find(t.Case)
	if err != nil {
		return err
	}
	figures, err := c.Run(ctx, t)
	if missing := (errMissing{}); errors.As(err, &missing) {
		return json.NewEncoder(out).Encode(&Report{Missing: missing.reason})
	}
	if err != nil {
		return err
	}
	report := Report{Figures: map[string]stream.Number{}, Versions: map[string]string{"quatre": quatre.Version}}
	for name, x := range figures {
		report.Figures[name] = stream.Number(x)
	}
	if _, ok := figures[MiB]; !ok {
		report.Figures[MiB] = stream.Number(math.NaN())
		if kib := peakKiB("self"); kib > 0 {
			report.Figures[MiB] = stream.Number(float64(kib) / 1024)
		}
	}
	if err := json.NewEncoder(out).Encode(&report); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}
