package smc2

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/smc"
)

// Forecast draws what may be observed at the times of ahead, which follow the
// last observation, and returns draws[step][number][draw]: at least the given
// number of draws, parameters and states included in what is uncertain. Where
// Elapsed is 0 a step of the length of the last one is meant. The models must
// be smc.Emitter. Forecasts do not change the sampler.
func (s *Sampler) Forecast(ahead []smc.Obs, draws int) ([][][]float64, error) {
	if s.steps == 0 {
		return nil, fmt.Errorf("smc2: a forecast needs at least one observation to start from")
	}
	ahead = s.times(ahead)
	key := s.key.Child("forecast", uint64(s.steps))
	each := (draws + len(s.theta) - 1) / len(s.theta)
	numbers := len(s.past.obs[len(s.past.obs)-1].Y)
	out := make([][][]float64, len(ahead))
	for k := range out {
		out[k] = make([][]float64, numbers)
	}
	src := key.Stream()
	weights := s.Weights()
	for range s.theta {
		// Each pass draws a parameter particle and states of its filter.
		p := &s.theta[rng.Categorical(src, weights)]
		m, ok := smc.As[smc.Emitter](p.filter.Target().(*target).Model)
		if !ok {
			return nil, fmt.Errorf("smc2: the model cannot draw observations: it must implement smc.Emitter")
		}
		if err := forecastOne(out, m, p.filter, ahead, each, src); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// times completes the times of the steps ahead.
func (s *Sampler) times(ahead []smc.Obs) []smc.Obs {
	ahead = slices.Clone(ahead)
	last := &s.past.obs[len(s.past.obs)-1]
	time := last.Time
	missing := make([]float64, len(last.Y))
	for j := range missing {
		missing[j] = math.NaN()
	}
	for k := range ahead {
		o := &ahead[k]
		o.Index = s.steps + k
		if o.Elapsed == 0 {
			o.Elapsed = last.Elapsed
		}
		time += o.Elapsed
		o.Time = time
		o.Y = missing // so that guided models move by their law
	}
	return ahead
}

// forecastOne appends each draws of one filter.
func forecastOne(out [][][]float64, m smc.Emitter, f *smc.Filter, ahead []smc.Obs, each int, src *rng.Stream) error {
	p := &smc.Particles{X: make([][]float64, m.Dim()), Prev: make([][]float64, m.Dim())}
	for d := range p.X {
		p.X[d], p.Prev[d] = make([]float64, each), make([]float64, each)
	}
	for i := range each {
		from := rng.Categorical(src, f.Weights())
		for d := range p.X {
			p.X[d][i] = f.X(d)[from]
		}
	}
	dst := make([]float64, each)
	for k := range ahead {
		p.X, p.Prev = p.Prev, p.X
		if err := m.Move(src, &ahead[k], p); err != nil {
			return fmt.Errorf("smc2: forecast %d: %w", k+1, err)
		}
		for j := range out[k] {
			if err := m.Emit(dst, j, src, &ahead[k], p); err != nil {
				return fmt.Errorf("smc2: forecast %d: %w", k+1, err)
			}
			out[k][j] = append(out[k][j], dst...)
		}
	}
	return nil
}
