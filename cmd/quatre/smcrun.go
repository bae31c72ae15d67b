package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
	"github.com/quatre-ppl/quatre/smc/picture"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/smc2"
)

// smcRunCmd learns parameters and states together.
type smcRunCmd struct {
	smcModelFlags `embed:""`

	Prior     []string      `placeholder:"NAME=LAW" sep:"none" help:"A prior in place of the model's, such as beta=uniform(0,1)."`
	NTheta    int           `name:"n-theta" default:"400" help:"Parameter particles."`
	NX        int           `name:"n-x" default:"200" help:"State particles of each at first."`
	MaxX      int           `name:"max-x" placeholder:"N" help:"State particles at most (16 times --n-x)."`
	Window    int           `default:"0" help:"Observations that a rejuvenation looks back on, at least; 0 for all."`
	Moves     int           `default:"3" help:"Moves of each parameter particle in a rejuvenation."`
	Threshold float64       `default:"0.5" help:"Rejuvenate below this share of effective parameter particles."`
	Ahead     int           `default:"1" help:"Steps to forecast after each observation; 0 for none."`
	Follow    bool          `help:"Go on as the file grows; Ctrl-C ends."`
	Workers   int           `placeholder:"N" help:"Goroutines; results do not depend on it (as many as there are processors)."`
	Save      string        `placeholder:"FILE" help:"Keep the state in this file, to go on from; it is there whole whenever the program ends."`
	Resume    string        `placeholder:"FILE" help:"Go on from a saved state; the data are the observations after it, unless --continue is given."`
	Continue  bool          `help:"With --resume: the data begin with the lines that were read before; leave these out."`
	SaveEvery time.Duration `default:"10s" help:"How often to save on the way, at most; 0s after each observation."`
	SVG       string        `name:"svg" placeholder:"FILE" help:"Draw states, parameters and forecasts over time."`
	Quiet     bool          `short:"q" help:"No word on rejuvenations."`

	kept map[string]float64 // the flags of the sampler that is running
}

// Run implements the command.
func (c *smcRunCmd) Run() error {
	m := c.smcModel()
	if err := m.setPriors(c.Prior); err != nil {
		return err
	}
	if c.Continue && c.Resume == "" {
		return failf(usage, "--continue needs --resume: without a saved state nothing was read before")
	}
	if c.Ahead < 0 {
		return failf(usage, "--ahead=%d: forecast 0 steps or more", c.Ahead)
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	ctx, stop := interruptible(func() { fmt.Fprintln(os.Stderr, "stopping after the present observation; once more ends at once") })
	defer stop()
	source, err := c.openSource(ctx, c.Follow, m)
	if err != nil {
		return err
	}
	defer source.close()
	s, lines, err := c.open(m)
	if err != nil {
		return err
	}
	if c.Continue {
		if err := source.skip(lines); err != nil {
			return err
		}
	}
	if err := errors.Join(writable(c.Save), folderOf(c.SVG)); err != nil {
		return err
	}
	r := &smcRun{cmd: c, model: m, sampler: s, out: os.Stdout, lines: source.line, saved: time.Now()}
	err = r.all(ctx, source)
	if s.Steps() == 0 {
		return err
	}
	// What was learnt before a bad line is kept.
	if saveErr := r.save(); err == nil {
		err = saveErr
	}
	if pictureErr := writePicture(c.SVG, r.panels()); err == nil {
		err = pictureErr
	}
	return err
}

// open starts the sampler, or goes on with a saved one, which has read lines of
// data.
func (c *smcRunCmd) open(m *smcModel) (s *smc2.Sampler, lines int, err error) {
	problem := prior.Family{Space: m.space, Model: m.build}
	if c.Resume != "" {
		return c.resume(problem)
	}
	c.kept = c.sampling()
	s, err = smc2.New(problem, rng.NewKey(announce(&c.Seed)), smc2.Options{
		Theta: c.NTheta, States: c.NX, MaxStates: c.MaxX, Window: c.Window, Moves: c.Moves, Threshold: c.Threshold, Workers: c.Workers,
	})
	return s, 0, fail(usage, err)
}

// smcRun is a run under way.
type smcRun struct {
	cmd     *smcRunCmd
	model   *smcModel
	sampler *smc2.Sampler
	out     io.Writer
	count   int // rejuvenations told of
	lines   int // of data, that are done with
	saved   time.Time

	times, y         []float64
	theta            [][3][]float64 // mean, 5 % and 95 % of each parameter
	state, predicted [3][]float64
}

// all takes the observations one by one.
func (r *smcRun) all(ctx context.Context, source *smcSource) error {
	if err := r.header(); err != nil {
		return err
	}
	r.theta = make([][3][]float64, len(r.model.space))
	source.before = r.sampler.Time()
	var ahead [3]float64
	ahead[0], ahead[1], ahead[2] = nan, nan, nan
	for ctx.Err() == nil {
		o, err := source.next()
		if errors.Is(err, io.EOF) {
			break
		}
		steps := r.sampler.Steps()
		if err == nil {
			err = fail(inSampling, r.sampler.Observe(o))
		}
		if r.sampler.Steps() > steps || r.cmd.Follow {
			r.lines = source.line // else the line can be mended and read again
		}
		if err != nil && r.cmd.Follow && !errors.Is(err, errReplaced) {
			// One bad line does not end a run that goes on for ever, and takes no
			// time where the data have none.
			fmt.Fprintf(os.Stderr, "quatre: %v; left out\n", err)
			source.before = r.sampler.Time()
			continue
		}
		if err != nil {
			return err
		}
		for k := range ahead {
			r.predicted[k] = append(r.predicted[k], ahead[k])
		}
		if ahead, err = r.report(&o); err != nil {
			return err
		}
		if r.cmd.Save != "" && time.Since(r.saved) >= r.cmd.SaveEvery {
			if err := r.save(); err != nil {
				return err
			}
		}
	}
	if r.sampler.Steps() == 0 {
		return failf(inData, "%s: no observations under the header", source.name)
	}
	return nil
}

func (r *smcRun) header() error {
	line := "time,y"
	for _, p := range r.model.space {
		line += fmt.Sprintf(",%s,%s_q05,%s_q95", p.Name, p.Name, p.Name)
	}
	state := r.model.states[r.model.shown]
	line += fmt.Sprintf(",%s,%s_q05,%s_q95", state, state, state)
	if r.cmd.Ahead > 0 {
		line += ",ahead,ahead_q05,ahead_q95"
	}
	if _, err := fmt.Fprintln(r.out, line+",ess,log_evidence"); err != nil {
		return failf(inOutput, "cannot write to stdout: %w", err)
	}
	return nil
}

// report writes a line for the last observation and returns the forecast of
// the next one.
func (r *smcRun) report(o *smc.Obs) (ahead [3]float64, err error) {
	s := r.sampler
	r.times, r.y = append(r.times, o.Time), append(r.y, o.Y[0])
	numbers := []float64{o.Y[0]}
	for d := range r.model.space {
		low, high := s.Interval(d, 0.05, 0.95)
		for k, v := range []float64{s.Mean(d), low, high} {
			numbers = append(numbers, v)
			r.theta[d][k] = append(r.theta[d][k], v)
		}
	}
	mean, low, high := s.State(r.model.shown, 0.05, 0.95)
	for k, v := range []float64{mean, low, high} {
		numbers = append(numbers, v)
		r.state[k] = append(r.state[k], v)
	}
	ahead = [3]float64{nan, nan, nan}
	if r.cmd.Ahead > 0 {
		draws, err := s.Forecast(make([]smc.Obs, r.cmd.Ahead), 2000)
		if err != nil {
			return ahead, fail(inSampling, err)
		}
		band := smc.Band(draws[r.cmd.Ahead-1][0], 0.5, 0.05, 0.95)
		numbers = append(numbers, band...)
		next := smc.Band(draws[0][0], 0.5, 0.05, 0.95)
		copy(ahead[:], next)
	}
	if err := row(r.out, fmt.Sprintf("%g", o.Time), append(numbers, s.ESS(), s.LogEvidence())...); err != nil {
		return ahead, err
	}
	if last := s.Last(); s.Total().Count > r.count && !r.cmd.Quiet {
		fmt.Fprintf(os.Stderr, "rejuvenation %d after observation %d: %.0f %% of %d proposals accepted, %d states\n",
			s.Total().Count, last.Observation, 100*last.AcceptRate(), last.Proposed, last.States)
	}
	r.count = s.Total().Count
	return ahead, nil
}

// panels are the pictures: state, forecasts with observations, parameters.
func (r *smcRun) panels() []picture.Panel {
	band := func(title string, v [3][]float64, points []float64) picture.Panel {
		return picture.Panel{Title: title, X: r.times, Bands: []picture.Band{{Low: v[1], High: v[2]}}, Lines: []picture.Line{{Y: v[0]}}, Points: points}
	}
	out := []picture.Panel{band(r.model.shownName+": mean and 90 % band", r.state, nil)}
	if r.cmd.Ahead > 0 {
		out = append(out, band("one step ahead: median, 90 % band and what came", r.predicted, r.y))
	}
	for d, p := range r.model.space {
		out = append(out, band(p.Name, r.theta[d], nil))
	}
	return out
}
