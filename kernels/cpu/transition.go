package cpu

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"

	"github.com/quatre-ppl/quatre/kernels/native"
)

// transitionSource is the text of whole transitions, the same for all programs.
//
//go:embed transition.h
var transitionSource string

// transitionEntry is the symbol of a transition.
const transitionEntry = "quatre_transition"

// Prepare compiles whole transitions, once per machine. Until that is done, or
// if it fails, executables are no movers yet and chains ask for gradients.
func (b *Backend) Prepare(ctx context.Context) {
	if b.whole.Load() != nil {
		return
	}
	source := native.Prelude + transitionSource
	sum := sha256.Sum256([]byte(b.id + source))
	if lib, err := b.library(ctx, hex.EncodeToString(sum[:]), transitionEntry, source); err == nil {
		b.whole.Store(lib)
	}
}
