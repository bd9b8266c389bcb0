package hdf5

import (
	"errors"
	"fmt"
)

// tree2 goes through the records of a B-tree of version 2, in its order.
func (f *file) tree2(address uint64, visit func(kind int, record *cursor) error) error {
	c, err := f.signed(address, uint64(4+2+4+2+2+2+f.addressSize+2+f.lengthSize), "BTHD")
	if err != nil {
		return err
	}
	c.u8()
	kind := c.u8()
	nodeSize, recordSize, depth := c.u32(), int64(c.u16()), c.u16()
	c.u16() // when nodes are split and merged
	root, n := c.address(), c.u16()
	if c.short {
		return errShort
	}
	if root == undefined {
		return nil
	}
	const around = 4 + 1 + 1 + 4 // signature, version, type, checksum
	if recordSize == 0 || nodeSize < around+recordSize || depth > 16 {
		return errors.New("a B-tree of impossible sizes")
	}

	// How many bytes the counts in a pointer take follows from how much the
	// nodes of a level could hold.
	most := (nodeSize - around) / recordSize
	countSize := encodedSize(uint64(most))
	totalSize := make([]int, depth+1) // of the number of records under a node of a level
	all := float64(most)
	for level := 1; level <= depth; level++ {
		pointer := int64(f.addressSize + countSize + totalSize[level-1])
		most = (nodeSize - around - pointer) / (recordSize + pointer)
		if most <= 0 {
			return errors.New("a B-tree of impossible sizes")
		}
		all = float64(most+1)*all + float64(most)
		totalSize[level] = 8
		if all < 1<<62 {
			totalSize[level] = encodedSize(uint64(all))
		}
	}

	var walk func(address uint64, n, level int) error
	walk = func(address uint64, n, level int) error {
		sign, size := "BTLF", 6+int64(n)*recordSize
		pointer := f.addressSize + countSize
		if level > 0 {
			pointer += totalSize[level-1]
			sign = "BTIN"
			size += int64(n+1) * int64(pointer)
		}
		if size > nodeSize {
			return errShort
		}
		c, err := f.signed(address, uint64(size), sign)
		if err != nil {
			return err
		}
		c.u8()
		if k := c.u8(); k != kind {
			return fmt.Errorf("a B-tree of types %d and %d", kind, k)
		}
		records := f.cursor(c.take(n * int(recordSize)))
		for i := 0; ; i++ {
			if level > 0 {
				child, count := c.address(), int(c.uint(countSize))
				c.take(totalSize[level-1])
				if c.short {
					return errShort
				}
				if err := walk(child, count, level-1); err != nil {
					return err
				}
			}
			if i == n {
				return nil
			}
			record := f.cursor(records.take(int(recordSize)))
			if err := visit(kind, record); err != nil {
				return err
			}
			if record.short {
				return errShort
			}
		}
	}
	return walk(root, n, depth)
}
