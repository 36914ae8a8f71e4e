package app

import (
	"context"
	"io"
	"log/slog"

	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/clamd"
)

// scanner lets a daemon look into files.
type scanner struct {
	daemon *clamd.Client
	log    *slog.Logger
}

// Scan says whether a file carries malice.
func (s scanner) Scan(ctx context.Context, r io.Reader) (media.Verdict, error) {
	found, err := s.daemon.Scan(ctx, r)
	switch {
	case err != nil:
		return "", err
	case found != "":
		s.log.Warn("a file was refused", "found", found)
		return media.Infected, nil
	}
	return media.Clean, nil
}
