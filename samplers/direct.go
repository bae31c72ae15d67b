package samplers

import (
	"fmt"
	"io"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// Direct makes a Problem of a bare log density, whose draws are its positions:
// one vector called name of length dim. open returns the density of a chain,
// counted from 0; it is called from several goroutines. A density that is an
// io.Closer is closed after use.
func Direct(name string, dim int, open func(chain int) (LogDensity, error)) Problem {
	schema := &stream.Schema{Values: []stream.Field{{Name: name, Shape: []int{dim}}}}
	return &direct{schema, dim, open}
}

type direct struct {
	schema *stream.Schema
	dim    int
	open   func(chain int) (LogDensity, error)
}

func (d *direct) Schema() *stream.Schema { return d.schema }

func (d *direct) Chain(chain int) (ChainProblem, error) {
	density, err := d.open(chain)
	if err != nil {
		return nil, err
	}
	if density == nil {
		return nil, fmt.Errorf("no log density was opened for chain %d", chain)
	}
	if density.Dim() != d.dim {
		return nil, fmt.Errorf("the log density has dimension %d, %q was declared with %d", density.Dim(), d.schema.Values[0].Name, d.dim)
	}
	if mapped, ok := density.(transition.Mapped); ok {
		return directMapped{directChain{density}, mapped}, nil
	}
	return directChain{density}, nil
}

// directMapped is a directChain whose density is Mapped; its draws are in the
// model's coordinates.
type directMapped struct {
	directChain
	transition.Mapped
}

func (d directMapped) Dim() int { return d.Mapped.Dim() }

func (d directMapped) LogDensityGrad(grad, q []float64) (float64, error) {
	return d.Mapped.LogDensityGrad(grad, q)
}

func (d directMapped) Draw(dst, z []float64, _ *rng.Stream) error { return d.ToModel(dst, z) }

type directChain struct{ LogDensity }

func (d directChain) Draw(dst, q []float64, _ *rng.Stream) error {
	copy(dst, q)
	return nil
}

func (d directChain) Explain([]float64) string { return "" }

func (d directChain) Close() error {
	if closer, ok := d.LogDensity.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}
