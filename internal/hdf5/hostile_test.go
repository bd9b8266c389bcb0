package hdf5

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// everything reads a file and all values in it; it gives the first error.
func everything(b []byte) error {
	g, err := read(b)
	if err != nil {
		return err
	}
	var walk func(g *Group)
	walk = func(g *Group) {
		for _, d := range g.Datasets {
			var e error
			if d.Type == String {
				_, e = d.Strings()
			} else {
				_, e = d.Float32s()
			}
			if err == nil {
				err = e
			}
		}
		for _, child := range g.Groups {
			walk(child)
		}
	}
	walk(g)
	return err
}

func TestRefuses(t *testing.T) {
	for name, want := range map[string]string{
		"soft.h5":          `"s" is a soft link, which is refused`,
		"external_link.h5": `"e" is a link to another file, which is refused`,
		"external_data.h5": `dataset "x": its data lie in another file, which is refused`,
		"virtual.h5":       `dataset "x": a virtual dataset, which is refused`,
		"cycle_v0.h5":      `group "g/again" has a second name, or holds itself`,
		"cycle_v3.h5":      `group "g/again" has a second name, or holds itself`,
		"compound.h5":      `dataset "x": compound elements cannot be read as numbers`,
		"complex.h5":       `cannot be read as numbers`,
		"bomb.h5":          `more than 1000 times as many`,
		"strings.h5":       errMetadata.Error(),
		"claim.h5":         `dataset "x": more than 4 GiB of values in a file of 1400 bytes`,
	} {
		t.Run(name, func(t *testing.T) { refuses(t, contents(t, name), want) })
	}
	t.Run("empty", func(t *testing.T) { refuses(t, nil, "not an HDF5 file") })
	t.Run("text", func(t *testing.T) { refuses(t, bytes.Repeat([]byte("text\n"), 1000), "not an HDF5 file") })
}

// refuses expects an error in one line, quickly and in little memory.
func refuses(t *testing.T, b []byte, want string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := everything(b)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "hdf5: ") || strings.Contains(err.Error(), "\n") || len(err.Error()) > 500 {
		t.Errorf("%v, expected %q", err, want)
	}
	if took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 64 {
		t.Errorf("it took %d MiB", n)
	}
}

// A file that ends early is an error at every length, and says so.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"old_v0.h5", "old_v3.h5", "keras.weights.h5"} {
		b := contents(t, name)
		for n := 0; n < len(b); n += 7 {
			if err := everything(b[:n]); err == nil {
				t.Fatalf("%s cut to %d of %d bytes: no error", name, n, len(b))
			}
		}
	}
}

// Bytes that have changed give values or an error, and no panic.
func TestChanged(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"old_v0.h5", "old_v3.h5", "types_v3.h5", "filters_v3.h5", "filters_v0.h5", "dense_v2.h5", "far_v3.h5"} {
		b := contents(t, name)
		for range 60 {
			changed := bytes.Clone(b)
			for range 1 + random.IntN(4) {
				changed[random.IntN(len(b))] = byte(random.Uint32())
			}
			_ = everything(changed)
		}
	}
}

// Addresses that lead back, so that every node of a tree is read again and
// again, stop at the bound on metadata.
func TestTreesThatGrow(t *testing.T) {
	// The node of a symbol table's B-tree claims to be one of 20 levels, and
	// each level is the same node over again: one node for each level.
	const levels = 20
	b := write(t, &Group{})
	root := len(b)
	for level := levels; level >= 0; level-- {
		node := make([]byte, 24+8*32+8*33)
		copy(node, "TREE")
		node[5] = byte(level)
		node[6] = 32
		for i := range 32 {
			next := len(b) + len(node)
			if level == 0 {
				next = root // not a symbol node, if it were ever reached
			}
			binary.LittleEndian.PutUint64(node[32+16*i:], uint64(next))
		}
		if level == 0 {
			node[6] = 0 // empty leaves
		}
		b = append(b, node...)
	}
	// The root's header follows the superblock's entry; its first message is the symbol table.
	header := binary.LittleEndian.Uint64(b[64:])
	binary.LittleEndian.PutUint64(b[header+24:], uint64(root))
	refuses(t, b, errMetadata.Error())
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.h5")
	if err != nil || len(files) == 0 {
		f.Fatal("no files to begin with", err)
	}
	for _, name := range files {
		if b := contents(f, filepath.Base(name)); len(b) < 40000 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := read(b)
		if err != nil {
			if s := err.Error(); !strings.HasPrefix(s, "hdf5: ") {
				t.Fatal(s)
			}
			return
		}
		_ = everything(b)
		// What can be read whole can be written, and read again.
		var buffer bytes.Buffer
		if Write(&buffer, g) == nil {
			if _, err := read(buffer.Bytes()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
