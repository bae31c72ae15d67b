package bart

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// The file of a posterior: magic, version, a header in JSON, the chains, and the CRC-32 of
// all that. Numbers are little endian; counts are varints. A tree takes one byte for its
// size, about three bytes a split and four a leaf.
const (
	fileMagic = "quatre trees\n"
	// Version 2 has leaves with a basis and two families more; files of version 1 are read too.
	fileVersion = 2
)

// header is the part of a posterior that is small.
type header struct {
	Version     int
	Seed        uint64
	Trees       int
	Burn, Draws int
	Thin        int
	Workers     int `json:"-"`
	Cuts        int
	Exact       bool
	Family      Family
	Prior       Prior
	Variance    int           `json:",omitempty"` // trees of the variance
	Basis       []headerBasis `json:",omitempty"`
	Times       []float64     `json:",omitempty"` // ends of periods
	Moves       Moves
	Proposals   int
	Sparse      Switch
	Weights     []float64 `json:",omitempty"`
	Watch       int
	Shift       float64
	Scale       float64
	Rows        int
	Chains      int
	Interrupted bool
	Part        bool   `json:",omitempty"` // of a larger fit
	Response    string `json:",omitempty"` // its name, if there are several
	Watched     []int
	Features    []headerFeature
}

// headerBasis is a column of the leaves' regressions.
type headerBasis struct {
	Feature      int
	Shift, Scale float64
}

type headerFeature struct {
	Name    string
	Kind    Kind
	Cuts    []float64 `json:",omitempty"`
	Levels  int       `json:",omitempty"`
	Names   []string  `json:",omitempty"`
	Missing bool      `json:",omitempty"`
}

// Save writes the posterior.
func (p *Posterior) Save(w io.Writer) error {
	o := &p.options
	h := header{
		Version: fileVersion, Seed: o.Seed, Trees: o.Trees, Burn: o.Burn, Draws: o.Draws, Thin: o.Thin, Cuts: o.Cuts, Exact: o.Exact,
		Family: o.Family, Prior: o.Prior, Variance: o.VarianceTrees, Moves: o.Moves, Proposals: o.Proposals, Sparse: o.Sparse, Weights: o.FeatureWeights,
		Times: p.times, Watch: o.Watch, Shift: p.scaling.shift, Scale: p.scaling.scale, Rows: p.rows, Chains: len(p.chains),
		Interrupted: p.Interrupted, Part: p.part, Response: p.response, Watched: p.watched,
	}
	for _, b := range p.basis {
		h.Basis = append(h.Basis, headerBasis{b.feature, b.shift, b.scale})
	}
	for i := range p.grid.features {
		f := &p.grid.features[i]
		h.Features = append(h.Features, headerFeature{f.name, f.kind, f.cuts, f.levels, f.names, f.missing})
	}
	text, err := json.Marshal(&h)
	if err != nil {
		return fmt.Errorf("bart: saving: %w", err)
	}
	b := binary.LittleEndian.AppendUint16([]byte(fileMagic), fileVersion)
	b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	for i := range p.chains {
		b = p.chains[i].append(b)
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("bart: saving: %w", err)
	}
	return nil
}

// append appends the binary form of a chain.
func (c *Chain) append(b []byte) []byte {
	b = appendFloats(b, c.Sigma)
	b = appendFloats(b, c.Watched)
	b = appendFloats(b, c.Aux)
	b = c.forests.append(b)
	if c.variance != nil {
		b = c.variance.append(b)
	}
	s := &c.state
	b = append(binary.AppendUvarint(b, uint64(len(s.stream))), s.stream...)
	b = binary.AppendUvarint(b, uint64(s.sweeps))
	b = appendFloats(b, []float64{s.noise2, s.theta})
	b = appendFloats(b, s.logS)
	b = appendFloats(b, s.aux)
	b = s.trees.append(b)
	if c.variance != nil {
		if s.variance == nil { // the fit is of an earlier release
			b = binary.AppendUvarint(b, 0)
		} else {
			b = s.variance.append(binary.AppendUvarint(b, 1))
		}
	}
	for k := range moveKinds {
		b = binary.AppendUvarint(b, uint64(c.Tried[moveNames[k]]))
		b = binary.AppendUvarint(b, uint64(c.Accepted[moveNames[k]]))
	}
	return b
}

func appendFloats(b []byte, x []float64) []byte {
	b = binary.AppendUvarint(b, uint64(len(x)))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// append appends the binary form of stored forests.
func (f *forests) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(f.draws()))
	b = append(b, f.sizes...)
	for i := range f.splits {
		s := &f.splits[i]
		b = append(b, s.leaf, s.flags)
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(s.feature)), uint64(s.cut))
	}
	for _, v := range f.values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	b = binary.AppendUvarint(b, uint64(len(f.sets)))
	for _, s := range f.sets {
		b = binary.LittleEndian.AppendUint64(b, s)
	}
	return b
}

// Load reads a posterior that Save wrote. kernel computes its predictions; nil is
// Reference. A file that is damaged, or that a later release wrote in another form,
// is an error.
func Load(r io.Reader, kernel Kernel) (*Posterior, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("bart: loading: %w", err)
	}
	if !bytes.HasPrefix(b, []byte(fileMagic)) || len(b) < len(fileMagic)+2+4 {
		return nil, fmt.Errorf("bart: this is no file of a fit")
	}
	if v := binary.LittleEndian.Uint16(b[len(fileMagic):]); v < 1 || v > fileVersion {
		return nil, fmt.Errorf("bart: the file has version %d, this release reads up to version %d: use the release that wrote it", v, fileVersion)
	}
	body := b[:len(b)-4]
	if binary.LittleEndian.Uint32(b[len(b)-4:]) != crc32.ChecksumIEEE(body) {
		return nil, fmt.Errorf("bart: the file is damaged: its checksum is wrong")
	}
	p := &Posterior{}
	d := decoder{b: body[len(fileMagic)+2:], version: binary.LittleEndian.Uint16(b[len(fileMagic):])}
	d.posterior(p)
	if d.err == nil && len(d.b) > 0 {
		d.fail("something follows the last chain")
	}
	if d.err != nil {
		return nil, d.err
	}
	p.options.Kernel = kernel
	return p, nil
}
