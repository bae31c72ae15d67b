package bart

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

func save(t testing.TB, p interface{ Save(io.Writer) error }) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSave_IsReadBackAsItWas(t *testing.T) {
	for _, family := range []Family{Gaussian, Ordinal, NegativeBinomial} {
		d, _ := respond(120, family, 1)
		if family == Gaussian {
			d = mixed(120, 3)
		}
		o := small
		o.Family = family
		post := mustFit(t, d, o)
		file := save(t, post)
		again, err := Load(bytes.NewReader(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		a, b := predict(t, post, d), predict(t, again, d)
		for k := range a.Draws {
			check.CloseSlice(t, b.Draws[k], a.Draws[k], check.Exact)
		}
		if !bytes.Equal(save(t, again), file) {
			t.Error("saved again it is another file")
		}
		nodes := 0
		for c := range post.chains {
			nodes += len(post.chains[c].forests.splits) + len(post.chains[c].forests.values)
		}
		// The forests alone; the watched rows come on top.
		bytes := 0
		for c := range post.chains {
			bytes += len(post.chains[c].forests.append(nil))
		}
		if each := float64(bytes) / float64(nodes); each > 10 {
			t.Errorf("%v: %.1f bytes a node", family, each)
		}
	}
}

func TestLoad_RefusesWhatIsDamagedOrNewer(t *testing.T) {
	d := mixed(60, 3)
	o := small
	o.Trees, o.Draws = 3, 5
	file := save(t, mustFit(t, d, o))
	load := func(b []byte) error {
		_, err := Load(bytes.NewReader(b), nil)
		return err
	}
	newer := bytes.Clone(file)
	newer[len(fileMagic)] = 9
	if err := load(newer); err == nil || !strings.Contains(err.Error(), "version 9") {
		t.Error(err)
	}
	if err := load([]byte("a,b\n1,2\n")); err == nil || !strings.Contains(err.Error(), "no file of a fit") {
		t.Error(err)
	}
	src := rng.NewKey(1).Stream()
	rounds := 300
	if testing.Short() {
		rounds = 40
	}
	for range rounds {
		bad := bytes.Clone(file)
		bad[src.Intn(len(bad))] ^= byte(1 + src.Intn(255))
		if load(bad) == nil {
			t.Fatal("a changed byte is not seen")
		}
		if load(file[:src.Intn(len(file))]) == nil {
			t.Fatal("a shorter file is not seen")
		}
		// With a checksum that is right the file may be read, but must not be trusted: it
		// is refused or predicts.
		body := bad[:len(bad)-4]
		bad = binary.LittleEndian.AppendUint32(bytes.Clone(body), crc32.ChecksumIEEE(body))
		if post, err := Load(bytes.NewReader(bad), nil); err == nil {
			if _, err := post.Predict(t.Context(), d, PredictOptions{}); err != nil {
				continue
			}
		}
	}
}

func TestExtend_GoesOnWithTheChains(t *testing.T) {
	for _, family := range []Family{Gaussian, Probit, Ordinal} {
		d, f := respond(300, family, 1)
		if family == Gaussian {
			d.Y = f
		}
		o := small
		o.Family = family
		loaded, err := Load(bytes.NewReader(save(t, mustFit(t, d, o))), nil)
		if err != nil {
			t.Fatal(err)
		}
		more, err := loaded.Extend(t.Context(), d, 40, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if more.Draws() != 200 || loaded.Draws() != 120 || more.Interrupted {
			t.Errorf("%v: draws %d and %d", family, more.Draws(), loaded.Draws())
		}
		// The state: the draws that follow explain the data as the ones before.
		a, b := predict(t, loaded, d), predict(t, more, d)
		if e := rootMeanSquare(a.Mean, b.Mean); e > 0.1 {
			t.Errorf("%v: the mean moved by %v", family, e)
		}
		d.Columns[0].Values[3]++
		if _, err := loaded.Extend(t.Context(), d, 40, nil, nil); err == nil || !strings.Contains(err.Error(), "other data") {
			t.Error(err)
		}
	}
}
