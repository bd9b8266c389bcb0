package archive

import (
	"bytes"

	"github.com/counterweight-go/counterweight/model"
)

// Bytes is what SaveModel writes.
func Bytes(m *model.Model) ([]byte, error) {
	config, root, err := encode(m, nil)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = writeZip(&out, config, root)
	return out.Bytes(), err
}
