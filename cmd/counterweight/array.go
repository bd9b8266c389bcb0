package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

// arraysHelp says how arrays are named.
const arraysHelp = `Arrays are FILE.npy or FILE.npz:key.`

// source names an array: a file, and what of it.
type source struct {
	path, key string
}

func (s source) String() string {
	if s.key == "" {
		return s.path
	}
	return s.path + ":" + s.key
}

// Set implements pflag.Value.
func (s *source) Set(text string) (err error) {
	*s, err = parseSource(text)
	return err
}

// Type implements pflag.Value: it stands for the value in the help.
func (s *source) Type() string { return "ARRAY" }

// given tells whether there is an array.
func (s source) given() bool { return s.path != "" }

// readIf is read for an array that need not be there.
func (s source) readIf() (tensor.Tensor, error) {
	if !s.given() {
		return nil, nil
	}
	return s.read()
}

// parseSource judges the name of an array; it opens no file.
func parseSource(text string) (source, error) {
	switch {
	case strings.HasSuffix(text, ".npy"):
		return source{path: text}, nil
	case strings.HasSuffix(text, ".npz"):
		return source{}, fmt.Errorf("%s: expected FILE.npz:key, which of its arrays", text)
	}
	if at := strings.LastIndex(text, ".npz:"); at >= 0 && at+len(".npz:") < len(text) {
		return source{path: text[:at+len(".npz")], key: text[at+len(".npz:"):]}, nil
	}
	return source{}, fmt.Errorf("%q: expected FILE.npy or FILE.npz:key", text)
}

// read reads the array. Errors name the file.
func (s source) read() (*tensor.Dense, error) {
	if s.key == "" {
		return npy.ReadFile(s.path)
	}
	arrays, err := npy.ReadZipFile(s.path)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(arrays, func(a npy.Array) bool { return a.Name == s.key })
	if i < 0 {
		var have []string
		for _, a := range arrays {
			have = append(have, a.Name)
		}
		return nil, fmt.Errorf("%s has no array %q, it has %q", s.path, s.key, have)
	}
	return arrays[i].Value, nil
}

// listed names the files of arrays that are there, for errors.
func listed(sources ...source) string {
	var names []string
	for _, s := range sources {
		if s.given() {
			names = append(names, s.String())
		}
	}
	return strings.Join(names, ", ")
}
