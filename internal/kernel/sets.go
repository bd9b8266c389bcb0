package kernel

import (
	"fmt"
	"os"

	"golang.org/x/sys/cpu"
)

// Set is a set of kernels: plain Go, or assembly for some processors.
type Set int

const (
	Generic Set = iota // plain Go, everywhere
	AVX2               // AVX2 and FMA, amd64
	AVX512             // AVX-512 F, BW, DQ and VL, amd64
)

var setNames = [...]string{"generic", "avx2", "avx512"}

// String returns the name of a set, as the environment variable takes it.
func (s Set) String() string { return setNames[s] }

// EnvSet is the environment variable that forces a set, for tests: "generic",
// "avx2" or "avx512". One that the processor lacks is passed over.
const EnvSet = "COUNTERWEIGHT_KERNELS"

// active is chosen once, when the program starts.
var active = choose(os.Getenv(EnvSet), available())

// Active returns the set that runs.
func Active() Set { return active }

// Describe says in a line which kernels run and why.
func Describe() string {
	best := available()[len(available())-1]
	if active != best {
		return fmt.Sprintf("%s kernels, forced by %s (this machine has %s)", active, EnvSet, best)
	}
	return fmt.Sprintf("%s kernels", active)
}

// choose takes the wanted set if it is there, else the best.
func choose(want string, sets []Set) Set {
	for _, s := range sets {
		if s.String() == want {
			return s
		}
	}
	return sets[len(sets)-1]
}

// available lists the sets that this machine has, the best last.
func available() []Set {
	sets := []Set{Generic}
	if !haveAssembly {
		return sets
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		sets = append(sets, AVX2)
		if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
			sets = append(sets, AVX512)
		}
	}
	return sets
}
