package registry

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/internal/names"
)

// Sampler is a sampler made by its name.
type Sampler struct {
	sampler.Sampler
	// Seeded says that the sampler draws random numbers.
	Seeded bool
	// Makes says that it makes rows that are not among those it was given;
	// otherwise the Sampler is a sampler.Selector.
	Makes bool
	// Blind says that it does not look at x, which may hold anything.
	Blind bool
}

// NewSampler returns the sampler of imbalanced-learn's name in kebab case,
// "random-over-sampler", with settings by imbalanced-learn's names for them,
// "k_neighbors". Values are written as in Python or JSON; a setting that is not
// there has its default. An unknown name or setting, and a value that would be
// an error whatever the data, are errors.
func NewSampler(name string, settings map[string]string, seed uint32) (Sampler, error) {
	table := samplers()
	create, ok := table[name]
	if !ok {
		return Sampler{}, names.Unknown("registry: unknown sampler", name, SamplerNames())
	}
	s := &samplerSettings{given: settings, seed: seed}
	made := Sampler{Sampler: create(s), Seeded: s.seeded, Makes: s.makes, Blind: s.blind && !s.makes}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if s.err == nil && !slices.Contains(s.known, key) {
			s.err = names.Unknown("unknown setting", key, s.known)
		}
	}
	if s.err != nil {
		return Sampler{}, fmt.Errorf("registry: %s: %w", name, s.err)
	}
	return made, nil
}

// SamplerNames returns the names of all samplers, in alphabetical order.
func SamplerNames() []string { return slices.Sorted(maps.Keys(samplers())) }

// samplers makes samplers by name.
func samplers() map[string]func(*samplerSettings) sampler.Sampler {
	return map[string]func(*samplerSettings) sampler.Sampler{
		"random-over-sampler": func(s *samplerSettings) sampler.Sampler {
			s.blind = true
			return sampler.RandomOverSampler{Strategy: s.over(), Seed: s.random(), Shrinkage: s.shrinkage()}
		},
		"random-under-sampler": func(s *samplerSettings) sampler.Sampler {
			s.blind = true
			return sampler.RandomUnderSampler{Strategy: s.under(), Seed: s.random(), Replacement: s.truth("replacement")}
		},

		"smote": func(s *samplerSettings) sampler.Sampler {
			return sampler.SMOTE{Strategy: s.rows(), Seed: s.random(), KNeighbors: s.count("k_neighbors")}
		},
		"borderline-smote": func(s *samplerSettings) sampler.Sampler {
			return sampler.BorderlineSMOTE{
				Strategy: s.rows(), Seed: s.random(), KNeighbors: s.count("k_neighbors"), MNeighbors: s.count("m_neighbors"),
				Kind: 1 + s.choice("kind", "borderline-1", "borderline-2"),
			}
		},
		"smotenc": func(s *samplerSettings) sampler.Sampler {
			return sampler.SMOTENC{Categorical: s.columns("categorical", "categorical_features"), Strategy: s.rows(), Seed: s.random(), KNeighbors: s.count("k_neighbors")}
		},
		"smoten": func(s *samplerSettings) sampler.Sampler {
			return sampler.SMOTEN{Strategy: s.rows(), Seed: s.random(), KNeighbors: s.count("k_neighbors")}
		},
		"adasyn": func(s *samplerSettings) sampler.Sampler {
			return sampler.ADASYN{Strategy: s.rows(), Seed: s.random(), NNeighbors: s.count("n_neighbors")}
		},
		"kmeans-smote": func(s *samplerSettings) sampler.Sampler {
			return sampler.KMeansSMOTE{
				Strategy: s.rows(), Seed: s.random(), KNeighbors: s.count("k_neighbors"), NClusters: s.count("kmeans_estimator"),
				ClusterBalanceThreshold: s.automatic("cluster_balance_threshold"), DensityExponent: s.automatic("density_exponent"),
			}
		},
		"svm-smote": func(s *samplerSettings) sampler.Sampler {
			return sampler.SVMSMOTE{Strategy: s.rows(), Seed: s.random(), KNeighbors: s.count("k_neighbors"), MNeighbors: s.count("m_neighbors"), OutStep: s.number("out_step", 0, 1)}
		},
		// Not imbalanced-learn's; the settings are smote_variants' and
		// imbalanced-learn-extra's.
		"polynom-fit-smote": func(s *samplerSettings) sampler.Sampler {
			return sampler.PolynomFitSMOTE{Strategy: s.rows(), Topology: sampler.Topology(s.choice("topology", "star", "bus", "mesh"))}
		},
		"prowsyn": func(s *samplerSettings) sampler.Sampler {
			return sampler.ProWSyn{Strategy: s.rows(), Seed: s.random(), NNeighbors: s.count("n_neighbors"), Levels: s.count("L"), Theta: s.number("theta", 0, math.MaxFloat64)}
		},
		"geometric-smote": func(s *samplerSettings) sampler.Sampler {
			return sampler.GeometricSMOTE{
				Strategy: s.rows(), Seed: s.random(), KNeighbors: s.count("k_neighbors"),
				TruncationFactor: s.number("truncation_factor", -1, 1), DeformationFactor: s.number("deformation_factor", 0, 1),
				Selection: sampler.Selection(s.choice("selection_strategy", "combined", "minority", "majority")),
			}
		},
		"smote-enn": func(s *samplerSettings) sampler.Sampler {
			return sampler.SMOTEENN{Strategy: s.rows(), Seed: s.random()}
		},
		"smote-tomek": func(s *samplerSettings) sampler.Sampler {
			return sampler.SMOTETomek{Strategy: s.rows(), Seed: s.random()}
		},

		"near-miss": func(s *samplerSettings) sampler.Sampler {
			return sampler.NearMiss{
				Strategy: s.under(), Version: 1 + s.choice("version", "1", "2", "3"),
				NNeighbors: s.count("n_neighbors"), NNeighborsVer3: s.count("n_neighbors_ver3"),
			}
		},
		"cluster-centroids": func(s *samplerSettings) sampler.Sampler {
			s.makes = true
			voting := sampler.Soft
			if s.choice("voting", "auto", "soft", "hard") == 2 {
				voting = sampler.Hard
			}
			return sampler.ClusterCentroids{Strategy: s.under(), Seed: s.random(), Voting: voting}
		},
		"instance-hardness-threshold": func(s *samplerSettings) sampler.Sampler {
			return sampler.InstanceHardnessThreshold{Strategy: s.under(), Seed: s.random(), CV: s.folds("cv")}
		},
		"tomek-links": func(s *samplerSettings) sampler.Sampler {
			return sampler.TomekLinks{Strategy: s.clean()}
		},
		"edited-nearest-neighbours": func(s *samplerSettings) sampler.Sampler {
			return sampler.EditedNearestNeighbours{Strategy: s.clean(), NNeighbors: s.count("n_neighbors"), Kind: s.agreement()}
		},
		"repeated-edited-nearest-neighbours": func(s *samplerSettings) sampler.Sampler {
			return sampler.RepeatedEditedNearestNeighbours{Strategy: s.clean(), NNeighbors: s.count("n_neighbors"), MaxIter: s.count("max_iter"), Kind: s.agreement()}
		},
		"all-knn": func(s *samplerSettings) sampler.Sampler {
			return sampler.AllKNN{Strategy: s.clean(), NNeighbors: s.count("n_neighbors"), Kind: s.agreement(), AllowMinority: s.truth("allow_minority")}
		},
		"condensed-nearest-neighbour": func(s *samplerSettings) sampler.Sampler {
			return sampler.CondensedNearestNeighbour{Strategy: s.clean(), Seed: s.random(), NNeighbors: s.count("n_neighbors"), NSeeds: s.count("n_seeds_S")}
		},
		"one-sided-selection": func(s *samplerSettings) sampler.Sampler {
			return sampler.OneSidedSelection{Strategy: s.clean(), Seed: s.random(), NNeighbors: s.count("n_neighbors"), NSeeds: s.count("n_seeds_S")}
		},
		"neighbourhood-cleaning-rule": func(s *samplerSettings) sampler.Sampler {
			return sampler.NeighbourhoodCleaningRule{Strategy: s.clean(), NNeighbors: s.count("n_neighbors"), ThresholdCleaning: s.positive("threshold_cleaning")}
		},
	}
}
