package pathfinder

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestArithmetic_IsNotFused(t *testing.T) { check.NoFusion(t, ".") }
