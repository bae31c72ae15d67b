package samplertest

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/samplers/transition"
)

// Node is a latent x of a Hierarchy with a location-scale prior,
//
//	x ~ family(location, scale)
//	location = Shift + Slope · value[Location] + Further.Slope · value[Further.At]
//	log scale = LogShift + LogSlope · value[Scale]
//
// where an index of -1, or a slope of 0, stands for a term that is not there.
type Node struct {
	Coordinate      int
	Location, Scale int
	Shift, Slope    float64
	Further         Link // to a node of the walk that Location belongs to
	LogShift        float64
	LogSlope        float64
	Freedom         float64 // of a Student t; 0 means a normal
	Standardized    bool    // written with (x - location)/scale as coordinate
}

// Link is a term of a location.
type Link struct {
	At    int
	Slope float64
}

// Hierarchy is a density with latents that can be sampled in mapped coordinates:
// the plainest implementation of transition.Mapped, for tests. Values are the
// coordinates of the model with every latent itself in place of its standardized
// form.
type Hierarchy struct {
	dim       int
	nodes     []Node // every node after those it depends on
	latents   []transition.Latent
	constants []transition.MapConstants
	rest      func(grad, values []float64) float64

	values, adjoint         []float64
	location, scale         []float64
	weight, centre, stretch []float64

	Evaluations int // of LogDensityGrad so far
}

// NewHierarchy returns the density of the nodes times exp(rest), where rest adds
// its gradient by the values to grad.
func NewHierarchy(dim int, nodes []Node, rest func(grad, values []float64) float64) *Hierarchy {
	n := len(nodes)
	h := &Hierarchy{dim: dim, nodes: nodes, rest: rest, values: make([]float64, dim), adjoint: make([]float64, dim)}
	h.location, h.scale = make([]float64, n), make([]float64, n)
	h.weight, h.centre, h.stretch = make([]float64, n), make([]float64, n), make([]float64, n)
	place := map[int]int{}
	level := make([]int, n)
	for i, node := range nodes {
		l := transition.Latent{Coordinate: node.Coordinate, Standardized: node.Standardized}
		if p, ok := place[node.Location]; ok && node.Location >= 0 {
			// The latest of the same scale is a walk; any other is a level.
			if nodes[p].Scale == node.Scale && nodes[p].LogShift == node.LogShift {
				l.Previous, level[i] = []int{p}, level[p]
				if node.Further.Slope != 0 {
					l.Previous = append(l.Previous, place[node.Further.At])
				}
			} else {
				level[i] = level[p] + 1
			}
		}
		if p, ok := place[node.Scale]; ok && node.Scale >= 0 {
			level[i] = max(level[i], level[p]+1)
		}
		if len(l.Previous) > 0 && level[i] > level[l.Previous[0]] {
			panic(fmt.Sprintf("samplertest: node %d is in a walk and above it", i))
		}
		l.Level = level[i]
		place[node.Coordinate] = i
		h.latents = append(h.latents, l)
		h.constants = append(h.constants, l.AsWritten())
	}
	return h
}

// Dim implements transition.LogDensity.
func (h *Hierarchy) Dim() int { return h.dim }

// Latents implements transition.Mapped.
func (h *Hierarchy) Latents() []transition.Latent { return h.latents }

// SetMap implements transition.Mapped.
func (h *Hierarchy) SetMap(constants []transition.MapConstants) error {
	copy(h.constants, constants)
	return nil
}

// spread sets locations, scales and values from coordinates, each latent from
// its coordinate by put.
func (h *Hierarchy) spread(q []float64, put func(i int, coordinate float64) float64) {
	copy(h.values, q)
	for i, n := range h.nodes {
		mu, ls := n.Shift, n.LogShift
		if n.Location >= 0 {
			mu += float64(n.Slope * h.values[n.Location])
		}
		mu += float64(n.Further.Slope * h.values[n.Further.At])
		if n.Scale >= 0 {
			ls += float64(n.LogSlope * h.values[n.Scale])
		}
		h.location[i], h.scale[i] = mu, elem.Exp(ls)
		h.values[n.Coordinate] = put(i, q[n.Coordinate])
	}
}

// fromSampling sets the values from sampling coordinates.
func (h *Hierarchy) fromSampling(z []float64) {
	h.spread(z, func(i int, z float64) float64 {
		c, mu, s := h.constants[i], h.location[i], h.scale[i]
		sum := c.A + c.B*s*s
		h.weight[i] = c.A / sum
		h.centre[i] = float64(h.weight[i]*mu) + float64(c.B*s*s/sum*c.C)
		h.stretch[i] = s / math.Sqrt(sum)
		return h.centre[i] + float64(h.stretch[i]*z)
	})
}

// ToModel implements transition.Mapped.
func (h *Hierarchy) ToModel(q, z []float64) error {
	h.fromSampling(z)
	copy(q, h.values)
	for i, n := range h.nodes {
		if n.Standardized {
			q[n.Coordinate] = (q[n.Coordinate] - h.location[i]) / h.scale[i]
		}
	}
	return nil
}

// LocationScale implements transition.Mapped.
func (h *Hierarchy) LocationScale(location, scale, slope, q []float64) error {
	h.spread(q, func(i int, x float64) float64 {
		if h.nodes[i].Standardized {
			return h.location[i] + float64(h.scale[i]*x)
		}
		return x
	})
	copy(location, h.location)
	copy(scale, h.scale)
	for i, l := range h.latents {
		for k, s := range []float64{h.nodes[i].Slope, h.nodes[i].Further.Slope}[:len(l.Previous)] {
			slope[k] = s
		}
		slope = slope[len(l.Previous):]
	}
	return nil
}

// LogDensityGrad implements transition.LogDensity.
func (h *Hierarchy) LogDensityGrad(grad, z []float64) (float64, error) {
	h.Evaluations++
	h.fromSampling(z)
	clear(h.adjoint)
	a := h.adjoint
	logDensity := h.rest(a, h.values)
	for i, n := range h.nodes {
		u := (h.values[n.Coordinate] - h.location[i]) / h.scale[i]
		slope := -u
		if nu := n.Freedom; nu > 0 {
			logDensity -= 0.5 * (nu + 1) * elem.Log1p(u*u/nu)
			slope = -(nu + 1) * u / (nu + u*u)
		} else {
			logDensity -= 0.5 * u * u
		}
		logDensity -= elem.Log(h.scale[i])
		a[n.Coordinate] += slope / h.scale[i]
		h.pull(i, -slope/h.scale[i], float64(-slope*u)-1)
	}
	for i := len(h.nodes) - 1; i >= 0; i-- {
		n := h.nodes[i]
		x, adjoint := h.values[n.Coordinate], a[n.Coordinate]
		h.pull(i, adjoint*h.weight[i], h.weight[i]*(float64(adjoint*(x+h.centre[i]-2*h.location[i]))+1))
		a[n.Coordinate] = adjoint * h.stretch[i]
		logDensity += elem.Log(h.stretch[i])
	}
	copy(grad, a)
	return logDensity, nil
}

// pull adds derivatives by location and log scale of node i to those of what
// they are made of.
func (h *Hierarchy) pull(i int, location, logScale float64) {
	n := h.nodes[i]
	if n.Location >= 0 {
		h.adjoint[n.Location] += n.Slope * location
	}
	h.adjoint[n.Further.At] += n.Further.Slope * location
	if n.Scale >= 0 {
		h.adjoint[n.Scale] += n.LogSlope * logScale
	}
}

// ToSampling writes the sampling coordinates of model coordinates q to z.
func (h *Hierarchy) ToSampling(z, q []float64) {
	h.spread(q, func(i int, x float64) float64 {
		if h.nodes[i].Standardized {
			return h.location[i] + float64(h.scale[i]*x)
		}
		return x
	})
	copy(z, h.values)
	for i, n := range h.nodes {
		c, mu, s := h.constants[i], h.location[i], h.scale[i]
		sum := c.A + c.B*s*s
		centre := float64(c.A/sum*mu) + float64(c.B*s*s/sum*c.C)
		z[n.Coordinate] = (h.values[n.Coordinate] - centre) * math.Sqrt(sum) / s
	}
}
