package registry_test

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/google/go-cmp/cmp"
)

func TestSamplersByName(t *testing.T) {
	for _, c := range []struct {
		name          string
		settings      map[string]string
		want          sampler.Sampler
		seeded, makes bool
	}{
		{"smote", nil, sampler.SMOTE{Seed: 7}, true, true},
		{"smote", map[string]string{"k_neighbors": "3", "sampling_strategy": `{"1": 50}`}, sampler.SMOTE{Seed: 7, KNeighbors: 3, Strategy: sampler.Counts{1: 50}}, true, true},
		{"borderline-smote", map[string]string{"kind": "borderline-2", "m_neighbors": "4"}, sampler.BorderlineSMOTE{Seed: 7, Kind: 2, MNeighbors: 4}, true, true},
		{"smotenc", map[string]string{"categorical": "0,3"}, sampler.SMOTENC{Seed: 7, Categorical: []int{0, 3}}, true, true},
		{"smotenc", map[string]string{"categorical_features": "[0, 3]"}, sampler.SMOTENC{Seed: 7, Categorical: []int{0, 3}}, true, true},
		{"smoten", nil, sampler.SMOTEN{Seed: 7}, true, true},
		{"adasyn", map[string]string{"n_neighbors": "2"}, sampler.ADASYN{Seed: 7, NNeighbors: 2}, true, true},
		{"kmeans-smote", map[string]string{"kmeans_estimator": "5", "cluster_balance_threshold": "0", "density_exponent": "auto"}, sampler.KMeansSMOTE{Seed: 7, NClusters: 5, ClusterBalanceThreshold: sampler.Zero}, true, true},
		{"kmeans-smote", map[string]string{"cluster_balance_threshold": "auto", "density_exponent": "1.5", "k_neighbors": "3"}, sampler.KMeansSMOTE{Seed: 7, KNeighbors: 3, DensityExponent: 1.5}, true, true},
		{"svm-smote", map[string]string{"k_neighbors": "3", "m_neighbors": "4", "out_step": "0"}, sampler.SVMSMOTE{Seed: 7, KNeighbors: 3, MNeighbors: 4, OutStep: sampler.Zero}, true, true},
		{"polynom-fit-smote", map[string]string{"topology": "bus"}, sampler.PolynomFitSMOTE{Topology: sampler.Bus}, false, true},
		{"prowsyn", map[string]string{"n_neighbors": "3", "L": "4", "theta": "2"}, sampler.ProWSyn{Seed: 7, NNeighbors: 3, Levels: 4, Theta: 2}, true, true},
		{"geometric-smote", map[string]string{"truncation_factor": "-0.5", "deformation_factor": "0.5", "selection_strategy": "majority"}, sampler.GeometricSMOTE{Seed: 7, TruncationFactor: -.5, DeformationFactor: .5, Selection: sampler.MajoritySelection}, true, true},
		{"cluster-centroids", map[string]string{"voting": "hard"}, sampler.ClusterCentroids{Seed: 7, Voting: sampler.Hard}, true, true},
		{"cluster-centroids", map[string]string{"voting": "auto"}, sampler.ClusterCentroids{Seed: 7}, true, true},
		{"instance-hardness-threshold", map[string]string{"cv": "3"}, sampler.InstanceHardnessThreshold{Seed: 7, CV: 3}, true, false},
		{"smote-enn", map[string]string{"sampling_strategy": "0.5"}, sampler.SMOTEENN{Seed: 7, Strategy: sampler.Ratio(0.5)}, true, true},
		{"smote-tomek", nil, sampler.SMOTETomek{Seed: 7}, true, true},
		{"random-over-sampler", nil, sampler.RandomOverSampler{Seed: 7}, true, false},
		{"random-over-sampler", map[string]string{"shrinkage": "0"}, sampler.RandomOverSampler{Seed: 7, Shrinkage: sampler.Shrink(0)}, true, true},
		{"random-over-sampler", map[string]string{"shrinkage": "None"}, sampler.RandomOverSampler{Seed: 7}, true, false},
		{"random-over-sampler", map[string]string{"shrinkage": `{"1": 0.5}`}, sampler.RandomOverSampler{Seed: 7, Shrinkage: sampler.ShrinkBy{1: 0.5}}, true, true},
		{"random-under-sampler", map[string]string{"replacement": "True"}, sampler.RandomUnderSampler{Seed: 7, Replacement: true}, true, false},
		{"near-miss", map[string]string{"version": "3", "n_neighbors_ver3": "2"}, sampler.NearMiss{Version: 3, NNeighborsVer3: 2}, false, false},
		{"tomek-links", map[string]string{"sampling_strategy": "[0, 1]"}, sampler.TomekLinks{Strategy: sampler.Classes{0, 1}}, false, false},
		{"edited-nearest-neighbours", map[string]string{"kind_sel": "mode"}, sampler.EditedNearestNeighbours{Kind: sampler.MostAgree}, false, false},
		{"repeated-edited-nearest-neighbours", map[string]string{"max_iter": "2"}, sampler.RepeatedEditedNearestNeighbours{MaxIter: 2}, false, false},
		{"all-knn", map[string]string{"allow_minority": "true"}, sampler.AllKNN{AllowMinority: true}, false, false},
		{"condensed-nearest-neighbour", map[string]string{"n_seeds_S": "2"}, sampler.CondensedNearestNeighbour{Seed: 7, NSeeds: 2}, true, false},
		{"one-sided-selection", nil, sampler.OneSidedSelection{Seed: 7}, true, false},
		{"neighbourhood-cleaning-rule", map[string]string{"threshold_cleaning": "0.2"}, sampler.NeighbourhoodCleaningRule{ThresholdCleaning: 0.2}, false, false},
	} {
		got, err := registry.NewSampler(c.name, c.settings, 7)
		if err != nil {
			t.Errorf("%s %v: %v", c.name, c.settings, err)
			continue
		}
		if diff := cmp.Diff(c.want, got.Sampler); diff != "" || got.Seeded != c.seeded || got.Makes != c.makes {
			t.Errorf("%s %v: seeded %v, makes rows %v; %s", c.name, c.settings, got.Seeded, got.Makes, diff)
		}
	}
}

func TestSamplerNames(t *testing.T) {
	for _, name := range registry.SamplerNames() {
		settings := map[string]string{}
		if name == "smotenc" {
			settings["categorical"] = "0"
		}
		made, err := registry.NewSampler(name, settings, 1)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if made.Blind != strings.HasPrefix(name, "random-") {
			t.Errorf("%s does not look at x: %v", name, made.Blind)
		}
		if _, selects := made.Sampler.(sampler.Selector); !made.Makes && !selects {
			t.Errorf("%s tells of no rows that it picks", name)
		}
	}
}

func TestSamplerErrors(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings map[string]string
		want     string
	}{
		{"smotte", nil, "unknown sampler \"smotte\", did you mean smote"},
		{"smote", map[string]string{"k_neighbours": "3"}, "unknown setting \"k_neighbours\", did you mean k_neighbors"},
		{"smote", map[string]string{"k_neighbors": "0"}, "k_neighbors: expected a whole number of at least 1"},
		{"smote", map[string]string{"k_neighbors": "2.5"}, "k_neighbors"},
		{"smote", map[string]string{"random_state": "3"}, "random_state"},
		{"smote", map[string]string{"sampling_strategy": "majority"}, "not for an over-sampler"},
		{"tomek-links", map[string]string{"sampling_strategy": "0.5"}, "not for a cleaning sampler"},
		{"near-miss", map[string]string{"version": "4"}, "expected one of"},
		{"near-miss", map[string]string{"sampling_strategy": "minority"}, "not for an under-sampler"},
		{"borderline-smote", map[string]string{"kind": "3"}, "kind"},
		{"kmeans-smote", map[string]string{"density_exponent": "much"}, "density_exponent: expected auto or a finite number"},
		{"kmeans-smote", map[string]string{"kmeans_estimator": "0"}, "kmeans_estimator"},
		{"svm-smote", map[string]string{"out_step": "1.5"}, "out_step: expected a number from 0 to 1"},
		{"svm-smote", map[string]string{"out_step": "NaN"}, "out_step"},
		{"prowsyn", map[string]string{"theta": "-1"}, "theta: expected a finite number of at least 0"},
		{"cluster-centroids", map[string]string{"voting": "loud"}, "expected one of"},
		{"instance-hardness-threshold", map[string]string{"cv": "1"}, "cv: expected at least 2 folds"},
		{"instance-hardness-threshold", map[string]string{"estimator": "forest"}, "unknown setting"},
		{"smotenc", nil, "categorical: expected numbers of columns"},
		{"smotenc", map[string]string{"categorical": "a"}, "categorical"},
		{"smotenc", map[string]string{"categorical": "-1"}, "categorical"},
		{"random-over-sampler", map[string]string{"shrinkage": "-1"}, "shrinkage"},
		{"random-over-sampler", map[string]string{"shrinkage": "NaN"}, "shrinkage"},
		{"random-over-sampler", map[string]string{"shrinkage": `{"a": 1}`}, "shrinkage"},
		{"random-over-sampler", map[string]string{"shrinkage": `{"1": null}`}, "shrinkage"},
		{"random-over-sampler", map[string]string{"shrinkage": "much"}, "shrinkage"},
		{"random-under-sampler", map[string]string{"replacement": "perhaps"}, "replacement"},
		{"neighbourhood-cleaning-rule", map[string]string{"threshold_cleaning": "0"}, "above 0"},
	} {
		if _, err := registry.NewSampler(c.name, c.settings, 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: error %v, want one with %q", c.name, c.settings, err, c.want)
		}
	}
}
