package compare

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
)

// once is a logger that says the same thing once only: every training of a
// strategy has the same to say.
func once(log *slog.Logger) *slog.Logger {
	if log == nil {
		log = slog.Default()
	}
	return slog.New(onceHandler{log.Handler(), &sync.Map{}, ""})
}

type onceHandler struct {
	to   slog.Handler
	said *sync.Map
	with string
}

func (h onceHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.to.Enabled(ctx, level)
}

func (h onceHandler) Handle(ctx context.Context, r slog.Record) error {
	text := h.with + r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	if _, before := h.said.LoadOrStore(text, true); before {
		return nil
	}
	return h.to.Handle(ctx, r)
}

func (h onceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return onceHandler{h.to.WithAttrs(attrs), h.said, h.with + fmt.Sprint(attrs)}
}

func (h onceHandler) WithGroup(name string) slog.Handler {
	return onceHandler{h.to.WithGroup(name), h.said, h.with + name + "."}
}
