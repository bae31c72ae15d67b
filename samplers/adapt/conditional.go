package adapt

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Mapping is a density's map from sampling to model coordinates together with
// the constants in force. The density does not tell these, so whoever changes
// them goes through a Mapping.
type Mapping struct {
	density   transition.Mapped
	latents   []transition.Latent
	constants []transition.MapConstants
	flat      bool  // no latent depends on another one but in walks
	links     []int // of each latent: the place of its first slope; then their number

	// scratch of one point, each [len(latents)], slope [Links]
	location, scale, slope []float64
}

// NewMapping returns the mapping of a new density, nil if the target has no
// mapped coordinates. Its constants are those of the model as written.
func NewMapping(target transition.LogDensity) *Mapping {
	density, ok := target.(transition.Mapped)
	if !ok || len(density.Latents()) == 0 {
		return nil
	}
	m := &Mapping{density: density, latents: density.Latents()}
	n := len(m.latents)
	m.constants = make([]transition.MapConstants, n)
	m.flat = true
	m.links = make([]int, n+1)
	for i, l := range m.latents {
		m.constants[i] = l.AsWritten()
		m.links[i+1] = m.links[i] + len(l.Previous)
		m.flat = m.flat && l.Level == 0
		for _, p := range l.Previous {
			m.flat = m.flat && !l.Standardized && !m.latents[p].Standardized
		}
	}
	m.location, m.scale, m.slope = make([]float64, n), make([]float64, n), make([]float64, m.links[n])
	return m
}

// Latents describes the mapped coordinates; read only.
func (m *Mapping) Latents() []transition.Latent { return m.latents }

// Constants returns the constants in force, one for each latent; read only.
func (m *Mapping) Constants() []transition.MapConstants { return m.constants }

// Set changes the constants. They are copied.
func (m *Mapping) Set(constants []transition.MapConstants) error {
	if len(constants) != len(m.latents) {
		return fmt.Errorf("adapt: %d map constants for %d latents: give one for each", len(constants), len(m.latents))
	}
	if err := m.density.SetMap(constants); err != nil {
		return fmt.Errorf("the map of the coordinates: %w", err)
	}
	copy(m.constants, constants)
	return nil
}

// ToModel writes the model's coordinates at z to q, both [Dim], and returns log
// |dq/dz|: the log density of z is that of q plus this.
func (m *Mapping) ToModel(q, z []float64) (logJacobian float64, err error) {
	if err := m.place(m.location, m.scale, m.slope, q, z); err != nil {
		return 0, err
	}
	for i, c := range m.constants {
		scale := math.Abs(m.scale[i])
		logJacobian += logStretch(c, scale)
		if m.latents[i].Standardized {
			logJacobian -= elem.Log(scale)
		}
	}
	return logJacobian, nil
}

// place writes the model's coordinates at z to q, and location, scale and slope of
// each latent there. Where no latent depends on others but those before it in a
// walk, the map is carried out here: scales do not depend on latents then, nor do
// locations where all latents are 0.
func (m *Mapping) place(location, scale, slope, q, z []float64) error {
	if !m.flat {
		if err := m.density.ToModel(q, z); err != nil {
			return err
		}
		return m.density.LocationScale(location, scale, slope, q)
	}
	copy(q, z)
	for _, l := range m.latents {
		q[l.Coordinate] = 0
	}
	if err := m.density.LocationScale(location, scale, slope, q); err != nil {
		return err
	}
	for i, c := range m.constants {
		l := m.latents[i]
		for k, p := range l.Previous {
			location[i] += float64(slope[m.links[i]+k] * q[m.latents[p].Coordinate])
		}
		_, centre, stretch := bend(c, location[i], scale[i])
		if l.Standardized {
			centre, stretch = fromLocation(c, location[i], scale[i]), stretch/scale[i]
		}
		q[l.Coordinate] = centre + float64(stretch*z[l.Coordinate])
	}
	return nil
}

// fromLocation returns (centre - location)/scale of a map.
func fromLocation(c transition.MapConstants, location, scale float64) float64 {
	pull := float64(float64(c.B*scale) * scale)
	if c.A == 0 || math.IsInf(pull, 1) {
		return (c.C - location) / scale
	}
	return pull / (c.A + pull) * ((c.C - location) / scale)
}

// logStretch returns the logarithm of the stretch of a map, see bend.
func logStretch(c transition.MapConstants, scale float64) float64 {
	if c.A == 0 {
		return -0.5 * elem.Log(c.B)
	}
	if c.B == 0 {
		return elem.Log(scale) - float64(0.5*elem.Log(c.A))
	}
	_, _, stretch := bend(c, 0, scale)
	return elem.Log(stretch)
}

// bend returns what a latent's map x = centre + stretch z is where the latent
// has the location and scale given:
//
//	weight = A / (A + B σ²)   centre = weight μ + (1 − weight) C
//	stretch = σ / sqrt(A + B σ²)
//
// weight is also dx/dμ. Where σ² would overflow, its limit takes its place.
func bend(c transition.MapConstants, location, scale float64) (weight, centre, stretch float64) {
	if c.A == 0 {
		return 0, c.C, 1 / math.Sqrt(c.B)
	}
	pull := float64(float64(c.B*scale) * scale)
	if math.IsInf(pull, 1) {
		return 0, c.C, 1 / math.Sqrt(c.B)
	}
	sum := c.A + pull
	weight = c.A / sum
	// 1 - weight, without its cancellation
	rest := pull / sum
	centre = float64(weight*location) + float64(rest*c.C)
	return weight, centre, scale / math.Sqrt(sum)
}

// Placing tells in which coordinates the latents of a map are sampled.
type Placing struct {
	Latents    int // mapped coordinates
	NonCentred int // sampled as (x − μ)/σ
	Between    int // sampled between the two forms
	Centred    int // sampled as x
}

// Bounds of the mean weight A/(A + Bσ²) of a map that is neither centred nor
// non-centred.
const (
	mostlyCentred    = 0.1
	mostlyNonCentred = 0.9
)

// count adds a latent whose map has the mean weight given.
func (p *Placing) count(weight float64) {
	switch {
	case weight > mostlyNonCentred:
		p.NonCentred++
	case weight < mostlyCentred:
		p.Centred++
	default:
		p.Between++
	}
}

// levels returns the places of the latents of each level, the highest level
// first, within a level in reverse order: so every latent comes before those
// that its location and scale depend on.
func (m *Mapping) levels() [][]int {
	var all [][]int
	for i, l := range slices.Backward(m.latents) {
		for len(all) <= l.Level {
			all = append(all, nil)
		}
		all[l.Level] = append(all[l.Level], i)
	}
	slices.Reverse(all)
	return all
}
