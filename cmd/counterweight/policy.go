package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/counterweight-go/counterweight/balance"
)

// specHelp says what a SPEC of class weights is.
const specHelp = `A SPEC of class weights is
  auto, balanced  N / (K n_c), so that every class has the same total weight
  log:MU          max(1, ln(MU N / n_c))
  effective:BETA  (1 - BETA) / (1 - BETA^n_c), scaled to sum K
  inverse-sqrt    1 / sqrt(n_c), scaled so that the mean sample weight is 1
  {"0": 1, "1": 50}, or @FILE.json with such a map
  none            all weigh 1
where N entries of the targets are of K classes, n_c of them of class c.`

// policyNames are the policies without a number.
var policyNames = []string{"auto", "balanced", "inverse-sqrt", "none"}

// policy is a class-weight SPEC whose text has been judged.
type policy struct {
	text   string
	path   string // of the file that has it
	inline balance.ClassWeight
}

func (p *policy) String() string { return p.text }

// Type implements pflag.Value: it stands for the value in the help.
func (p *policy) Type() string { return "SPEC" }

// Set implements pflag.Value.
func (p *policy) Set(spec string) (err error) {
	*p, err = parsePolicy(spec)
	return err
}

// read returns the policy, nil for none.
func (p policy) read() (balance.ClassWeight, error) {
	if p.path == "" {
		return p.inline, nil
	}
	return readPolicy(p.path)
}

// maxPolicy bounds a file of class weights.
const maxPolicy = 1 << 24

func parsePolicy(spec string) (policy, error) {
	path, isFile := strings.CutPrefix(strings.TrimSpace(spec), "@")
	if !isFile {
		inline, err := balance.Parse(spec)
		return policy{text: spec, inline: inline}, err
	}
	if path == "" {
		return policy{}, fmt.Errorf("class weights %q: expected a file after @", spec)
	}
	return policy{text: spec, path: path}, nil
}

func readPolicy(path string) (balance.ClassWeight, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxPolicy+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxPolicy {
		return nil, fmt.Errorf("%s: class weights of more than %d bytes", path, maxPolicy)
	}
	p, err := balance.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
