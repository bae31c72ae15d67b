package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc/prior"
	"github.com/quatre-ppl/quatre/smc/smc2"
)

// savedHead is the first line of a saved state; that of the sampler follows.
type savedHead struct {
	Format int    `json:"quatre_smc"`
	Seed   uint64 `json:"seed"`
	// Model is the flags of model and priors.
	Model string `json:"model"`
	// Lines is the number of lines of data that are done with, the header and
	// those left out among them.
	Lines int `json:"lines"`
	// Sampler is the flags of the sampler, by name.
	Sampler map[string]float64 `json:"sampler,omitempty"`
}

// savedFormat is the form of the head that this program writes and reads.
const savedFormat = 1

// writable reports, before a long run, that its state could not be saved.
func writable(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return failf(inOutput, "cannot write %s: %w", path, err)
	}
	return fail(inOutput, errors.Join(f.Close(), os.Remove(f.Name())))
}

// save writes the state where it is wanted, whole or not at all, so that there
// is one to go on from whenever the program ends.
func (r *smcRun) save() error {
	if r.cmd.Save == "" {
		return nil
	}
	err := replaceFile(r.cmd.Save, func(w io.Writer) error {
		buffered := bufio.NewWriter(w)
		head := savedHead{savedFormat, *r.cmd.Seed, r.cmd.settings(), r.lines, r.cmd.kept}
		err := json.NewEncoder(buffered).Encode(&head)
		return errors.Join(err, r.sampler.Save(buffered), buffered.Flush())
	})
	r.saved = time.Now()
	return err
}

// settings are the flags that make the model what it is.
func (c *smcRunCmd) settings() string {
	text := "--model " + c.Model
	if c.smcModel().counts {
		text += fmt.Sprintf(" --population %g --infected %g --reported %g --size %g --reservoir %g --step %g", c.Population, c.Infected, c.Reported, c.Size, c.Reservoir, c.Step)
		if c.Wander {
			text += " --wander"
		}
	}
	for _, p := range slices.Sorted(slices.Values(c.Prior)) {
		text += " --prior " + p
	}
	return text
}

// sampling are the flags of the sampler, which a saved state knows.
func (c *smcRunCmd) sampling() map[string]float64 {
	return map[string]float64{"n-theta": float64(c.NTheta), "n-x": float64(c.NX), "max-x": float64(c.MaxX), "window": float64(c.Window), "moves": float64(c.Moves), "threshold": c.Threshold}
}

// otherwise reports a flag of the sampler that is neither left out nor what the saved state has.
func (c *smcRunCmd) otherwise(saved map[string]float64) error {
	given, defaults := c.sampling(), map[string]float64{"n-theta": 400, "n-x": 200, "moves": 3, "threshold": 0.5}
	for _, name := range slices.Sorted(maps.Keys(saved)) {
		if v, ok := given[name]; ok && v != saved[name] && v != defaults[name] {
			return fmt.Errorf("it was begun with --%s %g, not %g, and goes on with that: leave the flag out", name, saved[name], v)
		}
	}
	return nil
}

// resume goes on with a saved state; it returns the number of lines read before.
func (c *smcRunCmd) resume(problem prior.Family) (*smc2.Sampler, int, error) {
	wrong := func(err error) (*smc2.Sampler, int, error) {
		return nil, 0, failf(inData, "cannot go on from %s: %w", c.Resume, err)
	}
	file, err := os.Open(c.Resume)
	if err != nil {
		return nil, 0, fail(inData, err)
	}
	defer file.Close()
	r := bufio.NewReader(file)
	line, err := r.ReadBytes('\n')
	var head savedHead
	if err != nil || json.Unmarshal(line, &head) != nil || head.Format == 0 {
		return wrong(errors.New("it is no state that quatre smc run --save wrote"))
	}
	switch {
	case head.Format != savedFormat:
		return wrong(fmt.Errorf("it has form %d, this program reads %d", head.Format, savedFormat))
	case head.Model != c.settings():
		return wrong(fmt.Errorf("it was begun with %s, not %s", head.Model, c.settings()))
	case c.Seed != nil && *c.Seed != head.Seed:
		return wrong(fmt.Errorf("it was begun with --seed %d, not %d", head.Seed, *c.Seed))
	}
	if err := c.otherwise(head.Sampler); err != nil {
		return wrong(err)
	}
	c.Seed, c.kept = &head.Seed, head.Sampler
	s, err := smc2.Resume(r, problem, rng.NewKey(head.Seed), c.Workers)
	if err != nil {
		return wrong(err)
	}
	return s, head.Lines, nil
}

// skip leaves out lines of data that a saved state has taken, and goes on
// counting.
func (s *smcSource) skip(lines int) error {
	for s.line < lines {
		if _, err := s.lines.next(); err != nil {
			return failf(inData, "%s ends at line %d, but the saved state has taken %d lines: give --continue only with the same data, grown", s.name, s.line, lines)
		}
		s.line++
	}
	return nil
}
