package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
)

// notices returns the logger of a command: what the packages notice becomes a
// line on standard error, with the command's name in front.
func notices(cmd *cobra.Command) *slog.Logger {
	return slog.New(noticeHandler{w: cmd.ErrOrStderr(), who: cmd.CommandPath()})
}

type noticeHandler struct {
	w    io.Writer
	who  string
	with string // attributes given before
}

func (h noticeHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

func (h noticeHandler) Handle(_ context.Context, r slog.Record) error {
	text := h.with
	r.Attrs(func(a slog.Attr) bool {
		text += attribute(a)
		return true
	})
	if text != "" {
		text = " (" + strings.TrimPrefix(text, ", ") + ")"
	}
	tell(h.w, h.who, "notice: "+r.Message+text)
	return nil
}

func (h noticeHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		h.with += attribute(a)
	}
	return h
}

func (h noticeHandler) WithGroup(string) slog.Handler { return h }

func attribute(a slog.Attr) string { return fmt.Sprintf(", %s %v", a.Key, a.Value) }
