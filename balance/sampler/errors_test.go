package sampler_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/balance/sampler"
	"gorgonia.org/tensor"
)

// column is a table of one column.
func column(v ...float64) *tensor.Dense { return dense(v, len(v), 1) }

func labels(v ...float64) *tensor.Dense { return dense(v, len(v)) }

func TestErrorsSayWhatToDo(t *testing.T) {
	x, y := column(1, 2, 3, 4, 5, 6, 7, 8, 9), labels(0, 0, 0, 0, 0, 0, 1, 1, 1)
	lone := labels(0, 0, 0, 0, 0, 0, 0, 0, 1)
	four, two := dense(make([]float64, 16), 4, 4), labels(0, 0, 1, 0)
	for name, tt := range map[string]struct {
		s    sampler.Sampler
		x, y tensor.Tensor
		want string
	}{
		"SMOTE":                    {sampler.SMOTE{}, x, y, "class 1 has 3 rows, too few for 5 neighbours of each: set KNeighbors to at most 2, or use RandomOverSampler"},
		"a single row":             {sampler.SMOTE{}, x, lone, "class 1 has a single row"},
		"negative k":               {sampler.SMOTE{KNeighbors: -1}, x, y, "negative"},
		"ADASYN":                   {sampler.ADASYN{}, x, y, "set NNeighbors to at most 2"},
		"ADASYN apart":             {sampler.ADASYN{NNeighbors: 2}, column(1, 2, 3, 4, 5, 6, 70, 80, 90), y, "no neighbours of other classes"},
		"ADASYN of few":            {sampler.ADASYN{NNeighbors: 1, Strategy: sampler.Counts{1: 4}}, column(6.1, 7.1, 8.1, 40, 50, 60, 6, 7, 8), y, "round to 0"},
		"Borderline":               {sampler.BorderlineSMOTE{MNeighbors: 4}, column(1, 2, 3, 4, 5, 6, 5.5, 4.5, 7), y, "set KNeighbors to at most 2"},
		"Borderline m":             {sampler.BorderlineSMOTE{}, x, y, "set MNeighbors to at most 8"},
		"Borderline kind":          {sampler.BorderlineSMOTE{Kind: 3}, x, y, "kind is 3"},
		"SMOTEN":                   {sampler.SMOTEN{}, x, y, "set KNeighbors to at most 2"},
		"SMOTENC":                  {sampler.SMOTENC{Categorical: []int{3}}, four, two, "single row"},
		"SMOTENC none":             {sampler.SMOTENC{}, four, two, "use SMOTE"},
		"SMOTENC all":              {sampler.SMOTENC{Categorical: []int{0, 1, 2, 3}}, four, two, "use SMOTEN"},
		"SMOTENC outside":          {sampler.SMOTENC{Categorical: []int{4}}, four, two, "column 4 of 4"},
		"SMOTENC twice":            {sampler.SMOTENC{Categorical: []int{1, 1}}, four, two, "named twice"},
		"ENN":                      {sampler.EditedNearestNeighbours{NNeighbors: 9}, x, y, "set NNeighbors to at most 8"},
		"ENN kind":                 {sampler.EditedNearestNeighbours{Kind: 2}, x, y, "unknown Kind 2"},
		"RENN passes":              {sampler.RepeatedEditedNearestNeighbours{MaxIter: -1}, x, y, "MaxIter is -1"},
		"AllKNN":                   {sampler.AllKNN{NNeighbors: -3}, x, y, "negative"},
		"NearMiss":                 {sampler.NearMiss{NNeighbors: 4}, x, y, "set NNeighbors to at most 3"},
		"NearMiss version":         {sampler.NearMiss{Version: 4}, x, y, "version is 4"},
		"NearMiss 1 of 3":          {sampler.NearMiss{NNeighborsVer3: 3}, x, y, "only version 3"},
		"NearMiss 3":               {sampler.NearMiss{Version: 3, NNeighborsVer3: 7}, x, y, "set NNeighborsVer3 to at most 6"},
		"CNN":                      {sampler.CondensedNearestNeighbour{NNeighbors: 5}, x, y, "set NNeighbors to at most 4"},
		"CNN seeds":                {sampler.CondensedNearestNeighbour{NSeeds: -1}, x, y, "NSeeds is -1"},
		"CNN of too many seeds":    {sampler.CondensedNearestNeighbour{NSeeds: math.MaxInt}, x, y, "want 1 to 1048576"},
		"too many rows":            {sampler.RandomOverSampler{Strategy: sampler.Counts{1: math.MaxInt}}, x, y, "want at most 2147483647 rows"},
		"too far":                  {sampler.RandomOverSampler{Shrinkage: sampler.Shrink(1e300)}, dense([]float32{1, 2, 3, 4, 5, 6, 7, 8, 9}, 9, 1), y, "shrinkage moves a row to "},
		"NCR threshold":            {sampler.NeighbourhoodCleaningRule{ThresholdCleaning: -1}, x, y, "ThresholdCleaning is -1"},
		"KMeans":                   {sampler.KMeansSMOTE{NClusters: 2, KNeighbors: 4}, x, y, "no cluster has more than 4 rows of class 1"},
		"KMeans k":                 {sampler.KMeansSMOTE{NClusters: 1, KNeighbors: 3}, x, y, "lower ClusterBalanceThreshold or KNeighbors"},
		"KMeans clusters":          {sampler.KMeansSMOTE{NClusters: 10}, x, y, "set NClusters to 1 to 9"},
		"KMeans threshold":         {sampler.KMeansSMOTE{ClusterBalanceThreshold: math.NaN()}, x, y, "ClusterBalanceThreshold is NaN"},
		"KMeans exponent":          {sampler.KMeansSMOTE{DensityExponent: math.Inf(1)}, x, y, "DensityExponent is +Inf"},
		"SVM":                      {sampler.SVMSMOTE{MNeighbors: 2}, x, y, "set KNeighbors to at most 2"},
		"SVM m":                    {sampler.SVMSMOTE{KNeighbors: 2}, x, y, "set MNeighbors to at most 8"},
		"SVM step":                 {sampler.SVMSMOTE{OutStep: 1.5}, x, y, "OutStep is 1.5"},
		"SVM c":                    {sampler.SVMSMOTE{C: -1, KNeighbors: 1, MNeighbors: 1}, x, y, "c is -1"},
		"SVM noise":                {sampler.SVMSMOTE{KNeighbors: 1, MNeighbors: 1}, column(1, 2, 3, 4, 5, 6, 1.1, 3.1, 5.1), y, "support vectors of class 1 have none of it among their 1 nearest rows: set a smaller"},
		"polynom-fit":              {sampler.PolynomFitSMOTE{}, x, lone, "class 1 has a single row"},
		"polynom-fit topology":     {sampler.PolynomFitSMOTE{Topology: 3}, x, y, "unknown Topology 3"},
		"ProWSyn":                  {sampler.ProWSyn{}, x, lone, "class 1 has a single row"},
		"ProWSyn levels":           {sampler.ProWSyn{Levels: -1}, x, y, "levels are -1"},
		"ProWSyn theta":            {sampler.ProWSyn{Theta: -1}, x, y, "theta is -1"},
		"Geometric":                {sampler.GeometricSMOTE{}, x, y, "set KNeighbors to at most 2"},
		"Geometric truncation":     {sampler.GeometricSMOTE{TruncationFactor: 2}, x, y, "TruncationFactor is 2"},
		"Geometric deformation":    {sampler.GeometricSMOTE{DeformationFactor: -1}, x, y, "DeformationFactor is -1"},
		"Geometric selection":      {sampler.GeometricSMOTE{Selection: 3}, x, y, "unknown Selection 3"},
		"centroids voting":         {sampler.ClusterCentroids{Voting: 2}, x, y, "unknown Voting 2"},
		"centroids of none":        {sampler.ClusterCentroids{Strategy: sampler.Counts{0: 0, 1: 0}}, x, y, "no row is left"},
		"hardness":                 {sampler.InstanceHardnessThreshold{}, x, y, "class 1 has 3 rows, too few for 5 folds: set CV to at most 3"},
		"hardness of a single row": {sampler.InstanceHardnessThreshold{}, x, lone, "use RandomUnderSampler"},
		"hardness folds":           {sampler.InstanceHardnessThreshold{CV: 1}, x, y, "CV is 1"},
		"a seed beside Over":       {sampler.SMOTEENN{Seed: 1, Over: sampler.SMOTE{}}, x, y, "no effect beside Over"},
		"both":                     {sampler.SMOTETomek{}, x, y, "set KNeighbors to at most 2"},
		"strategy of another":      {sampler.TomekLinks{Strategy: sampler.Ratio(1)}, x, y, "not for a cleaning sampler"},
	} {
		t.Run(name, func(t *testing.T) {
			xs, ys, err := tt.s.Resample(context.Background(), tt.x, tt.y)
			wantError(t, err, tt.want)
			if xs != nil || ys != nil {
				t.Error("rows beside an error")
			}
		})
	}
}

// comparing are samplers that compare rows.
var comparing = []sampler.Sampler{
	sampler.SMOTE{KNeighbors: 1}, sampler.BorderlineSMOTE{KNeighbors: 1, MNeighbors: 2}, sampler.ADASYN{NNeighbors: 1},
	sampler.SMOTENC{Categorical: []int{1}, KNeighbors: 1}, sampler.SMOTEN{KNeighbors: 1},
	sampler.TomekLinks{}, sampler.EditedNearestNeighbours{}, sampler.RepeatedEditedNearestNeighbours{}, sampler.AllKNN{},
	sampler.NearMiss{NNeighbors: 2}, sampler.CondensedNearestNeighbour{}, sampler.OneSidedSelection{}, sampler.NeighbourhoodCleaningRule{},
	sampler.SMOTEENN{Over: sampler.SMOTE{KNeighbors: 1}}, sampler.SMOTETomek{Over: sampler.SMOTE{KNeighbors: 1}},
	sampler.KMeansSMOTE{KNeighbors: 1, NClusters: 1}, sampler.SVMSMOTE{KNeighbors: 1, MNeighbors: 2}, sampler.PolynomFitSMOTE{}, sampler.ProWSyn{}, sampler.GeometricSMOTE{KNeighbors: 1},
	sampler.ClusterCentroids{}, sampler.InstanceHardnessThreshold{CV: 2},
}

func TestRowsThatCannotBeCompared(t *testing.T) {
	y := labels(0, 0, 0, 0, 1, 1)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(-1))} {
		x := dense([]float32{1, 2, 3, 4, 5, bad, 7, 8, 9, 10, 11, 12}, 6, 2)
		for _, s := range comparing {
			_, _, err := s.Resample(context.Background(), x, y)
			wantError(t, err, "in row 2, column 1")
		}
	}
	for what, x := range map[string]*tensor.Dense{
		"float32": dense([]float32{1, 2, 3, 4, 5, 6, -math.MaxFloat32, 8, 9, 10, 11, 12}, 6, 2),
		"float64": dense([]float64{1, 2, 3, 4, 5, 6, 1e200, 8, 9, 10, 11, 12}, 6, 2),
	} {
		for _, s := range comparing {
			_, _, err := s.Resample(context.Background(), x, y)
			wantError(t, err, "in row 3, column 0, which is too large")
			if t.Failed() {
				t.Fatal(what)
			}
		}
	}
	x := dense([]float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 6, 2)
	ones := labels(1, 1, 1, 1, 1, 1)
	for _, s := range comparing {
		_, _, err := s.Resample(context.Background(), x, ones)
		wantError(t, err, "single class 1")
		_, _, err = s.Resample(context.Background(), dense([]float32{}, 0, 2), dense([]float32{}, 0))
		wantError(t, err, "no rows")
	}
	images := dense(make([]float64, 24), 6, 2, 2)
	for _, s := range comparing {
		if _, picks := s.(sampler.Selector); picks {
			continue
		}
		_, _, err := s.Resample(context.Background(), images, y)
		wantError(t, err, "want a table")
	}
}

func TestCancelledSearches(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x, y := inputs(t)
	for _, s := range comparing {
		if _, _, err := s.Resample(ctx, x.Tensor(tensor.Float32), y.Tensor(tensor.Float32)); !errors.Is(err, context.Canceled) {
			t.Errorf("%T: %v, expected that the context is cancelled", s, err)
		}
	}
}
