package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// setupCode is what proves that whoever sets an empty installation up may look
// into its data folder. It lies there in a file until it was used.
type setupCode struct {
	file string
	log  *slog.Logger
}

func (a *App) setupCode() setupCode {
	return setupCode{filepath.Join(a.config.Data, "setup-code"), a.log}
}

// SetupPath returns the address, without the host, under which an empty
// installation is set up; empty if nothing is to be set up. The code stands
// behind a #, so that it reaches no log and no other site.
func (a *App) SetupPath() string {
	if code := a.setupCode().read(); code != "" {
		return "/setup#code=" + code
	}
	return ""
}

// prepareSetup makes the code that an empty installation asks for, and takes away one that is no longer asked for.
func (a *App) prepareSetup(ctx context.Context) error {
	empty, err := a.services.tenants.None(ctx, a.db)
	if err != nil {
		return err
	}
	c := a.setupCode()
	if !empty {
		c.End()
		return nil
	}
	return c.make()
}

// make writes a code unless there is one, whole or not at all.
func (c setupCode) make() error {
	if c.read() != "" {
		return nil
	}
	young := c.file + ".new"
	if err := os.WriteFile(young, []byte(rand.Text()+"\n"), 0o600); err != nil {
		return fmt.Errorf("app: set-up code: %w", err)
	}
	if err := os.Rename(young, c.file); err != nil {
		return fmt.Errorf("app: set-up code: %w", err)
	}
	return nil
}

// read returns the code; empty if there is none.
func (c setupCode) read() string {
	text, err := os.ReadFile(c.file)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// Fits reports whether code is the one in the file.
func (c setupCode) Fits(code string) bool {
	want := c.read()
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(strings.TrimSpace(code))) == 1
}

// End takes the code away: it was used, or nothing is to be set up.
func (c setupCode) End() {
	if err := os.Remove(c.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.log.Warn("the set-up code stays, of no use to anybody", "err", err)
	}
}
