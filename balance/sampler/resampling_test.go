package sampler_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/vectors"
)

// Every sampler with a seed can be given another; that draws other rows where
// it draws at all, and the same ones for the same seed.
func TestReseeded(t *testing.T) {
	x, y := blobs(300, 4)
	rows := func(s sampler.Sampler) []float64 {
		xs, _, err := s.Resample(context.Background(), x, y)
		if err != nil {
			t.Fatalf("%T: %v", s, err)
		}
		return vectors.Floats(xs)
	}
	for name, s := range everySampler() {
		seeded, ok := s.(sampler.Seeded)
		if _, has := reflect.TypeOf(s).FieldByName("Seed"); has != ok {
			t.Errorf("%s: has a seed: %t, is Seeded: %t", name, has, ok)
		}
		if !ok {
			continue
		}
		if reflect.DeepEqual(seeded.Reseeded(7), s) {
			t.Errorf("%s: the seed stays as it is", name)
		}
		back := seeded.Reseeded(7).(sampler.Seeded).Reseeded(^uint32(6))
		if !reflect.DeepEqual(back, s) {
			t.Errorf("%s: raised by 7 and by -7 it is %+v, was %+v", name, back, s)
		}
	}
	first := sampler.Resampling{Sampler: sampler.SMOTE{Seed: 3}, EachEpoch: true}
	if !slices.Equal(rows(first.ForPass(2)), rows(sampler.SMOTE{Seed: 5})) || slices.Equal(rows(first.ForPass(0)), rows(first.ForPass(1))) {
		t.Error("pass 2 does not have the seed plus 2, or two passes have the same rows")
	}
	first.EachEpoch = false
	if first.ForPass(2) != first.Sampler {
		t.Error("another sampler without EachEpoch")
	}
	over := sampler.SMOTEENN{Over: sampler.SMOTE{Seed: 1}}.Reseeded(4).(sampler.SMOTEENN)
	if over.Over != (sampler.SMOTE{Seed: 5}) || over.Seed != 0 {
		t.Errorf("got %+v", over)
	}
}

func TestPicks(t *testing.T) {
	for s, want := range map[sampler.Sampler]bool{
		sampler.RandomOverSampler{}: true, sampler.RandomOverSampler{Shrinkage: sampler.Shrink(0.1)}: false,
		sampler.SMOTE{}: false, sampler.TomekLinks{}: true,
	} {
		if _, got := sampler.Picks(s); got != want {
			t.Errorf("%+v: %t, want %t", s, got, want)
		}
	}
}
