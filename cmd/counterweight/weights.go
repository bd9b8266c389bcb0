package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/internal/ordered"
	"github.com/spf13/cobra"
)

func newWeights() *cobra.Command {
	var y source
	var mode policy
	var oneHot, asJSON bool
	cmd := &cobra.Command{
		Use:   "weights --y Y --mode SPEC",
		Short: "Print the weight that a policy gives each class",
		Long:  "Print the weight that a policy gives each class of the targets.\n\n" + arraysHelp + "\n\n" + specHelp,
		Example: `  counterweight weights --y labels.npy --mode auto
  counterweight weights --y data.npz:y --mode '{"0": 1, "1": 50}' --json`,
		Args: noArguments,
	}
	flags := cmd.Flags()
	flags.Var(&y, "y", "class numbers, (n) or (n,T)")
	flags.Var(&mode, "mode", "how to weigh")
	flags.BoolVar(&oneHot, "one-hot", false, "the targets are rows with a single 1 among zeros, (n,K) or (n,T,K)")
	flags.BoolVar(&asJSON, "json", false, "print JSON: {\"0\": 0.505, \"1\": 50}")
	require(cmd, "y", "mode")
	suggest(cmd, "mode", policyNames...)
	cmd.RunE = runs(func(cmd *cobra.Command) error {
		kind := balance.Labels
		if oneHot {
			kind = balance.OneHot
		}
		weights, err := classWeights(cmd, y, mode, kind)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(cmd.OutOrStdout(), weights.object())
		}
		return printTable(cmd.OutOrStdout(), weights.table())
	})
	return cmd
}

// classTable is the weight of each class, with the number of its entries.
type classTable struct {
	counts  balance.Counts
	weights map[int]float64
}

// classWeights computes the weights of a policy from targets.
func classWeights(cmd *cobra.Command, from source, policy policy, kind balance.Kind) (*classTable, error) {
	p, err := policy.read()
	if err != nil {
		return nil, err
	}
	y, err := from.read()
	if err != nil {
		return nil, err
	}
	counts, err := balance.Count(y, kind)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	if shape := y.Shape(); kind == balance.Labels && len(shape) > 1 && shape[len(shape)-1] > 1 {
		if _, err := balance.Count(y, balance.OneHot); err == nil {
			notices(cmd).Warn("every row has a single 1 among zeros; each entry is counted as a class number: --one-hot counts the places of the ones")
		}
	}
	if p == nil {
		weights := map[int]float64{}
		for _, c := range counts {
			weights[c.Class] = 1
		}
		return &classTable{counts, weights}, nil
	}
	resolved, err := balance.Resolve(balance.Request{Y: y, Targets: kind, ClassWeight: p, Logger: notices(cmd)})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return &classTable{counts, resolved.Classes}, nil
}

func (t *classTable) object() ordered.Object {
	var o ordered.Object
	for _, c := range slices.Sorted(maps.Keys(t.weights)) {
		o = append(o, ordered.Member{Key: strconv.Itoa(c), Value: ordered.Number(t.weights[c])})
	}
	return o
}

func (t *classTable) table() [][]string {
	rows := [][]string{{"class", "count", "weight"}}
	for _, c := range slices.Sorted(maps.Keys(t.weights)) {
		n := 0
		at, occurs := slices.BinarySearchFunc(t.counts, c, func(k balance.ClassCount, c int) int { return cmp.Compare(k.Class, c) })
		if occurs {
			n = t.counts[at].N
		}
		rows = append(rows, []string{strconv.Itoa(c), strconv.Itoa(n), short(t.weights[c])})
	}
	return rows
}
