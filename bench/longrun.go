package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/diag"
)

// LongRun says how a reference is made: by Stan's scheme, on the program
// reference.stan where an entry has one, a form of the same posterior that
// samples well.
type LongRun struct {
	Chains, Warmup, Draws int
	TargetAccept          float64
	Seed                  uint64
}

// referenceFile is the form of a reference that is written.
type referenceFile struct {
	Model  string `json:"model"`
	Method string `json:"method"`
	Checks struct {
		MaxRHat     float64 `json:"max_rhat"`
		MinESS      float64 `json:"min_ess"`
		Divergences int     `json:"divergences"`
	} `json:"checks"`
	Parameters map[string]knownJSON `json:"parameters"`
}

// The least that a long run must reach to be a reference.
const (
	referenceRHat = 1.005
	referenceESS  = 5000
)

// MakeReference writes the reference of an entry, which must have its place in
// the repository, and returns a line about it. A run that did not mix is an
// error, and nothing is written.
func MakeReference(ctx context.Context, l *List, e *Entry, r LongRun) (string, error) {
	target, form := e.Reference, e.Program
	if e.Dir != "" {
		form = e.Dir + "/reference.stan"
		if target == "" {
			target = e.Dir + "/reference.json"
		}
	}
	if target == "" || strings.HasPrefix(target, sharedPrefix) {
		return "", fmt.Errorf("bench: %s has no place for a reference in the repository: name one in %s", e.Name, listFile)
	}
	program, data, _, err := l.files(e)
	if err != nil {
		return "", err
	}
	form, err = l.path(form)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(form); err != nil {
		form = program
	}
	model, err := Read(program, data)
	if err != nil {
		return "", err
	}
	p, err := open(ctx, form, data, quatre.Auto)
	if err != nil {
		return "", err
	}
	defer p.Close()
	fit, err := r.sample(ctx, p)
	if err != nil {
		return "", err
	}
	f := referenceFile{Model: e.Name, Parameters: map[string]knownJSON{}}
	f.Method = fmt.Sprintf("quatre %s, Stan's scheme on %s, %d chains, %d warmup + %d draws each, target acceptance %g, seed %d",
		quatre.Version, filepath.Base(form), r.Chains, r.Warmup, r.Draws, r.TargetAccept, r.Seed)
	for i := range fit.Report.Chains {
		f.Checks.Divergences += fit.Report.Chains[i].Sampling.Divergences
	}
	if err := f.fill(fit, ParameterNames(model)); err != nil {
		return "", err
	}
	line := fmt.Sprintf("%s: R-hat %.4f, ESS %.0f, %d divergences", e.Name, f.Checks.MaxRHat, f.Checks.MinESS, f.Checks.Divergences)
	if f.Checks.MaxRHat > referenceRHat || f.Checks.MinESS < referenceESS {
		return "", fmt.Errorf("bench: %s: not good enough for a reference: ask for more draws or another form in reference.stan", line)
	}
	text, err := json.MarshalIndent(&f, "", " ")
	if err != nil {
		return "", fmt.Errorf("bench: %w", err)
	}
	path := filepath.Join(l.Root, filepath.FromSlash(target))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return "", fmt.Errorf("bench: %w", err)
	}
	return line, os.WriteFile(path, append(text, '\n'), 0o666)
}

// sample makes the run.
func (r *LongRun) sample(ctx context.Context, p *quatre.Posterior) (*quatre.Fit, error) {
	o := quatre.Options{Seed: r.Seed, Sampler: quatre.DefaultSampler()}
	baseline, err := FindConfig(Baseline)
	if err != nil {
		return nil, err
	}
	baseline.Set(&o)
	o.Sampler.Chains, o.Sampler.Warmup, o.Sampler.Draws, o.Sampler.TargetAccept = r.Chains, r.Warmup, r.Draws, r.TargetAccept
	fit, err := quatre.SampleProblem(ctx, p, o)
	if err == nil && fit.Report.Interrupted {
		err = context.Cause(ctx)
	}
	return fit, err
}

// fill writes the numbers of all quantities that vary.
func (f *referenceFile) fill(fit *quatre.Fit, names []string) error {
	table, err := TableOf(fit.Draws, names)
	if err != nil {
		return err
	}
	f.Checks.MinESS = math.Inf(1)
	for i, name := range names {
		q := diag.Summarize(name, table.Column(i))
		if q.Constant {
			continue
		}
		f.Parameters[name] = knownJSON{
			Mean: digits(q.Mean), SD: digits(q.SD), Q05: new(digits(q.Q5)), Q50: new(digits(q.Median)), Q95: new(digits(q.Q95)),
			MCSEMean: digits(q.MCSEMean), MCSEQ05: digits(q.MCSEQ5), MCSEQ50: digits(q.MCSEMedian), MCSEQ95: digits(q.MCSEQ95),
		}
		f.Checks.MaxRHat = max(f.Checks.MaxRHat, q.RHat)
		f.Checks.MinESS = min(f.Checks.MinESS, q.ESSBulk, q.ESSTail)
	}
	return nil
}

// digits keeps eight significant digits.
func digits(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return x
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-7)
	return math.Round(x/unit) * unit
}
