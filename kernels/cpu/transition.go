package cpu

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"time"

	"github.com/quatre-ppl/quatre/kernels/native"
)

// The text of whole transitions, the same for all programs, and its parts.
var (
	//go:embed transition_random.h
	transitionRandom string
	//go:embed transition_metric.h
	transitionMetric string
	//go:embed transition.h
	transitionTree string

	transitionSource = transitionRandom + transitionMetric + transitionTree
)

// transitionEntry is the symbol of a transition.
const transitionEntry = "quatre_transition"

// Prepare makes whole transitions ready, compiled once per machine; what has to be
// compiled waits so long first. Until that is done, or if it fails, executables are
// no movers yet and chains ask for gradients.
func (b *Backend) Prepare(ctx context.Context, wait time.Duration) {
	if b.whole.Load() != nil {
		return
	}
	source := native.PreludeFor(transitionSource) + transitionSource
	sum := sha256.Sum256([]byte(b.id + source))
	key := hex.EncodeToString(sum[:])
	if b.patience(ctx, key, wait) != nil {
		return
	}
	if lib, err := b.library(ctx, key, transitionEntry, source); err == nil {
		b.whole.Store(lib)
	}
}
