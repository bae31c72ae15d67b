package bench

import (
	"context"
	"fmt"
	"os"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stream"
)

// Read runs a Stan program over data and returns the model.
func Read(program, dataFile string) (*model.Model, error) {
	text, err := os.ReadFile(program)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	parsed, err := stan.Parse(program, string(text))
	if err != nil {
		return nil, err
	}
	f, err := os.Open(dataFile)
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer f.Close()
	set, err := data.Read(f, dataFile)
	if err != nil {
		return nil, err
	}
	return parsed.Model(set, stan.Options{})
}

// ParameterNames returns one name per scalar parameter on the constrained scale,
// as "theta[3]", in the order of declaration: what a benchmark looks at.
func ParameterNames(m *model.Model) []string {
	schema := &stream.Schema{}
	for _, p := range m.Parameters {
		schema.Values = append(schema.Values, stream.Field{Name: p.Name, Shape: p.Shape})
	}
	return schema.ColumnNames()
}

// open is Read and Compile, waiting for native code where there is a C compiler.
func open(ctx context.Context, program, dataFile string, backend quatre.BackendName) (*quatre.Posterior, error) {
	m, err := Read(program, dataFile)
	if err != nil {
		return nil, err
	}
	p, err := quatre.Compile(ctx, m, quatre.CompileOptions{Backend: backend})
	if err != nil {
		return nil, err
	}
	if err := p.WaitNative(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}
