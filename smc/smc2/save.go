package smc2

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// savedVersion is the version of the form that Save writes.
const savedVersion = 2

// saved is a sampler as plain data.
type saved struct {
	Version        int
	Fingerprint    []byte // of the key
	Names          []string
	Options        Options
	Steps, States  int
	First          int
	Obs            []smc.Obs
	Theta          []savedParticle
	LogW           []float64
	Stored         []savedPopulation
	Evidence       float64
	Credit, Noise  float64
	Last, Together Rejuvenation
}

type savedParticle struct {
	Z, Theta, Increments []float64
	Filter               smc.State
	Stream               []byte // of the filter's key
}

type savedPopulation struct {
	Steps               int
	Weights, Mean       []float64
	Points, Root, Slope [][]float64
	Shrink, H           float64
	Clouds              []smc.State
}

// fingerprint tells keys apart.
func fingerprint(key rng.Key) []byte {
	b, _ := key.Stream().MarshalBinary() // the error is always nil
	return b
}

// Save writes the sampler to w. Resume goes on from there to the same bits.
func (s *Sampler) Save(w io.Writer) error {
	out := saved{
		Version: savedVersion, Fingerprint: fingerprint(s.key), Names: s.problem.Space.Names(), Options: s.options, Steps: s.steps, States: s.states,
		First: s.past.first, Obs: s.past.obs, LogW: s.logW, Evidence: s.evidence, Credit: s.credit, Noise: s.noise, Last: s.last, Together: s.total,
		Theta: make([]savedParticle, len(s.theta)), Stored: make([]savedPopulation, len(s.stored)),
	}
	for i := range s.theta {
		p, to := &s.theta[i], &out.Theta[i]
		to.Z, to.Theta, to.Increments = p.z, p.theta, p.increments
		p.filter.Save(&to.Filter)
		to.Stream = fingerprint(p.filter.Key())
	}
	for k, p := range s.stored {
		out.Stored[k] = savedPopulation{p.steps, p.weights, p.mean, p.points, p.root, p.slope, p.shrink, p.h, p.clouds}
	}
	if err := gob.NewEncoder(w).Encode(&out); err != nil {
		return fmt.Errorf("smc2: saving: %w", err)
	}
	return nil
}

// Resume reads what Save wrote. Problem and key must be those of the sampler
// that was saved; workers is Options.Workers, which does not change results.
func Resume(r io.Reader, problem Problem, key rng.Key, workers int) (*Sampler, error) {
	var in saved
	if err := gob.NewDecoder(r).Decode(&in); err != nil {
		return nil, fmt.Errorf("smc2: the saved state cannot be read: %w", err)
	}
	switch {
	case in.Version != savedVersion:
		return nil, fmt.Errorf("smc2: the saved state has version %d, want %d: resume it with the release that wrote it", in.Version, savedVersion)
	case !bytes.Equal(in.Fingerprint, fingerprint(key)):
		return nil, errors.New("smc2: the saved state belongs to another seed: resume it with the one it was started with")
	case !slices.Equal(in.Names, problem.Space.Names()):
		return nil, fmt.Errorf("smc2: the saved state has the parameters %v, the problem %v", in.Names, problem.Space.Names())
	case len(in.Theta) != in.Options.Theta || len(in.LogW) != in.Options.Theta:
		return nil, errors.New("smc2: the saved state is damaged: its parameter particles are not as many as it says")
	}
	in.Options.Workers = max(1, workers)
	o, err := in.Options.complete()
	if err != nil {
		return nil, err
	}
	s := &Sampler{
		problem: problem, options: o, key: key, steps: in.Steps, states: in.States, past: past{in.First, in.Obs}, logW: in.LogW,
		theta: make([]particle, o.Theta), spare: make([]*smc.Filter, o.Workers), evidence: in.Evidence, credit: in.Credit, noise: in.Noise, last: in.Last, total: in.Together,
	}
	for i := range s.theta {
		if err := s.restore(&s.theta[i], &in.Theta[i]); err != nil {
			return nil, fmt.Errorf("smc2: the saved state of parameter particle %d: %w", i, err)
		}
	}
	for _, p := range in.Stored {
		s.stored = append(s.stored, &population{p.Steps, p.Weights, p.Points, p.Clouds, p.Mean, p.Shrink, p.H, p.Root, p.Slope})
	}
	return s, nil
}

func (s *Sampler) restore(p *particle, in *savedParticle) error {
	p.z, p.theta, p.increments = in.Z, in.Theta, in.Increments
	var key rng.Stream
	if err := key.UnmarshalBinary(in.Stream); err != nil {
		return err
	}
	f, err := s.newFilter(p.theta, s.key)
	if err != nil {
		return err
	}
	f.Rekey(key.Key())
	p.filter = f
	return f.Load(&in.Filter)
}
