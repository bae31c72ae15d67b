package input

import (
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
)

func TestPackage_HasTheSameBitsWithFusedArithmetic(t *testing.T) { check.NoFusion(t, ".") }
