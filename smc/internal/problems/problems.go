// Package problems reads the test problems with known answers that lie beside
// the checkout.
package problems

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Read reads the problem called name into a value. The test is skipped where
// the collection is not there: QUATRE_SHARED names its folder.
func Read(t testing.TB, name string, into any) {
	t.Helper()
	dir := os.Getenv("QUATRE_SHARED")
	if dir == "" {
		_, here, _, ok := runtime.Caller(0)
		if !ok {
			t.Skip("no collection of problems: set QUATRE_SHARED to its folder")
		}
		dir = filepath.Join(filepath.Dir(here), "..", "..", "..", "..", "shared")
	}
	path := filepath.Join(dir, "bench", "smc", name+".json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("no problem %s: set QUATRE_SHARED to the folder of the collection", name)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("problem %s: %v", name, err)
	}
}

// LG1 is a linear Gaussian model of one state.
type LG1 struct {
	Y       []float64
	Answers struct {
		LogLik     float64   `json:"loglik"`
		LogLikT    []float64 `json:"loglik_t"`
		FilterMean []float64 `json:"filter_mean"`
		FilterVar  []float64 `json:"filter_var"`
		SmoothMean []float64 `json:"smooth_mean"`
		SmoothVar  []float64 `json:"smooth_var"`
	}
}

// LG4 is tracking in the plane: four states, two observed numbers.
type LG4 struct {
	Model struct {
		F, Q, H, R [][]float64
		M0         []float64 `json:"m0"`
		P0         [][]float64
	}
	Y       [][]float64
	Answers struct {
		LogLik     float64       `json:"loglik"`
		LogLikT    []float64     `json:"loglik_t"`
		FilterMean [][]float64   `json:"filter_mean"`
		FilterVar  [][][]float64 `json:"filter_var"`
		SmoothMean [][]float64   `json:"smooth_mean"`
		SmoothVar  [][][]float64 `json:"smooth_var"`
	}
}

// HMM3 has three states with Gaussian emissions.
type HMM3 struct {
	Model struct {
		Initial    []float64
		Transition [][]float64 `json:"transition_rows"`
		Mean, SD   []float64
	}
	Y       []float64
	Answers struct {
		LogLik         float64   `json:"loglik"`
		LogLikT        []float64 `json:"loglik_t"`
		Filter, Smooth [][]float64
		Viterbi        []int
		ViterbiLogProb float64 `json:"viterbi_logprob"`
	}
}

// SV is stochastic volatility.
type SV struct {
	Model struct {
		Mu, Phi, S float64
	}
	Y       []float64
	Answers struct {
		LogLik     float64   `json:"loglik"`
		LogLikT    []float64 `json:"loglik_t"`
		FilterMean []float64 `json:"filter_mean"`
		FilterVar  []float64 `json:"filter_var"`
	}
}

// SEIR holds epidemics of several sizes.
type SEIR struct {
	Sets map[string]struct {
		SameDataAs string `json:"same_data_as"`
		N, T       int
		Truth      struct {
			Beta         any
			Sigma, Gamma float64
		}
		Y        []float64
		BetaTrue []float64 `json:"beta_true"`
		SMC2     struct {
			NTheta, NX, Window, Moves int
		}
	}
}

// References are Monte Carlo answers.
type References struct {
	SV        map[string]struct{ LogLik, Mean, SD, SE float64 }
	LogLik    map[string]map[string]any `json:"seir_loglik"`
	Posterior map[string]map[string]any `json:"seir_posterior"`
	Evidence  map[string]struct {
		LogEvidence float64 `json:"log_evidence"`
		SE          float64
	} `json:"seir_evidence"`
}

// Conjugate are normal models with closed answers.
type Conjugate struct {
	Y     []float64
	Known struct {
		Answers struct {
			LogLik   float64   `json:"loglik"`
			LogLikT  []float64 `json:"loglik_t"`
			PostMean []float64 `json:"post_mean"`
			PostVar  []float64 `json:"post_var"`
		}
	} `json:"known_variance"`
	NormalGamma struct {
		Answers struct {
			LogLik  float64   `json:"loglik"`
			LogLikT []float64 `json:"loglik_t"`
			MuMean  []float64 `json:"mu_mean"`
			TauMean []float64 `json:"tau_mean"`
			MuVar   []float64 `json:"mu_var"`
			TauVar  []float64 `json:"tau_var"`
		}
	} `json:"normal_gamma"`
}

// Logistic is a logistic regression.
type Logistic struct {
	X       [][]float64
	Y       []float64
	Answers struct {
		LogLik   float64   `json:"loglik"`
		PostMean []float64 `json:"post_mean"`
		PostSD   []float64 `json:"post_sd"`
	}
}
