// Package compare answers whether a treatment of imbalance helps on some data,
// and what it costs: it trains the same network with each of several strategies
// on the same folds, measures what they do to ranking, decisions and
// probabilities, and says which differences to plain training are more than
// chance.
//
//	t, err := table.ReadFile("churn.csv", table.Options{})
//	d, err := compare.NewData(t, "TARGET", "", nil)
//	r, err := compare.Run(ctx, d, compare.Config{Seed: 1})
//	fmt.Print(r.Text())
//	err = r.Write("out") // report.html, results.json, pr.png, calibration.png, history.csv
//
// It stands above all other packages, and nothing but programs imports it.
package compare
