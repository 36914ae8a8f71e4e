package db

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// maxStatements bounds the prepared statements kept; texts beyond it run unprepared.
const maxStatements = 1024

// statements keeps prepared SQLite statements by their text.
type statements struct {
	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

type preparer interface {
	PrepareContext(ctx context.Context, text string) (*sql.Stmt, error)
}

// get returns the prepared form of text, or nil if enough are kept.
func (s *statements) get(ctx context.Context, p preparer, text string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt, n := s.kept[text], len(s.kept)
	s.mu.RUnlock()
	if stmt != nil || n >= maxStatements {
		return stmt, nil
	}
	stmt, err := p.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.kept[text]; other != nil {
		_ = stmt.Close() //nolint:sqlclosecheck // another was quicker
		return other, nil
	}
	if s.kept == nil {
		s.kept = map[string]*sql.Stmt{}
	}
	s.kept[text] = stmt
	return stmt, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all error
	for _, stmt := range s.kept {
		all = errors.Join(all, stmt.Close())
	}
	s.kept = nil
	return all
}
