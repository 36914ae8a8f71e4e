package app

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockFolder takes the data folder for this process alone: Windows lets nobody
// else remove a file that is open.
func lockFolder(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("app: data folder: %w", err)
	}
	name := filepath.Join(folder, "lock")
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("app: another zongler uses the data folder %s: stop it, or name another with --data", folder)
	}
	return os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator's own folder
}
