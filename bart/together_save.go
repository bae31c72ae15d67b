package bart

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// The files of composed fits: magic, version, tables of numbers, the number of posteriors, posteriors as Posterior.Save writes
// them, and the CRC-32 of all that; counts and lengths are varints.
const (
	groupedMagic    = "quatre groups\n"
	causalMagic     = "quatre causal\n"
	manyMagic       = "quatre several\n"
	composedVersion = 2 // 1 had a fixed number of posteriors
)

// Save writes the fit; the names of the groups are the caller's.
func (g *Grouped) Save(w io.Writer) error {
	tables := [][]float64{{float64(g.terms)}}
	for k := range g.Effects {
		tables = append(tables, g.Effects[k], g.Scales[k])
	}
	return saveComposed(w, groupedMagic, tables, g.Trees)
}

// LoadGrouped reads a fit that Grouped.Save wrote; kernel is as in Load.
func LoadGrouped(r io.Reader, kernel Kernel) (*Grouped, error) {
	tables, parts, err := loadComposed(r, groupedMagic, 1, 1, kernel)
	if err != nil {
		return nil, err
	}
	g := &Grouped{Trees: parts[0]}
	good := len(tables) == 1+2*g.Trees.Draws() && len(tables[0]) == 1
	if good {
		g.terms = int(tables[0][0])
		for at := 1; at < len(tables); at += 2 {
			g.Effects, g.Scales = append(g.Effects, tables[at]), append(g.Scales, tables[at+1])
			good = good && len(tables[at]) == len(tables[1]) && len(tables[at+1]) == g.terms
		}
		good = good && g.terms > 0 && len(tables[1])%g.terms == 0
	}
	if !good {
		return nil, fmt.Errorf("bart: the file is damaged: effects and draws do not fit together")
	}
	return g, nil
}

// Save writes the fit.
func (c *Causal) Save(w io.Writer) error {
	tables := [][]float64{}
	if c.Propensity != nil {
		tables = append(tables, c.Propensity)
	}
	parts := []*Posterior{c.Prognostic, c.Effect}
	if c.Propensities != nil {
		parts = append(parts, c.Propensities)
	}
	return saveComposed(w, causalMagic, tables, parts...)
}

// LoadCausal reads a fit that Causal.Save wrote; kernel is as in Load.
func LoadCausal(r io.Reader, kernel Kernel) (*Causal, error) {
	tables, parts, err := loadComposed(r, causalMagic, 2, 3, kernel)
	if err != nil {
		return nil, err
	}
	c := &Causal{Prognostic: parts[0], Effect: parts[1]}
	if len(parts) > 2 {
		c.Propensities = parts[2]
	}
	if c.Prognostic.Draws() != c.Effect.Draws() {
		return nil, fmt.Errorf("bart: the file is damaged: its forests do not fit together")
	}
	if len(tables) > 0 {
		c.Propensity = tables[0]
	}
	return c, nil
}

// Save writes the fit.
func (m *Many) Save(w io.Writer) error {
	return saveComposed(w, manyMagic, m.Omega, m.parts...)
}

// LoadMany reads a fit that Many.Save wrote; kernel is as in Load.
func LoadMany(r io.Reader, kernel Kernel) (*Many, error) {
	tables, parts, err := loadComposed(r, manyMagic, 1, maxResponses, kernel)
	if err != nil {
		return nil, err
	}
	m := &Many{Omega: tables, parts: parts}
	good := len(tables) == parts[0].Draws()
	for _, omega := range m.Omega {
		good = good && len(omega) == len(parts)*len(parts)
	}
	for _, p := range parts {
		m.Names = append(m.Names, p.response)
		good = good && p.Draws() == parts[0].Draws() && len(p.chains) == len(parts[0].chains)
	}
	if !good {
		return nil, fmt.Errorf("bart: the file is damaged: its responses do not fit together")
	}
	return m, nil
}

// LoadAny reads a fit of any kind: a *Posterior, *Grouped, *Causal or *Many; kernel is as in Load.
func LoadAny(r io.Reader, kernel Kernel) (any, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("bart: loading: %w", err)
	}
	switch file := bytes.NewReader(b); {
	case bytes.HasPrefix(b, []byte(groupedMagic)):
		return LoadGrouped(file, kernel)
	case bytes.HasPrefix(b, []byte(causalMagic)):
		return LoadCausal(file, kernel)
	case bytes.HasPrefix(b, []byte(manyMagic)):
		return LoadMany(file, kernel)
	default:
		return Load(file, kernel)
	}
}

func saveComposed(w io.Writer, magic string, tables [][]float64, parts ...*Posterior) error {
	b := binary.LittleEndian.AppendUint16([]byte(magic), composedVersion)
	b = binary.AppendUvarint(b, uint64(len(tables)))
	for _, t := range tables {
		b = appendFloats(b, t)
	}
	b = binary.AppendUvarint(b, uint64(len(parts)))
	for _, p := range parts {
		var part bytes.Buffer
		if err := p.Save(&part); err != nil {
			return err
		}
		b = append(binary.AppendUvarint(b, uint64(part.Len())), part.Bytes()...)
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("bart: saving: %w", err)
	}
	return nil
}

// loadComposed reads tables and from least to most posteriors.
func loadComposed(r io.Reader, magic string, least, most int, kernel Kernel) (tables [][]float64, parts []*Posterior, err error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, fmt.Errorf("bart: loading: %w", err)
	}
	if !bytes.HasPrefix(b, []byte(magic)) || len(b) < len(magic)+2+4 {
		return nil, nil, fmt.Errorf("bart: this is no file of such a fit")
	}
	if v := binary.LittleEndian.Uint16(b[len(magic):]); v < 1 || v > composedVersion {
		return nil, nil, fmt.Errorf("bart: the file has version %d, this release reads up to version %d: use the release that wrote it", v, composedVersion)
	}
	body := b[:len(b)-4]
	if binary.LittleEndian.Uint32(b[len(b)-4:]) != crc32.ChecksumIEEE(body) {
		return nil, nil, fmt.Errorf("bart: the file is damaged: its checksum is wrong")
	}
	d := decoder{b: body[len(magic)+2:]}
	for range d.number(math.MaxInt32) {
		if d.err != nil {
			return nil, nil, d.err
		}
		tables = append(tables, d.floats())
	}
	count := least
	if binary.LittleEndian.Uint16(b[len(magic):]) > 1 {
		if count = int(d.number(uint64(most))); count < least {
			d.fail("it has too few parts")
		}
	}
	for range count {
		part := d.bytes(d.count(1))
		if d.err != nil {
			return nil, nil, d.err
		}
		p, err := Load(bytes.NewReader(part), kernel)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, p)
	}
	if len(d.b) > 0 {
		d.fail("something follows the last part")
	}
	return tables, parts, d.err
}
