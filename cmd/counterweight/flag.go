package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// require says which flags a command cannot do without.
func require(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		if err := cmd.MarkFlagRequired(f); err != nil {
			panic(err) // no flag has this name
		}
	}
}

// suggest completes a flag's value from a list.
func suggest(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // no flag has this name
	}
}

// bounded is a whole number that is not below some other.
type bounded struct {
	value *int
	least int
}

func atLeast(least int, value *int) bounded { return bounded{value, least} }

func (b bounded) String() string {
	if b.value == nil { // as pflag asks for the zero value
		return "0"
	}
	return strconv.Itoa(*b.value)
}

// Type implements pflag.Value: it stands for the value in the help.
func (b bounded) Type() string { return "N" }

// Set implements pflag.Value.
func (b bounded) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < b.least {
		return fmt.Errorf("expected a whole number of at least %d", b.least)
	}
	*b.value = n
	return nil
}

// parsed is a value that is made of its text.
type parsed[T any] struct {
	parse func(string) (T, error)
	kind  string // of the value, in the help
	text  string
	value T
}

// Set implements pflag.Value.
func (p *parsed[T]) Set(text string) (err error) {
	p.text = text
	p.value, err = p.parse(text)
	return err
}

func (p *parsed[T]) String() string { return p.text }

// Type implements pflag.Value: it stands for the value in the help.
func (p *parsed[T]) Type() string { return p.kind }

// choice is one of some words.
type choice struct {
	words []string
	at    int
}

// Set implements pflag.Value.
func (c *choice) Set(text string) error {
	at := slices.Index(c.words, text)
	if at < 0 || text == "" {
		return fmt.Errorf("expected %s", strings.Join(slices.DeleteFunc(slices.Clone(c.words), func(w string) bool { return w == "" }), ", "))
	}
	c.at = at
	return nil
}

func (c *choice) String() string {
	if c.words == nil { // as pflag asks for the zero value
		return ""
	}
	return c.words[c.at]
}

// Type implements pflag.Value: it stands for the value in the help.
func (c *choice) Type() string { return "WORD" }
