package initializer_test

import (
	"testing"

	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/google/go-cmp/cmp"
)

// The names are those that keras.initializers.get takes.
func TestByName(t *testing.T) {
	tests := []struct {
		want  initializer.Initializer
		names []string
	}{
		{initializer.Constant{}, []string{"zeros", "Zeros", "zero", "constant", "Constant"}},
		{initializer.Constant{Value: 1}, []string{"ones", "Ones", "one"}},
		{initializer.Identity{}, []string{"identity", "Identity", "IdentityInitializer"}},
		{initializer.Orthogonal{}, []string{"orthogonal", "Orthogonal", "OrthogonalInitializer"}},
		{initializer.RandomNormal{}, []string{"random_normal", "RandomNormal", "normal"}},
		{initializer.TruncatedNormal{}, []string{"truncated_normal", "TruncatedNormal"}},
		{initializer.RandomUniform{}, []string{"random_uniform", "RandomUniform", "uniform"}},
		{initializer.VarianceScaling{}, []string{"variance_scaling", "VarianceScaling"}},
		{initializer.GlorotUniform{}, []string{"glorot_uniform", "GlorotUniform"}},
		{initializer.GlorotNormal{}, []string{"glorot_normal", "GlorotNormal"}},
		{initializer.HeUniform{}, []string{"he_uniform", "HeUniform"}},
		{initializer.HeNormal{}, []string{"he_normal", "HeNormal"}},
		{initializer.LecunUniform{}, []string{"lecun_uniform", "LecunUniform"}},
		{initializer.LecunNormal{}, []string{"lecun_normal", "LecunNormal"}},
	}
	for _, test := range tests {
		for _, name := range append(test.names, test.want.Name()) {
			got, err := initializer.ByName(name)
			if err != nil {
				t.Error(err)
			} else if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func TestByNameUnknown(t *testing.T) {
	for _, name := range []string{"", "_", "glorot", "stft", "Initializer", " zeros"} {
		i, err := initializer.ByName(name)
		if err == nil || i != nil {
			t.Errorf("ByName(%q) = %v, %v, expected an error", name, i, err)
		}
	}
	_, err := initializer.ByName("xavier")
	want := `initializer: unknown name "xavier", expected one of glorot_normal, glorot_uniform, he_normal, he_uniform, identity, ` +
		`lecun_normal, lecun_uniform, ones, orthogonal, random_normal, random_uniform, truncated_normal, variance_scaling, zeros`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, expected %s", err, want)
	}
}
